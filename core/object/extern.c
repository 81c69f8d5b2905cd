/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * extern.c - what an object declares and others define: kernel configuration, kernel variables,
 * kernel functions. First read from symbols and BTF, later resolved against a kernel.
 *
 * Knows the sections ".kconfig" and ".ksyms" and how their BTF must look for a kernel to take it;
 * refuses to read /proc or /sys: struct target answers.
 */
#include "object/internal.h"

/* --- reading --------------------------------------------------------------------------------- */

/* An entry of the DATASEC ".kconfig" or ".ksyms": ids + 1, so that NULL is "not there". */
struct declared {
	uint32_t type_id; /* the VAR or FUNC */
	enum extern_kind kind;
};

static int collect_declared(struct object *o, const char *section, enum extern_kind kind,
			    struct strmap *names, struct report *r)
{
	uint32_t id = object_datasec(o, section);
	const struct btf_type *sec = id ? btf_type(o->btf, id) : NULL;

	for (uint32_t i = 0; sec && i < btf_vlen(sec); i++) {
		uint32_t type_id = btf_secinfos(sec)[i].type;
		const struct btf_type *t = btf_type(o->btf, type_id);
		struct declared *d;

		if (!t || (btf_kind(t) != BTF_VAR && btf_kind(t) != BTF_FUNC))
			continue;
		d = object_alloc(o, 1, sizeof(*d), r);
		if (!d)
			return -ENOMEM;
		d->type_id = type_id;
		d->kind = kind == EXTERN_KSYM && btf_kind(t) == BTF_FUNC ? EXTERN_KFUNC : kind;
		if (strmap_set(names, btf_name(o->btf, t), d))
			return report_oom(r);
	}
	return 0;
}

static int describe(struct object *o, struct extern_spec *e, const struct declared *d,
		    struct report *r)
{
	const struct btf_type *t = btf_type(o->btf, d->type_id);
	uint32_t skipped;

	e->kind = d->kind;
	if (d->kind == EXTERN_KFUNC) {
		e->btf_id = d->type_id;
		return 0;
	}
	if (btf_kind(t) != BTF_VAR)
		return report_error(r, EINVAL, "'%s' in section '.kconfig' is no variable",
				    e->name);
	e->btf_id = t->type;
	if (d->kind == EXTERN_KCONFIG) {
		if (!kconfig_check_type(o->btf, t->type, &e->size))
			return 0;
		return report_error(
			r, EOPNOTSUPP,
			"'%s' has a type that cannot hold configuration values; those that "
			"can are bool, char, int, enum libbpf_tristate and arrays of char",
			e->name);
	}
	/* "extern const void x __ksym": only its address is wanted. */
	btf_skip_mods(o->btf, t->type, &skipped);
	if (!skipped)
		e->btf_id = 0;
	return 0;
}

static int collect_externs(struct object *o, const struct strmap *declared, struct report *r)
{
	int err, first = 0;

	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];
		const struct declared *d;
		struct extern_spec *e;

		if (sym->section != SHN_UNDEF || sym->bind == STB_LOCAL || !*sym->name ||
		    strmap_has(o->index->externs, sym->name))
			continue;
		e = object_alloc(o, 1, sizeof(*e), r);
		if (!e)
			return -ENOMEM;
		e->name = sym->name;
		e->weak = sym->bind == STB_WEAK;
		e->kind = EXTERN_KSYM;
		d = strmap_get(declared, sym->name);
		e->undeclared = !d;
		err = d ? describe(o, e, d, r) : 0;
		first = first ? first : err;
		if (vec_push(&o->externs, e) || strmap_set(o->index->externs, e->name, e))
			return report_oom(r);
	}
	return first;
}

static int compare_externs(const void *pa, const void *pb)
{
	const struct extern_spec *a = *(struct extern_spec *const *)pa;
	const struct extern_spec *b = *(struct extern_spec *const *)pb;
	bool a_config = a->kind == EXTERN_KCONFIG, b_config = b->kind == EXTERN_KCONFIG;

	if (a_config != b_config)
		return a_config ? -1 : 1;
	return strcmp(a->name, b->name);
}

