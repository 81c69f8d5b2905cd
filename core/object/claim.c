/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * claim.c - sections that belong to plugins: what is in them, and maps made of it.
 *
 * Knows that such a section holds variables, and bytes that stand for functions; refuses to know
 * what they are for, which the plugin that claims the section says.
 */
#include "object/internal.h"

int object_section_var(const struct object *o, const struct elf_section *s, size_t i,
		       struct section_var *v, struct report *r)
{
	uint32_t types = object_datasec(o, s->name);
	const struct btf_type *sec = types ? btf_type(o->btf, types) : NULL;
	const struct btf_secinfo *info = sec ? btf_secinfos(sec) : NULL;
	const struct btf_type *var;

	if (!info || i >= btf_vlen(sec))
		return -ENOENT;
	var = btf_type(o->btf, info[i].type);
	if (!var || btf_kind(var) != BTF_VAR)
		return report_error(r, EINVAL, "entry %zu of section '%s' is no variable", i,
				    s->name);
	*v = (struct section_var) {
		.name = btf_name(o->btf, var),
		.offset = info[i].offset,
		.size = info[i].size,
		.btf_id = var->type,
	};
	if (v->offset > s->size || v->size > s->size - v->offset)
		return report_error(r, EINVAL,
				    "variable '%s' takes bytes %llu to %llu of section '%s', "
				    "which has %llu",
				    v->name, (unsigned long long)v->offset,
				    (unsigned long long)(v->offset + v->size), s->name,
				    (unsigned long long)s->size);
	return 0;
}

/* All zero when the file has no bytes for the section. */
static int copy_bytes(struct object *o, const struct elf_section *s, uint64_t offset, uint64_t size,
		      struct map_spec *m, struct report *r)
{
	int err = object_spend(o, size, r);

	if (err)
		return err;
	m->data = object_alloc(o, size, 1, r);
	if (!m->data)
		return -ENOMEM;
	if (s->data && size)
		memcpy(m->data, s->data + offset, size);
	m->data_size = size;
	return 0;
}

int object_claim_var(struct object *o, const struct elf_section *s, const struct section_var *v,
		     struct map_spec **out, struct report *r)
{
	struct map_spec *m = object_alloc(o, 1, sizeof(*m), r);
	int err;

	if (!m)
		return -ENOMEM;
	if (v->size > INT32_MAX)
		return report_error(r, EFBIG,
				    "variable '%s' has %llu bytes, a map's value at most %d",
				    v->name, (unsigned long long)v->size, INT32_MAX);
	m->name = arena_dup(o->arena, v->name);
	if (!m->name)
		return report_oom(r);
	m->origin = MAP_FROM_CLAIM;
	m->section = s->index;
	m->offset = v->offset;
	m->value_size = v->size;
	m->data_btf = v->btf_id;
	m->optional = s->name[0] == '?';
	err = copy_bytes(o, s, v->offset, v->size, m, r);
	if (!err)
		err = object_add_map(o, m, r);
	if (!err)
		err = object_read_value_slots(o, s, m, r);
	*out = err ? NULL : m;
	return err;
}

int object_claim_section(struct object *o, const struct elf_section *s, struct map_spec *m,
			 struct report *r)
{
	int err = copy_bytes(o, s, 0, s->size, m, r);

	if (!err)
		err = object_read_section_vars(o, s, m, r);
	if (!err)
		o->index->bytes[s->index] = m;
	return err;
}
