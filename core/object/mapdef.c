/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapdef.c - maps defined in BTF, in section ".maps".
 *
 * Knows how __uint(), __ulong(), __type() and __array() are encoded and which attributes there
 * are; refuses to know any map type: what 'values' holds is decided by its shape, a pointer to a
 * struct (an inner map) or to a function (programs).
 */
#include "object/internal.h"

/* How an attribute is written. */
enum attr_form {
	FORM_NUMBER, /* __uint(name, 7): pointer to an array of 7; __ulong(): one enumerator */
	FORM_TYPE, /* __type(name, t): pointer to t */
	FORM_VALUES, /* __array(values, t): array without length of pointers to t */
	FORM_PINNING, /* a number, 0 or 1 */
};

static const struct attr {
	const char *name;
	enum attr_form form;
	size_t offset; /* in struct map_spec */
	size_t size;
} attrs[] = {
	{ "type", FORM_NUMBER, offsetof(struct map_spec, type), 4 },
	{ "max_entries", FORM_NUMBER, offsetof(struct map_spec, max_entries), 4 },
	{ "map_flags", FORM_NUMBER, offsetof(struct map_spec, flags), 4 },
	{ "numa_node", FORM_NUMBER, offsetof(struct map_spec, numa_node), 4 },
	{ "key_size", FORM_NUMBER, offsetof(struct map_spec, key_size), 4 },
	{ "value_size", FORM_NUMBER, offsetof(struct map_spec, value_size), 4 },
	{ "map_extra", FORM_NUMBER, offsetof(struct map_spec, extra), 8 },
	{ "key", FORM_TYPE, offsetof(struct map_spec, key_btf), 4 },
	{ "value", FORM_TYPE, offsetof(struct map_spec, value_btf), 4 },
	{ "values", FORM_VALUES, 0, 0 },
	{ "pinning", FORM_PINNING, 0, 0 },
};

static const struct attr *find_attr(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++)
		if (streq(attrs[i].name, name))
			return &attrs[i];
	return NULL;
}

/* One definition being read. */
struct definition {
	struct object *o;
	struct report *r;
	struct map_spec *map;
	uint32_t type_id;
	const struct btf_type *type; /* the struct */
	bool inner;
	bool has_type;
	bool has_value_size;
	uint64_t slots; /* byte offset of "values" */
};

static int read_definition(struct definition *d);

static int unknown_attr(struct definition *d, const char *name)
{
	const char *known[ARRAY_SIZE(attrs)];
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++)
		known[i] = attrs[i].name;
	err = report_error(
		d->r, EOPNOTSUPP,
		"unknown attribute '%s'; known are type, max_entries, map_flags, "
		"numa_node, key, key_size, value, value_size, values, pinning and map_extra",
		name);
	report_nearest(d->r, name, known, ARRAY_SIZE(known));
	return err;
}

bool object_map_number(const struct btf *b, uint32_t id, uint64_t *number)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	if (t && btf_kind(t) == BTF_PTR) {
		t = btf_skip_mods(b, t->type, NULL);
		if (t && btf_kind(t) == BTF_ARRAY) {
			*number = btf_array(t)->nelems;
			return true;
		}
	} else if (t && btf_kind(t) == BTF_ENUM && btf_vlen(t) == 1) {
		*number = btf_kflag(t) ? (uint64_t)(int64_t)btf_enums(t)->val
				       : (uint32_t)btf_enums(t)->val;
		return true;
	} else if (t && btf_kind(t) == BTF_ENUM64 && btf_vlen(t) == 1) {
		*number = (uint64_t)btf_enums64(t)->hi << 32 | btf_enums64(t)->lo;
		return true;
	}
	return false;
}

static int read_number(struct definition *d, const char *name, uint32_t id, uint64_t *out)
{
	if (object_map_number(d->o->btf, id, out))
		return 0;
	return report_error(d->r, EINVAL,
			    "attribute '%s' is no number: write it with __uint() or __ulong()",
			    name);
}

static int set_number(struct definition *d, const struct attr *a, uint32_t id)
{
	char *field = (char *)d->map + a->offset;
	uint64_t value;
	uint32_t low;
	int err = read_number(d, a->name, id, &value);

	if (err)
		return err;
	if (a->size == 8) {
		memcpy(field, &value, 8);
		return 0;
	}
	if (value > UINT32_MAX)
		return report_error(d->r, ERANGE,
				    "attribute '%s' is %llu, which 32 bits cannot hold", a->name,
				    (unsigned long long)value);
	low = value;
	/* A size may be given twice, as a number and as a type, but not in two ways. */
	if (streq(a->name, "key_size") && d->map->key_btf && d->map->key_size != low)
		return report_error(d->r, EINVAL, "the key has %u bytes, but key_size is %u",
				    d->map->key_size, low);
	if (streq(a->name, "value_size") && d->has_value_size && d->map->value_size != low)
		return report_error(d->r, EINVAL, "the value has %u bytes, but value_size is %u",
				    d->map->value_size, low);
	memcpy(field, &low, 4);
	d->has_type |= streq(a->name, "type");
	d->has_value_size |= streq(a->name, "value_size");
	return 0;
}