/*
 * Calls of functions that are not there carry the extern's number. By name it is the same however
 * the object was compiled and linked, and the same that libbpf gives: so is the program's tag.
 */
static void number_externs(struct object *o)
{
	if (o->externs.n)
		qsort(o->externs.v, o->externs.n, sizeof(*o->externs.v), compare_externs);
	for (size_t i = 0; i < o->externs.n; i++)
		o->externs.v[i]->index = i;
}

/* --- layout of .kconfig, and BTF as a kernel takes it ---------------------------------------- */

struct layout {
	struct extern_spec *ext;
	int64_t align;
};

/* Large alignment first leaves no holes; then by size and name, so that the order is stable. */
static int compare_layout(const void *pa, const void *pb)
{
	const struct layout *a = pa, *b = pb;

	if (a->align != b->align)
		return a->align > b->align ? -1 : 1;
	if (a->ext->size != b->ext->size)
		return a->ext->size < b->ext->size ? -1 : 1;
	return strcmp(a->ext->name, b->ext->name);
}

static int compare_offsets(const void *pa, const void *pb)
{
	const struct btf_secinfo *a = pa, *b = pb;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

/* What a program declares as extern becomes a variable of the .kconfig map: say so in BTF. */
static uint64_t rewrite_kconfig(struct object *o, uint64_t size)
{
	uint32_t id = object_datasec(o, ".kconfig");
	struct btf_type *sec = id ? btf_edit(o->btf, id) : NULL;
	struct btf_secinfo *info;

	if (!sec)
		return size;
	info = (struct btf_secinfo *)(sec + 1);
	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf_type(o->btf, info[i].type);
		struct extern_spec *e = NULL;
		int64_t bytes;

		if (!var || btf_kind(var) != BTF_VAR)
			continue;
		object_set_var(o, info[i].type, var->type, BTF_GLOBAL);
		e = strmap_get(o->index->externs, btf_name(o->btf, var));
		if (e && e->kind == EXTERN_KCONFIG) {
			info[i].offset = e->offset;
			info[i].size = e->size;
			continue;
		}
		/* Declared and never used: a place behind the others. */
		bytes = btf_size(o->btf, var->type);
		size = ROUND_UP(size, 8);
		info[i].offset = size;
		info[i].size = bytes > 0 && bytes < 1 << 20 ? bytes : 8;
		size += info[i].size;
	}
	qsort(info, btf_vlen(sec), sizeof(*info), compare_offsets);
	sec->size = size;
	return size;
}

/* The variables of .kconfig, for listing; their values come from the kernel, not from the user. */
static int set_kconfig_vars(struct object *o, struct map_spec *m, const struct layout *list,
			    size_t n, struct report *r)
{
	m->vars = object_alloc(o, n, sizeof(struct var_spec *), r);
	if (!m->vars)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct var_spec *v = object_alloc(o, 1, sizeof(*v), r);

		if (!v)
			return -ENOMEM;
		v->name = list[i].ext->name;
		v->map = m;
		v->offset = list[i].ext->offset;
		v->size = list[i].ext->size;
		v->btf_id = list[i].ext->btf_id;
		v->linkage = LINKAGE_GLOBAL;
		m->vars[i] = v;
	}
	m->n_vars = n;
	return 0;
}

