/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * vars.c - data sections as maps of one entry, and the variables in them.
 *
 * Knows that each section becomes a map whose value is the section's bytes; refuses to know which
 * type of map that is (a plugin says) and how values are written (btf/value.h). Addresses inside
 * data (tables of functions, pointers to other variables) are beyond what a BPF map can hold: they
 * stay as the compiler left them, mostly zero, and a note says so.
 */
#include "log/log.h"
#include "object/internal.h"

/* A symbol in a data section, for variables that BTF does not list. */
typedef VEC(const struct elf_symbol *) symbol_list;

static bool is_data(const struct object *o, uint32_t section)
{
	enum section_role role = section_role(o, section);

	return role == SECTION_DATA || role == SECTION_RODATA || role == SECTION_BSS;
}

/* Of all data sections, or of @section alone. */
static int collect_symbols(const struct object *o, uint32_t section, symbol_list *list,
			   struct report *r)
{
	for (size_t i = 1; i < o->elf->n_symbols; i++) {
		const struct elf_symbol *sym = &o->elf->symbols[i];

		if (!*sym->name || (section ? sym->section != section : !is_data(o, sym->section)))
			continue;
		if (sym->type != STT_OBJECT && !(sym->type == STT_NOTYPE && sym->bind != STB_LOCAL))
			continue;
		if (vec_push(list, sym))
			return report_oom(r);
	}
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), elf_compare_symbols);
	return 0;
}

static struct var_spec *new_var(struct object *o, struct map_spec *m, const char *name,
				uint64_t offset, uint64_t size, enum linkage linkage,
				struct report *r)
{
	struct var_spec *v = object_alloc(o, 1, sizeof(*v), r);

	if (!v)
		return NULL;
	v->name = name;
	v->map = m;
	v->offset = offset;
	v->size = size;
	v->linkage = linkage;
	if (linkage != LINKAGE_STATIC)
		m->mappable = true;
	if (object_add_var(o, v, r))
		return NULL;
	return v;
}

static int read_datasec(struct object *o, const struct elf_section *s, struct map_spec *m,
			uint32_t id, struct report *r)
{
	const struct btf_type *sec = btf_type(o->btf, id);
	const struct btf_secinfo *info = sec ? btf_secinfos(sec) : NULL;
	uint32_t n = info ? btf_vlen(sec) : 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct btf_type *t = btf_type(o->btf, info[i].type);
		uint64_t size = info[i].size;
		struct var_spec *v;
		const char *name;

		if (!t || btf_kind(t) != BTF_VAR)
			continue;
		name = btf_name(o->btf, t);
		/* a static one of another section, which merged.c could not tell by its name */
		if (btf_var_linkage(t) == BTF_STATIC &&
		    (info[i].offset > s->size || size > s->size - info[i].offset))
			continue;
		if (info[i].offset > s->size || size > s->size - info[i].offset)
			return report_error(r, EINVAL,
					    "variable '%s' takes bytes %u to %llu of section '%s', "
					    "which has %llu",
					    name, info[i].offset,
					    (unsigned long long)info[i].offset + size, s->name,
					    (unsigned long long)s->size);
		v = new_var(o, m, name, info[i].offset, size,
			    btf_var_linkage(t) == BTF_STATIC ? LINKAGE_STATIC : LINKAGE_GLOBAL, r);
		if (!v)
			return -ENOMEM;
		v->btf_id = t->type;
	}
	return 0;
}

/* Variables that only the symbol table knows: of objects without BTF, or of assembly. */
static int read_symbols(struct object *o, const struct elf_section *s, struct map_spec *m,
			bool typed, const symbol_list *list, size_t from, size_t to,
			struct report *r)
{
	for (size_t i = from; i < to; i++) {
		const struct elf_symbol *sym = list->v[i];
		const struct var_spec *known = object_var(o, sym->name);
		enum linkage linkage = sym->bind == STB_LOCAL  ? LINKAGE_STATIC
				       : sym->bind == STB_WEAK ? LINKAGE_WEAK
							       : LINKAGE_GLOBAL;

		/* Types may give a static variable another name than its symbol has. */
		if (typed && linkage == LINKAGE_STATIC)
			continue;
		if (known && known->map == m)
			continue;
		if (sym->value > s->size || sym->size > s->size - sym->value)
			return report_error(
				r, EINVAL,
				"variable '%s' takes bytes %llu to %llu of section '%s', "
				"which has %llu",
				sym->name, (unsigned long long)sym->value,
				(unsigned long long)(sym->value + sym->size), s->name,
				(unsigned long long)s->size);
		if (!new_var(o, m, sym->name, sym->value, sym->size, linkage, r))
			return -ENOMEM;
	}
	return 0;
}

