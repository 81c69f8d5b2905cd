/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * object.c - the public object: handles for what the file says, and its global variables.
 *
 * Knows the spec and the handles on it; how things get into the kernel is in load.c, program.c
 * and map.c.
 */
#include "base/file.h"
#include "btf/decl.h"
#include "btf/value.h"
#include "kernel/bpf.h"
#include "live/context.h"

/* A function that others call, in a section that means nothing to any plugin. */
static bool is_subprogram(const struct cleat_object *o, const struct program_spec *spec)
{
	return spec->called && !registry_match_section(o->c->registry, spec->section, NULL);
}

static int make_handles(struct cleat_object *o)
{
	struct object *spec = o->spec;

	o->programs = calloc(spec->programs.n + 1, sizeof(*o->programs));
	o->maps = calloc(spec->maps.n + 1, sizeof(*o->maps));
	if (!o->programs || !o->maps)
		return report_oom(o->c->report);
	for (size_t i = 0; i < spec->programs.n; i++) {
		struct cleat_program *p = &o->programs[o->n_programs++];

		p->object = o;
		p->spec = spec->programs.v[i];
		p->section = p->spec->section;
		p->autoload = p->spec->autoload && !is_subprogram(o, p->spec);
		p->required = true;
		p->fd = -1;
	}
	for (size_t i = 0; i < spec->maps.n; i++) {
		struct cleat_map *m = &o->maps[o->n_maps++];

		m->c = o->c;
		m->object = o;
		m->spec = spec->maps.v[i];
		m->left_out = m->spec->optional;
		m->fd = -1;
		m->adopted_fd = m->text_fd[0] = m->text_fd[1] = -1;
		m->name = text_dup(m->spec->name);
		if (!m->name)
			return report_oom(o->c->report);
	}
	return 0;
}

/* Takes @spec. */
static int adopt_spec(struct cleat *c, struct object *spec, const char *path,
		      struct cleat_object **out)
{
	struct cleat_object *o = calloc(1, sizeof(*o));
	int err;

	if (!o || vec_push(&c->objects, o)) {
		free(o);
		object_free(spec);
		return report_oom(c->report);
	}
	o->c = c;
	o->spec = spec;
	o->btf_fd = -1;
	o->path = text_dup(path);
	err = o->path ? object_claim_sections(o) : report_oom(c->report);
	if (!err)
		err = make_handles(o);
	if (err) {
		cleat_object_close(o);
		return err;
	}
	*out = o;
	return 0;
}

CLEAT_API int cleat_object_open(struct cleat *c, const char *path, struct cleat_object **out)
{
	struct object *spec;
	int err;

	OPERATION(c);
	REPORT_IN(c->report, REPORT_PHASE, "open");
	REPORT_IN(c->report, REPORT_OBJECT, path);
	*out = NULL;
	err = object_open(&spec, path, c->report);
	return err ? err : adopt_spec(c, spec, path, out);
}

CLEAT_API int cleat_object_open_memory(struct cleat *c, const void *data, size_t size,
				       const char *name, struct cleat_object **out)
{
	struct object *spec;
	int err;

	OPERATION(c);
	REPORT_IN(c->report, REPORT_PHASE, "open");
	REPORT_IN(c->report, REPORT_OBJECT, name);
	*out = NULL;
	err = object_open_memory(&spec, data, size, name, c->report);
	return err ? err : adopt_spec(c, spec, name, out);
}

CLEAT_API void cleat_object_close(struct cleat_object *o)
{
	struct cleat *c;

	if (!o)
		return;
	c = o->c;
	links_release(c, o);
	for (size_t i = 0; i < o->n_programs; i++)
		program_release(&o->programs[i]);
	for (size_t i = 0; i < o->n_maps; i++)
		map_release(&o->maps[i]);
	object_btf_unload(o);
	for (size_t i = 0; i < c->objects.n; i++) {
		if (c->objects.v[i] != o)
			continue;
		memmove(&c->objects.v[i], &c->objects.v[i + 1],
			(c->objects.n - i - 1) * sizeof(c->objects.v[0]));
		c->objects.n--;
		break;
	}
	object_free(o->spec);
	free(o->programs);
	free(o->maps);
	free(o->path);
	free(o);
}

CLEAT_API int cleat_object_detach(struct cleat_object *o)
{
	OPERATION(o->c);
	return links_release(o->c, o);
}