static int make_kconfig(struct object *o, struct report *r)
{
	_free_ struct layout *list = calloc(o->externs.n + 1, sizeof(*list));
	struct map_spec *m;
	uint64_t size = 0;
	size_t n = 0;
	int err;

	if (!list)
		return report_oom(r);
	for (size_t i = 0; i < o->externs.n; i++) {
		struct extern_spec *e = o->externs.v[i];

		if (e->kind != EXTERN_KCONFIG)
			continue;
		list[n].ext = e;
		list[n].align = btf_align(o->btf, e->btf_id);
		if (list[n].align <= 0)
			list[n].align = 1;
		n++;
	}
	if (!n)
		return 0;
	qsort(list, n, sizeof(*list), compare_layout);
	for (size_t i = 0; i < n; i++) {
		size = ROUND_UP(size, (uint64_t)list[i].align);
		list[i].ext->offset = size;
		size += list[i].ext->size;
	}
	size = rewrite_kconfig(o, size);
	if (size > INT32_MAX)
		return report_error(r, EFBIG, "section '.kconfig' has %llu bytes, at most %d",
				    (unsigned long long)size, INT32_MAX);
	m = object_alloc(o, 1, sizeof(*m), r);
	err = m ? object_spend(o, size, r) : -ENOMEM;
	if (err)
		return err;
	m->name = ".kconfig";
	m->origin = MAP_FROM_KCONFIG;
	m->key_size = sizeof(uint32_t);
	m->value_size = size;
	m->value_btf = object_datasec(o, ".kconfig");
	m->max_entries = 1;
	m->read_only = true;
	m->mappable = true;
	m->data = object_alloc(o, 1, size, r);
	if (!m->data)
		return -ENOMEM;
	err = set_kconfig_vars(o, m, list, n, r);
	if (err)
		return err;
	o->kconfig = m;
	return object_add_map(o, m, r);
}

/* Any type with a size that a stand-in variable may have, a 4-byte integer best of all. */
static uint32_t find_int(const struct btf *b)
{
	uint32_t found = 0;

	for (uint32_t id = 1; id < btf_count(b); id++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t || btf_kind(t) != BTF_INT)
			continue;
		if (btf_size(b, id) == 4)
			return id;
		found = found ? found : id;
	}
	return found;
}

static uint32_t find_var(const struct btf *b, uint32_t int_id)
{
	for (uint32_t id = 1; int_id && id < btf_count(b); id++) {
		const struct btf_type *t = btf_type(b, id);

		if (t && btf_kind(t) == BTF_VAR && btf_var_linkage(t) != BTF_EXTERN &&
		    btf_size(b, t->type) > 0)
			return id;
	}
	return 0;
}

/*
 * A kernel takes neither extern variables nor functions in a DATASEC. The variables become
 * integers of our own; in the place of a function goes any variable, which need not be in that
 * section really: nothing reads it. Runs after the types were noted in the externs.
 */
static void rewrite_ksyms(struct object *o)
{
	uint32_t id = object_datasec(o, ".ksyms");
	struct btf_type *sec = id ? btf_edit(o->btf, id) : NULL;
	uint32_t int_id, var_id = 0, at = 0;
	struct btf_secinfo *info;

	if (!sec)
		return;
	info = (struct btf_secinfo *)(sec + 1);
	int_id = find_int(o->btf);
	for (uint32_t i = 0; int_id && i < btf_vlen(sec); i++) {
		const struct btf_type *t = btf_type(o->btf, info[i].type);

		if (t && btf_kind(t) == BTF_VAR)
			object_set_var(o, info[i].type, int_id, BTF_GLOBAL);
	}
	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		struct btf_type *t = btf_edit(o->btf, info[i].type);
		int64_t size;

		if (t && btf_kind(t) == BTF_FUNC) {
			t->info = (t->info & ~0xffffu) | BTF_GLOBAL;
			var_id = var_id ? var_id : find_var(o->btf, int_id);
			/* Without any, the kernel refuses this BTF: the program goes without. */
			if (var_id)
				info[i].type = var_id;
		}
		t = btf_edit(o->btf, info[i].type);
		size = t && btf_kind(t) == BTF_VAR ? btf_size(o->btf, t->type) : 4;
		info[i].offset = at;
		info[i].size = size > 0 && size < 1 << 20 ? size : 4;
		at += info[i].size;
	}
	sec->size = at;
}

int object_read_externs(struct object *o, struct report *r)
{
	struct strmap *declared = strmap_new();
	int err;

	if (!declared)
		return report_oom(r);
	err = collect_declared(o, ".kconfig", EXTERN_KCONFIG, declared, r);
	if (!err)
		err = collect_declared(o, ".ksyms", EXTERN_KSYM, declared, r);
	if (!err)
		err = collect_externs(o, declared, r);
	strmap_free(declared);
	if (err)
		return err;
	number_externs(o);
	if (o->btf)
		rewrite_ksyms(o);
	return make_kconfig(o, r);
}
