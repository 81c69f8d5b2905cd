/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * resize.c - another number of elements for an array among the global variables.
 *
 * Knows that only the last variable of a section can grow, since programs have the places of all
 * others in their instructions, and that BTF must say the same as the map; refuses to know why
 * somebody wants more.
 */
#include "object/internal.h"

/* Messages are about a variable by name. */
static int cannot_grow(struct object *o, const struct var_spec *v, const struct var_spec *behind,
		       struct report *r)
{
	report_error(r, EINVAL, "'%s' cannot have another size: '%s' is behind it in section '%s'",
		     v->name, behind->name, v->map->name);
	report_hint(r, "give '%s' a section of its own: SEC(\"%s.%s\")", v->name,
		    v->map->read_only                                          ? ".rodata"
		    : elf_section(o->elf, v->map->section)->type == SHT_NOBITS ? ".bss"
									       : ".data",
		    v->name);
	return -EINVAL;
}

static int check_last(struct object *o, const struct var_spec *v, struct report *r)
{
	const struct map_spec *m = v->map;

	for (size_t i = 0; i < m->n_vars; i++)
		if (m->vars[i] != v && m->vars[i]->offset + m->vars[i]->size > v->offset)
			return cannot_grow(o, v, m->vars[i], r);
	return 0;
}

/* The array type of a variable, or NULL. */
static const struct btf_array *array_of(const struct object *o, const struct var_spec *v)
{
	const struct btf_type *t = v->btf_id ? btf_skip_mods(o->btf, v->btf_id, NULL) : NULL;

	return t && btf_kind(t) == BTF_ARRAY ? btf_array(t) : NULL;
}

/* Types can be added to a BTF of our own only. Names point into the one before: it stays, too. */
static int own_btf(struct object *o, struct report *r)
{
	struct btf *copy;

	if (o->read_btf)
		return 0;
	if (btf_clone(&copy, o->btf))
		return report_oom(r);
	o->read_btf = o->btf;
	o->btf = copy;
	return 0;
}

static int64_t add_array(struct object *o, const struct btf_array *old, uint32_t n)
{
	struct btf_type t = { .info = (uint32_t)BTF_ARRAY << 24 };
	struct btf_array array = *old;

	array.nelems = n;
	return btf_add_type(o->btf, &t, &array, sizeof(array));
}

/* The DATASEC says which VAR is there; VAR and DATASEC get the new type and size. */
static void describe(struct object *o, const struct var_spec *v, uint32_t type, uint32_t section)
{
	struct btf_type *sec = btf_edit(o->btf, v->map->value_btf);
	struct btf_secinfo *info = sec ? (struct btf_secinfo *)(sec + 1) : NULL;

	if (!sec)
		return;
	sec->size = section;
	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const struct btf_type *var = btf_type(o->btf, info[i].type);

		if (!var || btf_kind(var) != BTF_VAR || !streq(btf_name(o->btf, var), v->name))
			continue;
		info[i].size = (uint32_t)v->size;
		object_set_var(o, info[i].type, type, btf_var_linkage(var));
		return;
	}
}

int object_resize_var(struct object *o, struct var_spec *v, uint64_t elements, struct report *r)
{
	struct map_spec *m = v->map;
	const struct btf_array *array = array_of(o, v);
	int64_t element = array ? btf_size(o->btf, array->type) : 0, type;
	uint64_t size;
	void *data = NULL;
	int err;

	if (!array)
		return report_error(r, EINVAL, "'%s' is no array: it has no number of elements",
				    v->name);
	if (!elements || element <= 0 ||
	    __builtin_mul_overflow(elements, (uint64_t)element, &size) ||
	    size > INT32_MAX - v->offset)
		return report_error(r, ERANGE,
				    "'%s' cannot have %llu elements: there is room for 1 to %llu",
				    v->name, (unsigned long long)elements,
				    (unsigned long long)(INT32_MAX - v->offset) /
					    (unsigned long long)MAX(element, 1));
	err = check_last(o, v, r);
	if (!err)
		err = object_spend(o, size, r);
	if (!err)
		err = own_btf(o, r);
	if (err)
		return err;
	if (m->data) {
		data = object_alloc(o, 1, v->offset + size, r);
		if (!data)
			return -ENOMEM;
		memcpy(data, m->data, MIN(v->offset + size, (uint64_t)m->value_size));
	}
	type = add_array(o, array, (uint32_t)elements);
	if (type < 0)
		return report_oom(r);
	m->data = data;
	m->value_size = (uint32_t)(v->offset + size);
	v->size = size;
	v->btf_id = (uint32_t)type;
	describe(o, v, (uint32_t)type, m->value_size);
	return 0;
}