CLEAT_API void cleat_object_unload(struct cleat_object *o)
{
	for (size_t i = 0; i < o->n_programs; i++)
		cleat_program_unload(&o->programs[i]);
	for (size_t i = 0; i < o->n_maps; i++)
		map_unload(&o->maps[i]);
	object_btf_unload(o);
	o->maps_created = false;
	o->slots_filled = false;
}

CLEAT_API int cleat_object_set_name(struct cleat_object *o, const char *name)
{
	const char *copy;

	OPERATION(o->c);
	if (!*name)
		return report_error(o->c->report, EINVAL, "an object's name is not empty");
	if (o->maps_created)
		return report_error(o->c->report, EBUSY, "the maps of %s have their names already",
				    o->path);
	copy = arena_dup(o->spec->arena, name);
	if (!copy)
		return report_oom(o->c->report);
	o->spec->name = copy;
	return 0;
}

CLEAT_API const char *cleat_object_path(const struct cleat_object *o)
{
	return o->path;
}

CLEAT_API const char *cleat_object_license(const struct cleat_object *o)
{
	return o->spec->license;
}

CLEAT_API struct cleat_program *cleat_object_program_at(const struct cleat_object *o, size_t i)
{
	return i < o->n_programs ? &o->programs[i] : NULL;
}

CLEAT_API struct cleat_program *cleat_object_program(const struct cleat_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_programs; i++)
		if (streq(o->programs[i].spec->name, name))
			return &o->programs[i];
	return NULL;
}

CLEAT_API struct cleat_map *cleat_object_map_at(const struct cleat_object *o, size_t i)
{
	return i < o->n_maps ? &o->maps[i] : NULL;
}

CLEAT_API struct cleat_map *cleat_object_map(const struct cleat_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_maps; i++)
		if (streq(o->maps[i].name, name))
			return &o->maps[i];
	return NULL;
}

struct cleat_map *map_of_spec(struct cleat_object *o, const struct map_spec *spec)
{
	for (size_t i = 0; i < o->n_maps; i++)
		if (o->maps[i].spec == spec)
			return &o->maps[i];
	return NULL;
}

/* ---- global variables ---------------------------------------------------------------------- */

static const char *c_type(struct cleat_object *o, uint32_t id)
{
	struct buf text _buf_free_ = { 0 };

	if (!id || !o->spec->btf || btf_decl_type(&text, o->spec->btf, id, "") || text.failed)
		return NULL;
	return arena_dup(o->spec->arena, text.data);
}

/* Constants of assembler code follow the variables. */
static int constant_at(struct cleat_object *o, size_t i, struct cleat_global *g)
{
	for (size_t j = 0; j < o->spec->externs.n; j++) {
		const struct extern_spec *e = o->spec->externs.v[j];
		const struct cleat_global full = {
			.size = g->size,
			.name = e->name,
			.bytes = sizeof(e->address),
			.read_only = true,
			.undefined = !e->given,
		};

		if (!e->constant || i--)
			continue;
		memcpy(g, &full, MIN(g->size, sizeof(full)));
		return 0;
	}
	return -ENOENT;
}

CLEAT_API int cleat_object_global_at(struct cleat_object *o, size_t i, struct cleat_global *g)
{
	const struct var_spec *v;
	struct cleat_global full = { 0 };

	if (i >= o->spec->vars.n)
		return constant_at(o, i - o->spec->vars.n, g);
	v = o->spec->vars.v[i];
	full = (struct cleat_global){
		.size = g->size,
		.name = v->name,
		.type = c_type(o, v->btf_id),
		.section = v->map->name,
		.offset = v->offset,
		.bytes = v->size,
		.read_only = v->map->read_only,
	};
	memcpy(g, &full, MIN(g->size, sizeof(full)));
	return 0;
}

/* Reports with the nearest name. */
static struct var_spec *find_global(struct cleat_object *o, const char *name)
{
	struct var_spec *v = object_var(o->spec, name);
	VEC(const char *) names = { 0 };

	if (v)
		return v;
	if (object_constant(o->spec, name)) {
		report_error(o->c->report, ENOENT, "'%s' is no variable but a constant of the code",
			     name);
		return NULL;
	}
	report_error(o->c->report, ENOENT, "no global variable '%s' in %s", name, o->path);
	for (size_t i = 0; i < o->spec->vars.n; i++)
		if (vec_push(&names, o->spec->vars.v[i]->name))
			break;
	for (size_t i = 0; i < o->spec->externs.n; i++)
		if (o->spec->externs.v[i]->constant &&
		    vec_push(&names, o->spec->externs.v[i]->name))
			break;
	report_nearest(o->c->report, name, names.v, names.n);
	vec_free(&names);
	return NULL;
}