static int set_type(struct definition *d, const struct attr *a, uint32_t id)
{
	bool key = streq(a->name, "key");
	uint32_t *size = key ? &d->map->key_size : &d->map->value_size;
	const struct btf_type *t = btf_skip_mods(d->o->btf, id, NULL);
	int64_t bytes;

	if (!t || btf_kind(t) != BTF_PTR)
		return report_error(d->r, EINVAL,
				    "attribute '%s' is no type: write it with __type()", a->name);
	bytes = btf_size(d->o->btf, t->type);
	if (bytes < 0 || bytes > UINT32_MAX)
		return report_error(d->r, EINVAL, "the %s has a type without a size", a->name);
	if (*size && *size != bytes)
		return report_error(d->r, EINVAL, "the %s has %lld bytes, but %s_size is %u",
				    a->name, (long long)bytes, a->name, *size);
	*size = bytes;
	d->has_value_size |= !key;
	memcpy((char *)d->map + a->offset, &t->type, 4);
	return 0;
}

static int read_inner(struct definition *d, uint32_t id, const struct btf_type *t)
{
	struct map_spec *inner = object_alloc(d->o, 1, sizeof(*inner), d->r);
	struct definition in = { d->o, d->r, inner, id, t, true, false, false, 0 };
	int err;

	if (!inner)
		return -ENOMEM;
	if (d->inner)
		return report_error(d->r, EINVAL,
				    "an inner map has 'values': maps nest two deep at most");
	inner->name = arena_format(d->o->arena, "%s.inner", d->map->name);
	if (!inner->name)
		return report_oom(d->r);
	inner->origin = MAP_FROM_BTF;
	inner->section = d->map->section;
	inner->offset = d->map->offset;
	REPORT_IN(d->r, REPORT_MAP, inner->name);
	err = read_definition(&in);
	if (!err)
		d->map->inner = inner;
	return err;
}

static int set_values(struct definition *d, const struct btf_member *m, uint32_t bit_offset)
{
	const struct btf *b = d->o->btf;
	const struct btf_type *t = btf_skip_mods(b, m->type, NULL);
	uint32_t id;

	if (!t || btf_kind(t) != BTF_ARRAY || btf_array(t)->nelems)
		return report_error(d->r, EINVAL,
				    "attribute 'values' is no array without length: "
				    "write it with __array()");
	t = btf_skip_mods(b, btf_array(t)->type, NULL);
	if (t && btf_kind(t) == BTF_PTR)
		t = btf_skip_mods(b, t->type, &id);
	else
		t = NULL;
	if (!t || (btf_kind(t) != BTF_STRUCT && btf_kind(t) != BTF_FUNC_PROTO))
		return report_error(d->r, EINVAL,
				    "attribute 'values' holds neither maps nor programs");
	/* Slots hold descriptors, or what the kernel makes of them: 4 bytes. */
	if (d->has_value_size && d->map->value_size != 4)
		return report_error(d->r, EINVAL,
				    "a map with 'values' has value_size %u, expected 4",
				    d->map->value_size);
	d->map->value_size = 4;
	d->has_value_size = true;
	d->slots = bit_offset / 8;
	return btf_kind(t) == BTF_STRUCT ? read_inner(d, id, t) : 0;
}

static int set_pinning(struct definition *d, uint32_t id)
{
	uint64_t value;
	int err = read_number(d, "pinning", id, &value);

	if (err)
		return err;
	if (d->inner)
		return report_error(d->r, EINVAL, "an inner map cannot be pinned");
	if (value > 1)
		return report_error(d->r, EINVAL,
				    "pinning is %llu, expected 0 (none) or 1 (by name)",
				    (unsigned long long)value);
	d->map->pin_by_name = value;
	return 0;
}

static int read_attr(struct definition *d, uint32_t i)
{
	const struct btf_member *m = &btf_members(d->type)[i];
	const char *name = btf_str(d->o->btf, m->name_off);
	const struct attr *a = find_attr(name);

	if (!a)
		return unknown_attr(d, name);
	switch (a->form) {
	case FORM_NUMBER:
		return set_number(d, a, m->type);
	case FORM_TYPE:
		return set_type(d, a, m->type);
	case FORM_PINNING:
		return set_pinning(d, m->type);
	case FORM_VALUES:
		if (i + 1 != btf_vlen(d->type))
			return report_error(d->r, EINVAL,
					    "attribute 'values' must be the last one");
		return set_values(d, m, btf_member_bit_offset(d->type, i));
	}
	return 0;
}

static int read_definition(struct definition *d)
{
	int err, first = 0;

	if (btf_vlen(d->type) > 4 * ARRAY_SIZE(attrs))
		return report_error(d->r, EINVAL, "a struct with %u members is no map definition",
				    btf_vlen(d->type));
	for (uint32_t i = 0; i < btf_vlen(d->type); i++) {
		err = read_attr(d, i);
		first = first ? first : err;
	}
	if (!first && !d->has_type)
		first = report_error(d->r, EINVAL, "attribute 'type' is missing");
	return first;
}

