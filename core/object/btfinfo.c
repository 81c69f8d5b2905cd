/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btfinfo.c - an object's own BTF: opened, completed from the symbol table, joined to functions.
 *
 * Knows what compilers leave out and the kernel insists on (sizes and offsets of data sections,
 * linkage of hidden functions, names of parameters); refuses to know what an older kernel cannot
 * take (btf/fix.h) and what the types are for.
 */
#include "object/internal.h"

/* --- look-ups and changes in place ------------------------------------------------------------ */

uint32_t object_datasec(const struct object *o, const char *name)
{
	return o->btf ? btf_find(o->btf, name, BTF_KIND_BIT(BTF_DATASEC)) : 0;
}

void object_set_var(struct object *o, uint32_t var_id, uint32_t type, uint32_t linkage)
{
	struct btf_type *t = btf_edit(o->btf, var_id);

	if (!t || btf_kind(t) != BTF_VAR)
		return;
	t->type = type;
	memcpy(t + 1, &linkage, sizeof(linkage));
}

static void make_static(struct object *o, uint32_t func_id)
{
	struct btf_type *t = btf_edit(o->btf, func_id);

	if (t && btf_kind(t) == BTF_FUNC)
		t->info &= ~0xffffu; /* BTF_STATIC is 0 */
}

/* --- data sections --------------------------------------------------------------------------- */

/* Global variables by name: what the offsets of a DATASEC are filled from. */
static struct strmap *global_symbols(const struct object *o)
{
	struct strmap *m = strmap_new();

	for (size_t i = 1; m && i < o->elf->n_symbols; i++) {
		struct elf_symbol *sym = &o->elf->symbols[i];

		if (sym->bind == STB_LOCAL || !*sym->name || sym->section == SHN_UNDEF ||
		    sym->type == STT_FUNC)
			continue;
		if (strmap_set(m, sym->name, sym)) {
			strmap_free(m);
			return NULL;
		}
	}
	return m;
}

static int compare_secinfos(const void *pa, const void *pb)
{
	const struct btf_secinfo *a = pa, *b = pb;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

/*
 * A DATASEC whose size the compiler left at zero: the size is the ELF section's, the offsets are
 * the symbols'. Static variables have theirs already, and tools that link objects fill in all.
 */
static void fill_datasec(struct object *o, struct btf_type *t, const struct strmap *symbols)
{
	const struct elf_section *s = elf_section_named(o->elf, btf_name(o->btf, t));
	struct btf_secinfo *info = (struct btf_secinfo *)(t + 1);
	uint32_t n = btf_vlen(t);

	if (!s || !s->size || s->size > UINT32_MAX) {
		/*
		 * A section that was dropped since. The kernel refuses a size of 0, and with it all
		 * of the BTF; so give each variable a place.
		 */
		uint32_t at = 0;

		for (uint32_t i = 0; i < n; i++) {
			info[i].offset = at;
			at += info[i].size ? info[i].size : 1;
		}
		t->size = at ? at : 1;
		return;
	}
	t->size = s->size;
	for (uint32_t i = 0; i < n; i++) {
		const struct btf_type *var = btf_type(o->btf, info[i].type);
		const struct elf_symbol *sym;

		if (!var || btf_kind(var) != BTF_VAR || btf_var_linkage(var) == BTF_STATIC)
			continue;
		sym = strmap_get(symbols, btf_name(o->btf, var));
		if (!sym || sym->section != s->index || sym->value > s->size)
			continue;
		info[i].offset = sym->value;
		if (sym->visibility == STV_HIDDEN || sym->visibility == STV_INTERNAL)
			object_set_var(o, info[i].type, var->type, BTF_STATIC);
	}
}

static void fix_datasec(struct object *o, uint32_t id, const struct strmap *symbols)
{
	struct btf_type *t = btf_edit(o->btf, id);
	const char *name;

	if (!t)
		return;
	name = btf_name(o->btf, t);
	/* These are no sections of the file: extern.c lays them out. */
	if (streq(name, ".kconfig") || streq(name, ".ksyms"))
		return;
	if (!t->size)
		fill_datasec(o, t, symbols);
	if (btf_vlen(t))
		qsort(t + 1, btf_vlen(t), sizeof(struct btf_secinfo), compare_secinfos);
}

/* --- what the kernel insists on -------------------------------------------------------------- */

/*
 * Parameters of a function need names; prototypes of externs, and languages that keep none, have
 * none. The function's own name is at hand and is as good as any.
 */
static void name_params(struct object *o, const struct btf_type *func)
{
	struct btf_type *proto = btf_edit(o->btf, func->type);
	struct btf_param *params;

	if (!proto || btf_kind(proto) != BTF_FUNC_PROTO)
		return;
	params = (struct btf_param *)(proto + 1);
	for (uint32_t i = 0; i < btf_vlen(proto); i++)
		if (params[i].type && !params[i].name_off)
			params[i].name_off = func->name_off;
}

static int fix_types(struct object *o, struct report *r)
{
	struct strmap *symbols = global_symbols(o);
	uint32_t n = btf_count(o->btf);

	if (!symbols)
		return report_oom(r);
	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf_type(o->btf, id);
		struct btf_type *rw;

		if (!t)
			continue;
		switch (btf_kind(t)) {
		case BTF_DATASEC:
			fix_datasec(o, id, symbols);
			break;
		case BTF_FUNC:
			name_params(o, t);
			break;
		case BTF_PTR: /* rustc gives pointers names */
			rw = btf_edit(o->btf, id);
			if (rw)
				rw->name_off = 0;
			break;
		default:
			break;
		}
	}
	strmap_free(symbols);
	return 0;
}