/*
 * The bytes of a data map: the kernel's once it is there, else the spec's (made when all zero).
 * NULL: the map is in the kernel and not mapped, because the kernel is older than 5.5 or because
 * all its variables are static.
 */
static uint8_t *map_bytes(struct cleat_object *o, struct map_spec *spec)
{
	struct cleat_map *m = map_of_spec(o, spec);
	uint8_t *memory = m ? map_memory(m) : NULL;

	if (memory)
		return memory + m->base;
	if (m && m->fd >= 0)
		return NULL;
	if (!spec->data)
		spec->data = arena_alloc(o->spec->arena, spec->value_size);
	return spec->data;
}

CLEAT_API int cleat_object_resize_global(struct cleat_object *o, const char *name,
					 uint64_t elements)
{
	struct report *r = o->c->report;
	struct var_spec *v;
	struct cleat_map *m;
	int err;

	OPERATION(o->c);
	v = find_global(o, name);
	if (!v)
		return -ENOENT;
	m = map_of_spec(o, v->map);
	if (o->btf_tried || (m && m->fd >= 0))
		return report_error(r, EBUSY, "global '%s' has its size once the object is loaded",
				    name);
	err = object_resize_var(o->spec, v, elements, r);
	if (!err && m && m->resolved)
		m->attr.value_size = v->map->value_size;
	return err;
}

CLEAT_API void *cleat_object_global_memory(struct cleat_object *o, const char *name, size_t *size)
{
	struct var_spec *v = object_var(o->spec, name);
	uint8_t *bytes = v ? map_bytes(o, v->map) : NULL;

	if (!bytes)
		return NULL;
	if (size)
		*size = v->size;
	return bytes + v->offset;
}

/* A map that is not mapped: its whole value, read by the system call; the caller frees. */
static int read_value(struct cleat_object *o, struct map_spec *spec, uint8_t **out)
{
	struct cleat_map *m = map_of_spec(o, spec);
	uint32_t zero = 0;
	int err;

	*out = calloc(1, (size_t)spec->value_size + 1);
	if (!m || !*out)
		return report_oom(o->c->report);
	err = sys_map_lookup(m->fd, &zero, *out, 0);
	return err ? report_sys(o->c->report, err, "cannot read %s", spec->name) : 0;
}

/* What programs write into the rest of the value in this moment is lost: it goes as one piece. */
static int write_unmapped(struct cleat_object *o, const struct var_spec *v, const void *value)
{
	_free_ uint8_t *bytes = NULL;
	struct cleat_map *m = map_of_spec(o, v->map);
	uint32_t zero = 0;
	int err = read_value(o, v->map, &bytes);

	if (err)
		return err;
	memcpy(bytes + v->offset, value, v->size);
	err = sys_map_update(m->fd, &zero, bytes, 0);
	return err ? report_sys(o->c->report, err, "cannot set global '%s'", v->name) : 0;
}

/* In memory that programs read meanwhile: what the CPU can store at once is stored at once. */
static void store(void *to, const void *from, size_t size)
{
	bool aligned = size && (uintptr_t)to % size == 0;
	uint64_t number = 0;

	if (aligned && size == 8) {
		memcpy(&number, from, 8);
		__atomic_store_n((uint64_t *)to, number, __ATOMIC_RELAXED);
	} else if (aligned && size == 4) {
		uint32_t word;

		memcpy(&word, from, 4);
		__atomic_store_n((uint32_t *)to, word, __ATOMIC_RELAXED);
	} else if (aligned && size == 2) {
		uint16_t half;

		memcpy(&half, from, 2);
		__atomic_store_n((uint16_t *)to, half, __ATOMIC_RELAXED);
	} else {
		memcpy(to, from, size);
	}
}

/* It becomes a part of the instructions. */
static int set_constant(struct cleat_object *o, struct extern_spec *e, const char *text)
{
	uint64_t value;
	int err;

	if (o->maps_created)
		return report_error(o->c->report, EROFS,
				    "constant '%s' is read-only once the object is loaded",
				    e->name);
	err = text_parse_untyped(o->c->report, text, (uint8_t *)&value, sizeof(value));
	if (err)
		return err;
	e->address = value;
	e->given = true;
	return 0;
}

