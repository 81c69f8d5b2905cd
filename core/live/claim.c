/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * claim.c - sections that belong to map plugins: who reads which, and what becomes of it. Knows how
 * variables become maps and how maps have a say in the programs they refer to; what the variables
 * mean is the plugin's to know.
 */
#include <sys/mman.h>

#include "live/context.h"

struct cleat_claim {
	struct cleat_object *object;
	const struct elf_section *section;
};

/* ---- reading --------------------------------------------------------------------------------- */

CLEAT_API struct cleat *cleat_claim_context(const struct cleat_claim *cl)
{
	return cl->object->c;
}

CLEAT_API const char *cleat_claim_section(const struct cleat_claim *cl)
{
	return cl->section->name + (cl->section->name[0] == '?');
}

CLEAT_API int cleat_claim_variable_at(const struct cleat_claim *cl, size_t i,
				      struct cleat_claim_variable *v)
{
	struct cleat_claim_variable full = { .struct_size = sizeof(full) };
	const struct object *spec = cl->object->spec;
	struct section_var var;
	int err = object_section_var(spec, cl->section, i, &var, cl->object->c->report);

	if (err)
		return err;
	full.name = var.name;
	full.offset = var.offset;
	full.bytes = var.size;
	full.type = type_in(spec->btf, var.btf_id);
	memcpy(v, &full, MIN(v->struct_size, (uint32_t)sizeof(full)));
	return 0;
}

CLEAT_API int cleat_claim_variable(struct cleat_claim *cl, const struct cleat_claim_variable *v,
				   const struct cleat_map_attr *attr)
{
	struct section_var var = {
		.name = v->name, .offset = v->offset, .size = v->bytes, .btf_id = v->type.id
	};
	struct map_spec *m;
	int err = object_claim_var(cl->object->spec, cl->section, &var, &m, cl->object->c->report);

	if (err)
		return err;
	m->type = attr->type;
	m->key_size = attr->key_size;
	m->max_entries = attr->max_entries;
	m->flags = attr->flags;
	return 0;
}

CLEAT_API int cleat_claim_memory(struct cleat_claim *cl, uint32_t type)
{
	struct object *spec = cl->object->spec;
	struct report *r = cl->object->c->report;
	struct map_spec *found = NULL;

	for (size_t i = 0; i < spec->maps.n; i++) {
		struct map_spec *m = spec->maps.v[i];

		if (m->type != type || m->origin == MAP_FROM_DATA)
			continue;
		if (found)
			return report_error(
				r, EINVAL,
				"section '%s' is in the memory of one map: which, '%s' or "
				"'%s'",
				cl->section->name, found->name, m->name);
		found = m;
	}
	if (!found)
		return report_error(
			r, EINVAL,
			"variables in section '%s' need a map for their memory, and the "
			"object has none of that type",
			cl->section->name);
	return object_claim_section(spec, cl->section, found, r);
}

int object_claim_sections(struct cleat_object *o)
{
	struct cleat *c = o->c;
	int err = 0;

	for (size_t i = 0; i < o->spec->unclaimed.n && !err; i++) {
		struct cleat_claim cl = { .object = o, .section = o->spec->unclaimed.v[i] };
		struct plugin *plugin;

		/* Whose it is matters to the programs that use it: they will say when it is nobody's. */
		err = registry_for_claim(c->registry, cleat_claim_section(&cl), &plugin, c->report);
		if (!err && plugin)
			err = plugin->map->claim(&cl);
	}
	return err;
}

/* ---- contents -------------------------------------------------------------------------------- */

CLEAT_API const void *cleat_map_contents(const struct cleat_map *m, size_t *bytes)
{
	if (!m->spec || !m->spec->data_size)
		return NULL;
	if (bytes)
		*bytes = m->spec->data_size;
	return m->spec->data;
}

CLEAT_API void *cleat_map_edit(struct cleat_map *m, size_t *bytes)
{
	return m->fd < 0 ? (void *)cleat_map_contents(m, bytes) : NULL;
}

CLEAT_API int cleat_map_type(const struct cleat_map *m, struct cleat_type *t)
{
	if (!m->spec || !m->spec->data_btf)
		return -ENODATA;
	*t = type_in(m->object->spec->btf, m->spec->data_btf);
	return 0;
}

CLEAT_API int cleat_map_share(struct cleat_map *m, void *memory, size_t bytes, uint64_t base)
{
	if (m->memory || base > bytes || !m->spec || m->spec->data_size > bytes - base) {
		munmap(memory, bytes);
		return report_error(m->c->report, EINVAL,
				    "the memory of map '%s' has no room for its variables",
				    m->name);
	}
	m->memory = memory;
	m->memory_size = bytes;
	m->base = base;
	return 0;
}

int map_place(struct cleat_map *m)
{
	const struct cleat_map_plugin *plugin = m->plugin->map;

	if (!m->spec->data_size || map_is_data(m) || !plugin->place)
		return 0;
	return plugin->place(m, m->params, m->adopted);
}

/* ---- maps that refer to programs ------------------------------------------------------------- */

bool program_is_referred_to(const struct cleat_program *p, bool *wanted)
{
	const struct cleat_object *o = p->object;
	bool found = false;

	*wanted = false;
	for (size_t i = 0; i < o->n_maps; i++) {
		const struct map_spec *spec = o->maps[i].spec;

		for (size_t k = 0; spec->origin == MAP_FROM_CLAIM && k < spec->slots.n; k++) {
			if (spec->slots.v[k].func != p->spec->entry)
				continue;
			found = true;
			*wanted |= !o->maps[i].left_out;
		}
	}
	return found;
}

static int ask_map(struct cleat_map *m, struct cleat_program *p)
{
	int err = 0;

	for (size_t i = 0; i < m->spec->slots.n && !err; i++) {
		if (m->spec->slots.v[i].func != p->spec->entry)
			continue;
		err = map_resolve(m);
		if (!err && m->plugin->map->slot)
			err = m->plugin->map->slot(m, m->spec->slots.v[i].index, p, &p->load);
	}
	return err;
}

int program_slots(struct cleat_program *p)
{
	struct cleat_object *o = p->object;
	int err = 0;
	bool wanted;

	/* What is not made has no say, but when the program is loaded for nobody. */
	program_is_referred_to(p, &wanted);
	for (size_t i = 0; i < o->n_maps && !err; i++)
		if (o->maps[i].spec->origin == MAP_FROM_CLAIM && (!o->maps[i].left_out || !wanted))
			err = ask_map(&o->maps[i], p);
	return err;
}

bool map_is_attached(const struct cleat_map *m)
{
	return m->spec && m->spec->origin == MAP_FROM_CLAIM && m->plugin && m->plugin->map->attach;
}