static int note_addresses(struct object *o, const struct elf_section *s, struct report *r)
{
	_free_ struct elf_reloc *relocs = NULL;
	size_t n = 0;
	int err = elf_relocs(o->elf, s->index, &relocs, &n, r);

	if (!err && n)
		report_note(r,
			    "section '%s' holds %zu addresses that only a linker could fill in: "
			    "they stay as the compiler left them",
			    s->name, n);
	return err;
}

static int read_section(struct object *o, const struct elf_section *s, struct report *r)
{
	struct map_spec *m = object_alloc(o, 1, sizeof(*m), r);
	int err;

	if (!m)
		return -ENOMEM;
	if (s->size > INT32_MAX)
		return report_error(r, EFBIG,
				    "section '%s' has %llu bytes, a map's value at most %d",
				    s->name, (unsigned long long)s->size, INT32_MAX);
	m->name = s->name;
	m->origin = MAP_FROM_DATA;
	m->section = s->index;
	m->key_size = sizeof(uint32_t);
	m->value_size = s->size;
	m->max_entries = 1;
	m->read_only = section_role(o, s->index) == SECTION_RODATA;
	if (s->data) {
		err = object_spend(o, s->size, r);
		if (err)
			return err;
		m->data = arena_copy(o->arena, s->data, s->size);
		if (!m->data)
			return report_oom(r);
	}
	/* Nobody needs the types of a thousand different structs; see log.h. */
	m->numbers = streq(s->name, LOG_SITES);
	m->value_btf = m->numbers ? 0 : object_datasec(o, s->name);
	err = object_add_map(o, m, r);
	if (err)
		return err;
	o->index->bytes[s->index] = m;
	return note_addresses(o, s, r);
}

/* Make map.vars from the object's variables [from, n): sorted by their place. */
static int compare_vars(const void *pa, const void *pb)
{
	const struct var_spec *a = *(const struct var_spec *const *)pa;
	const struct var_spec *b = *(const struct var_spec *const *)pb;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int set_vars(struct object *o, struct map_spec *m, size_t from, struct report *r)
{
	m->n_vars = o->vars.n - from;
	if (!m->n_vars)
		return 0;
	m->vars = object_alloc(o, m->n_vars, sizeof(struct var_spec *), r);
	if (!m->vars)
		return -ENOMEM;
	memcpy(m->vars, o->vars.v + from, m->n_vars * sizeof(struct var_spec *));
	qsort(m->vars, m->n_vars, sizeof(struct var_spec *), compare_vars);
	return 0;
}

/* By their types, then by their symbols: [from, to) of the list are this section's. */
static int read_vars(struct object *o, const struct elf_section *s, struct map_spec *m,
		     const symbol_list *list, size_t from, size_t to, struct report *r)
{
	uint32_t types = object_datasec(o, s->name);
	size_t first = o->vars.n;
	int err = types ? read_datasec(o, s, m, types, r) : 0;

	if (!err)
		err = read_symbols(o, s, m, types, list, from, to, r);
	return err ? err : set_vars(o, m, first, r);
}

static int read_all(struct object *o, const symbol_list *list, struct report *r)
{
	size_t at = 0;
	int err, first = 0;

	for (size_t i = 1; i < o->elf->n_sections; i++) {
		const struct elf_section *s = &o->elf->sections[i];
		size_t from = at;

		while (at < list->n && list->v[at]->section == i)
			at++;
		if (!is_data(o, i))
			continue;
		err = read_section(o, s, r);
		if (!err)
			err = read_vars(o, s, o->index->bytes[i], list, from, at, r);
		if (err == -ENOMEM)
			return err;
		first = first ? first : err;
	}
	return first;
}

int object_read_vars(struct object *o, struct report *r)
{
	symbol_list list = { 0 };
	int err = collect_symbols(o, 0, &list, r);

	if (!err)
		err = read_all(o, &list, r);
	vec_free(&list);
	return err;
}

int object_read_section_vars(struct object *o, const struct elf_section *s, struct map_spec *m,
			     struct report *r)
{
	symbol_list list = { 0 };
	int err = collect_symbols(o, s->index, &list, r);

	if (!err)
		err = read_vars(o, s, m, &list, 0, list.n, r);
	vec_free(&list);
	return err ? err : note_addresses(o, s, r);
}