CLEAT_API int cleat_object_set_global(struct cleat_object *o, const char *name, const char *text)
{
	struct report *r = o->c->report;
	_free_ uint8_t *value = NULL;
	struct extern_spec *constant;
	struct var_spec *v;
	struct cleat_map *m;
	uint8_t *bytes;
	int err;

	OPERATION(o->c);
	constant = object_constant(o->spec, name);
	if (constant)
		return set_constant(o, constant, text);
	v = find_global(o, name);
	if (!v)
		return -ENOENT;
	m = map_of_spec(o, v->map);
	if (m && m->fd >= 0 && v->map->read_only) {
		report_error(r, EROFS, "global '%s' is read-only once the object is loaded", name);
		report_hint(r, "set it before loading, or move it out of %s", v->map->name);
		return -EROFS;
	}
	value = calloc(1, v->size ? v->size : 1);
	if (!value)
		return report_oom(r);
	if (o->spec->btf && v->btf_id)
		err = btf_value_parse(o->spec->btf, v->btf_id, text, value, v->size, r);
	else
		err = text_parse_untyped(r, text, value, v->size);
	if (err)
		return err;
	bytes = map_bytes(o, v->map);
	if (!bytes && m && m->fd >= 0)
		return write_unmapped(o, v, value);
	if (!bytes)
		return report_oom(r);
	store(bytes + v->offset, value, v->size);
	v->given = true;
	return 0;
}

static int get_constant(struct cleat_object *o, const struct extern_spec *e, struct buf *out,
			bool json)
{
	if (!e->given)
		return report_error(o->c->report, ENODATA, "constant '%s' has no value yet",
				    e->name);
	text_format_untyped(out, &e->address, sizeof(e->address), json);
	return 0;
}

CLEAT_API int cleat_object_get_global(struct cleat_object *o, const char *name, bool json,
				      char **text)
{
	struct buf out _buf_free_ = { 0 };
	_free_ uint8_t *copy = NULL;
	const struct extern_spec *constant;
	struct var_spec *v;
	uint8_t *bytes;
	int err;

	OPERATION(o->c);
	constant = object_constant(o->spec, name);
	if (constant) {
		err = get_constant(o, constant, &out, json);
		if (err)
			return err;
		*text = buf_take(&out);
		return *text ? 0 : report_oom(o->c->report);
	}
	v = find_global(o, name);
	if (!v)
		return -ENOENT;
	bytes = map_bytes(o, v->map);
	if (!bytes) {
		err = read_value(o, v->map, &copy);
		if (err)
			return err;
		bytes = copy;
	}
	if (o->spec->btf && v->btf_id) {
		err = btf_value_format(&out, o->spec->btf, v->btf_id, bytes + v->offset, v->size,
				       json ? BTF_VALUE_JSON : 0);
		if (err)
			return err;
	} else {
		text_format_untyped(&out, bytes + v->offset, v->size, json);
	}
	*text = buf_take(&out);
	return *text ? 0 : report_oom(o->c->report);
}

CLEAT_API int cleat_object_facts(struct cleat_object *o, struct cleat_facts *out)
{
	const struct object *spec = o->spec;
	size_t relos = 0, insns = 0;

	for (size_t i = 0; i < spec->funcs.n; i++) {
		relos += spec->funcs.v[i]->n_relos;
		insns += spec->funcs.v[i]->n_insns;
	}
	cleat_facts_text(out, "license", "%s", spec->license);
	cleat_facts_text(out, "byte-order", "%s", spec->elf->big_endian ? "big" : "little");
	cleat_facts_number(out, "functions", spec->funcs.n);
	cleat_facts_number(out, "instructions", insns);
	cleat_facts_number(out, "core-relocations", relos);
	cleat_facts_number(out, "btf-types", spec->btf ? btf_count(spec->btf) - 1 : 0);
	for (size_t i = 0; i < spec->externs.n; i++) {
		const struct extern_spec *e = spec->externs.v[i];
		static const char *const kinds[] = { "kconfig", "ksym", "kfunc" };

		cleat_facts_text(out, "extern", "%s %s%s", kinds[e->kind], e->name,
				 e->weak ? " (weak)" : "");
	}
	return 0;
}