/*
 * The compiler may turn a loop into a call of one of these. Verified alone, as a global function
 * is, they cannot know that their pointers are good.
 */
static bool is_builtin(const char *name)
{
	static const char *const names[] = { "memset", "memcpy", "memmove", "memcmp", "bcmp" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(name, names[i]))
			return true;
	return false;
}

/* --- functions ------------------------------------------------------------------------------- */

/* Records of @size bytes that begin with their byte offset, sorted: the first not before @at. */
static size_t first_record(const void *records, size_t n, size_t size, uint64_t at)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		uint32_t offset;

		memcpy(&offset, (const char *)records + mid * size, sizeof(offset));
		if (offset < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

#define SLICE(out, out_n, records, n, from, to)                                           \
	do {                                                                              \
		size_t first_ = first_record((records), (n), sizeof(*(records)), (from)); \
		size_t last_ = first_record((records), (n), sizeof(*(records)), (to));    \
		(out) = last_ > first_ ? (records) + first_ : NULL;                       \
		(out_n) = last_ > first_ ? last_ - first_ : 0;                            \
	} while (0)

static void join_func(struct object *o, struct func *f)
{
	const struct btf_ext_section *s = NULL;
	const struct elf_section *named;
	uint64_t end = f->offset + f->n_insns * sizeof(struct insn);
	const struct btf_type *t;

	/* Records name their section; when two have the name, they are the first one's. */
	named = elf_section_named(o->elf, f->section_name);
	if (o->ext && named && named->index == f->section)
		s = btf_ext_section(o->ext, f->section_name);
	if (s) {
		size_t i = first_record(s->funcs, s->n_funcs, sizeof(*s->funcs), f->offset);

		if (i < s->n_funcs && s->funcs[i].insn_off == f->offset)
			f->btf_id = s->funcs[i].type_id;
		SLICE(f->lines, f->n_lines, s->lines, s->n_lines, f->offset, end);
		SLICE(f->relos, f->n_relos, s->relos, s->n_relos, f->offset, end);
	}
	t = f->btf_id ? btf_type(o->btf, f->btf_id) : NULL;
	if (!t || btf_kind(t) != BTF_FUNC)
		f->btf_id = f->nameless ? 0 : btf_find(o->btf, f->name, BTF_KIND_BIT(BTF_FUNC));
	if (f->btf_id && (f->hidden || (is_builtin(f->name) && section_is_text(f->section_name))))
		make_static(o, f->btf_id);
}

/* What is wrong with function @name as @p's exception callback, or NULL; NULL for no memory as well. */
static const char *exception_fault(struct object *o, const struct program_spec *p,
				   const struct func *f, const char *name)
{
	if (!f)
		return arena_format(o->arena,
				    "program '%s' names exception callback '%s', "
				    "which is not in the object",
				    p->name, name);
	if (!section_is_text(f->section_name) || f->linkage == LINKAGE_STATIC || f->hidden)
		return arena_format(o->arena,
				    "exception callback '%s' of program '%s' must be a global, "
				    "visible function without SEC()",
				    name, p->name);
	if (p->exception && p->exception != f)
		return arena_format(o->arena,
				    "program '%s' has two exception callbacks, '%s' and '%s'",
				    p->name, p->exception->name, name);
	return NULL;
}

/* decl_tag "exception_callback:NAME" on a program's function. A wrong one is that program's fault. */
static int join_exceptions(struct object *o, struct report *r)
{
	static const char prefix[] = "exception_callback:";
	_free_ struct program_spec **by_id = NULL;
	uint32_t n = btf_count(o->btf);

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf_type(o->btf, id);
		struct program_spec *p;
		struct func *f;
		const char *name;

		if (!t || btf_kind(t) != BTF_DECL_TAG || btf_tag_component(t) != -1 ||
		    !has_prefix(btf_name(o->btf, t), prefix))
			continue;
		if (!by_id) {
			by_id = calloc(n, sizeof(struct program_spec *));
			if (!by_id)
				return report_oom(r);
			for (size_t i = 0; i < o->programs.n; i++)
				if (o->programs.v[i]->entry->btf_id < n)
					by_id[o->programs.v[i]->entry->btf_id] = o->programs.v[i];
		}
		name = btf_name(o->btf, t) + strlen(prefix);
		p = t->type && t->type < n ? by_id[t->type] : NULL;
		if (!p || p->fault)
			continue;
		f = object_func(o, name);
		p->fault = exception_fault(o, p, f, name);
		if (!p->fault)
			p->exception = f;
	}
	return 0;
}