/*
 * The struct that defines a map. Rust wraps it into newtypes: as long as a struct has one member
 * and that is a struct again, go inside.
 */
const struct btf_type *object_map_definition(const struct btf *b, uint32_t id, uint32_t *out)
{
	const struct btf_type *t = btf_skip_mods(b, id, &id);

	for (unsigned int depth = 0; t && btf_kind(t) == BTF_STRUCT && depth < BTF_MAX_DEPTH;
	     depth++) {
		const struct btf_type *inside;
		uint32_t inside_id;

		if (btf_vlen(t) != 1)
			break;
		inside = btf_skip_mods(b, btf_members(t)->type, &inside_id);
		if (!inside || btf_kind(inside) != BTF_STRUCT)
			break;
		t = inside;
		id = inside_id;
	}
	if (out)
		*out = id;
	return t && btf_kind(t) == BTF_STRUCT ? t : NULL;
}

static int read_map(struct object *o, const struct elf_section *s, const struct btf_secinfo *info,
		    struct report *r)
{
	const struct btf_type *var = btf_type(o->btf, info->type);
	struct definition d = { .o = o, .r = r };
	struct map_place place = { .section = s->index, .offset = info->offset };
	int64_t size;
	int err;

	if (!var || btf_kind(var) != BTF_VAR)
		return report_error(r, EINVAL, "section '%s' lists type %u, which is no variable",
				    s->name, info->type);
	d.map = object_alloc(o, 1, sizeof(*d.map), r);
	if (!d.map)
		return -ENOMEM;
	d.map->name = btf_name(o->btf, var);
	REPORT_IN(r, REPORT_MAP, d.map->name);
	if (btf_var_linkage(var) == BTF_EXTERN)
		return report_error(
			r, ENOENT,
			"declared here, but defined in another object: link the two first");
	size = btf_size(o->btf, var->type);
	d.type = object_map_definition(o->btf, var->type, &d.type_id);
	if (!d.type || size <= 0)
		return report_error(r, EINVAL, "not a struct, as a definition must be");
	/* Slots initialised in place make the variable longer than its type. */
	place.size = MAX((uint64_t)size, info->size);
	if (info->offset > s->size || place.size > s->size - info->offset)
		return report_error(r, EINVAL,
				    "it takes bytes %u to %llu of section '%s', which has %llu",
				    info->offset, (unsigned long long)(info->offset + place.size),
				    s->name, (unsigned long long)s->size);
	d.map->origin = MAP_FROM_BTF;
	d.map->section = s->index;
	d.map->offset = info->offset;
	d.map->is_static = btf_var_linkage(var) == BTF_STATIC;
	err = read_definition(&d);
	if (err)
		return err;
	place.slots = d.slots;
	place.map = d.map;
	if (vec_push(&o->index->places, place))
		return report_oom(r);
	return object_add_map(o, d.map, r);
}

static int compare_places(const void *pa, const void *pb)
{
	const struct map_place *a = pa, *b = pb;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return 0;
}

/* Sort the places; two maps in one place are a lie that references could not tell apart. */
static int sort_places(struct object *o, struct report *r)
{
	struct map_place *p = o->index->places.v;
	size_t n = o->index->places.n;
	int first = 0;

	if (n)
		qsort(p, n, sizeof(*p), compare_places);
	for (size_t i = 1; i < n; i++)
		if (p[i - 1].section == p[i].section &&
		    p[i].offset - p[i - 1].offset < p[i - 1].size)
			first = report_error(r, EINVAL,
					     "maps '%s' and '%s' overlap in section '%s'",
					     p[i - 1].map->name, p[i].map->name,
					     o->elf->sections[p[i].section].name);
	return first;
}

int object_read_maps(struct object *o, struct report *r)
{
	const struct elf_section *s = elf_section_named(o->elf, ".maps");
	const struct btf_type *sec;
	uint32_t id;
	int err, first = object_read_legacy(o, r);

	if (first == -ENOMEM)
		return first;
	if (s && section_role(o, s->index) == SECTION_MAPS) {
		id = object_datasec(o, ".maps");
		sec = id ? btf_type(o->btf, id) : NULL;
		if (!sec) {
			first = report_error(r, ENOENT, "section '.maps' has %llu bytes, but %s",
					     (unsigned long long)s->size,
					     o->btf ? "BTF does not describe it"
						    : "there is no BTF to describe them");
			report_hint(r, "compile with -g");
		}
		for (uint32_t i = 0; sec && i < btf_vlen(sec); i++) {
			err = read_map(o, s, &btf_secinfos(sec)[i], r);
			if (err == -ENOMEM)
				return err;
			first = first ? first : err;
		}
	}
	err = sort_places(o, r);
	return first ? first : err;
}