/* --- open ------------------------------------------------------------------------------------ */

/* Maps of .maps and externs exist in BTF only. */
static bool needs_btf(const struct object *o)
{
	for (size_t i = 1; i < o->elf->n_sections; i++)
		if (section_role(o, i) == SECTION_MAPS)
			return true;
	for (size_t i = 1; i < o->elf->n_symbols; i++)
		if (o->elf->symbols[i].section == SHN_UNDEF && o->elf->symbols[i].bind != STB_LOCAL)
			return true;
	return false;
}

static bool has_relos(const struct object *o, const struct elf_section *ext)
{
	return ext && ext->data && ext->size &&
	       btf_ext_may_relocate(ext->data, ext->size, o->elf->foreign);
}

/* What this object will ask its own BTF for, so that one walk finds all. */
static int expect_names(struct object *o)
{
	VEC(const char *) names = { 0 };
	int err = 0;

	for (size_t i = 1; i < o->elf->n_sections && !err; i++)
		err = vec_push(&names, o->elf->sections[i].name);
	for (size_t i = 0; i < o->funcs.n && !err; i++)
		err = vec_push(&names, o->funcs.v[i]->name);
	if (!err)
		err = btf_expect(o->btf, names.v, names.n, BTF_KINDS_ALL);
	vec_free(&names);
	return err;
}

int object_read_btf(struct object *o, struct report *r)
{
	const struct elf_section *s = elf_section_named(o->elf, ".BTF");
	const struct elf_section *ext = elf_section_named(o->elf, ".BTF.ext");
	size_t before = r ? report_count(r) : 0;
	int err;

	if (!s || !s->data || !s->size)
		return 0;
	err = btf_open(&o->btf, s->data, s->size, NULL, BTF_COPY, r);
	if (err) {
		o->btf = NULL;
		if (err == -ENOMEM || needs_btf(o))
			return err;
		report_soften(r, before, CLEAT_WARNING);
		o->core_lost = has_relos(o, ext);
		return 0;
	}
	err = object_place_merged(o, r);
	if (!err)
		err = fix_types(o, r);
	if (err)
		return err;
	if (expect_names(o))
		return report_oom(r);
	if (ext && ext->data && ext->size) {
		before = r ? report_count(r) : 0;
		err = btf_ext_open(&o->ext, o->btf, ext->data, ext->size, o->elf->foreign, r);
		if (err == -ENOMEM)
			return err;
		if (err) {
			/*
			 * Nobody knows which accesses were to be relocated: as they were compiled they
			 * would silently read other members. What is no program can still be used.
			 */
			o->ext = NULL;
			o->core_lost = has_relos(o, ext);
			report_soften(r, before, CLEAT_WARNING);
		}
	}
	for (size_t i = 0; i < o->funcs.n; i++)
		join_func(o, o->funcs.v[i]);
	return join_exceptions(o, r);
}
