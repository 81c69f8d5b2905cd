/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * wanted.c - what a unit comes to: its programs, maps and links, each with what decides whether the
 * one that is there will do. Knows which part of an object decides about what; refuses to ask the kernel about them.
 */
#include <sha2.h>

#include "base/file.h"
#include "base/text.h"
#include "live/world.h"
#include "state/state.h"

/* Half of a SHA-256: enough to tell things apart. */
#define SUM_BYTES 16

struct sum {
	SHA2_CTX ctx;
};

static void sum_begin(struct sum *s)
{
	SHA256Init(&s->ctx);
}

static void sum_data(struct sum *s, const void *data, size_t n)
{
	uint64_t size = n;

	/* So that "ab" "c" is not "a" "bc". */
	SHA256Update(&s->ctx, (const uint8_t *)&size, sizeof(size));
	SHA256Update(&s->ctx, data, n);
}

static void sum_text(struct sum *s, const char *text)
{
	sum_data(s, text ? text : "", text ? strlen(text) : 0);
}

static const char *sum_end(struct sum *s, struct arena *a)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct buf hex _buf_free_ = { 0 };

	SHA256Final(digest, &s->ctx);
	buf_put_hex(&hex, digest, SUM_BYTES);
	return hex.failed ? NULL : arena_dup(a, hex.data);
}

/* ---- programs -------------------------------------------------------------------------------- */

/* What all programs of an object have in common: its bytes, and the variables that are compiled in. */
static void sum_object(const struct unit *u, struct sum *s)
{
	const struct cleat_object *o = u->object;
	const struct file_view *bytes = o->spec->view;

	/* those that were opened: the file may be another one by now */
	sum_data(s, bytes->data, bytes->size);
	for (size_t i = 0; i < o->n_maps; i++) {
		const struct cleat_map *m = &o->maps[i];

		if (m->spec->read_only && m->spec->data)
			sum_data(s, m->spec->data, m->attr.value_size);
	}
	for (size_t i = 0; i < u->sections.n; i++) {
		const struct unit_section *section = u->sections.v[i];

		/* constants of the code, and arrays of another size */
		for (size_t k = 0; section->kind == SECTION_GLOBAL && k < section->entries.n; k++) {
			sum_text(s, section->name);
			sum_text(s, section->entries.v[k].value);
		}
	}
}

static int add_programs(struct unit *u, struct record *rec)
{
	struct cleat_object *o = u->object;
	struct sum common;

	sum_begin(&common);
	sum_object(u, &common);
	for (size_t i = 0; i < o->n_programs; i++) {
		struct cleat_program *p = &o->programs[i];
		struct record_program *to;
		struct sum sum = common;

		if (!program_to_load(p))
			continue;
		to = vec_add(&rec->programs);
		if (!to)
			return report_oom(u->c->report);
		sum_text(&sum, p->section);
		sum_text(&sum, p->plugin ? p->plugin->name : "");
		sum_text(&sum, p->params ? keys_text(p->params, rec->arena) : "");
		*to = (struct record_program) { .name = p->spec->name,
						.program = p,
						.section = p->section,
						.sum = sum_end(&sum, rec->arena) };
		if (!to->sum)
			return report_oom(u->c->report);
	}
	return 0;
}

/* ---- maps ------------------------------------------------------------------------------------ */

static struct unit_map *section_of(const struct unit *u, const struct cleat_map *m)
{
	for (size_t i = 0; i < u->maps.n; i++)
		if (u->maps.v[i]->map == m)
			return u->maps.v[i];
	return NULL;
}

static const char *seeds_sum(const struct unit_map *section, struct arena *a)
{
	const struct entries *e = section ? &section->seeds : NULL;
	struct sum s;

	if (!e || !e->n)
		return "";
	sum_begin(&s);
	sum_data(&s, e->keys, e->n * e->key_size);
	sum_data(&s, e->values, e->n * e->value_bytes);
	for (size_t i = 0; i < e->texts.n; i++) {
		sum_text(&s, e->texts.v[i].key);
		sum_text(&s, e->texts.v[i].value);
	}
	return sum_end(&s, a);
}

/* Variables that the program may write keep what it wrote, as long as they begin the same. */
static const char *data_sum(const struct cleat_map *m, struct arena *a)
{
	struct sum s;

	if (!map_is_data(m) || !m->spec->data)
		return "";
	sum_begin(&s);
	sum_data(&s, m->spec->data, m->attr.value_size);
	return sum_end(&s, a);
}

/* Programs in its slots, or maps and programs that the unit's entries name. */
static bool follows_programs(const struct cleat_map *m, const struct unit_map *section)
{
	return m->type->flags & CLEAT_MAP_FD_VALUE &&
	       (m->spec->slots.n || (section && section->seeds.n));
}

static int add_maps(struct unit *u, struct record *rec)
{
	struct cleat_object *o = u->object;

	for (size_t i = 0; i < o->n_maps; i++) {
		struct cleat_map *m = &o->maps[i];
		struct unit_map *section = section_of(u, m);
		struct record_map *to;
		const char *pin;

		if (m->left_out)
			continue;
		to = vec_add(&rec->maps);
		if (!to)
			return report_oom(u->c->report);
		pin = m->unpinned ? NULL : cleat_param(m->params, "pin");
		*to = (struct record_map) {
			.name = m->name,
			.map = m,
			.section = section,
			.seeds = seeds_sum(section, rec->arena),
			.data = data_sum(m, rec->arena),
			.vars = variables_text(o, m, rec->arena),
			.pin = pin ? pin : "",
			.share = section && section->share_unit
					 ? arena_format(rec->arena, "%s/%s", section->share_unit,
							section->share_map)
					 : "",
			.follows = follows_programs(m, section),
			.shape = arena_format(rec->arena,
					      "%s, key %u, value %u, max-entries %u, flags %#x",
					      m->type->name, m->attr.key_size, m->attr.value_size,
					      m->attr.max_entries, m->attr.flags),
		};
		if (!to->seeds || !to->data || !to->vars || !to->shape || !to->share)
			return report_oom(u->c->report);
	}
	return 0;
}

/* ---- links ----------------------------------------------------------------------------------- */

static bool name_taken(const struct record *rec, const char *name)
{
	for (size_t i = 0; i < rec->links.n; i++)
		if (streq(rec->links.v[i].name, name))
			return true;
	return false;
}

/* PROGRAM, PROGRAM-LABEL where the unit has one, and PROGRAM-2 ... for more targets. */
static const char *link_name(const struct record *rec, const char *of,
			     const struct unit_section *section)
{
	const char *base = section && section->label
				   ? arena_format(rec->arena, "%s-%s", of, section->label)
				   : of;
	const char *name = base;

	for (unsigned int n = 2; name && name_taken(rec, name); n++)
		name = arena_format(rec->arena, "%s-%u", base, n);
	return name;
}

/* Of a file that another takes the place of, and of a process whose number comes again, the keys say nothing. */
static const char *target_sum(const struct cleat_params *p, struct arena *a)
{
	_free_ char *identity = NULL;
	const char *name, *value;
	bool needed = false;
	struct sum s;

	for (size_t i = 0; p && params_at(p, i, &name, &value); i++) {
		const struct cleat_key *key = params_key(p, name, NULL);

		needed |= key && key->flags & (CLEAT_KEY_BINARY | CLEAT_KEY_PROCESS);
	}
	if (!needed)
		return "";
	identity = world_identity(p, true);
	if (!identity)
		return NULL;
	sum_begin(&s);
	sum_text(&s, identity);
	return sum_end(&s, a);
}

/* Takes @params. */
static int add_link(struct record *rec, const char *of, const char *plugin,
		    struct cleat_params *params, const struct unit_section *section)
{
	struct record_link l = { .of = of,
				 .plugin = plugin,
				 .params = params,
				 .section = section,
				 .what = "",
				 .seen = "",
				 .note = "",
				 .way = "" };

	l.name = link_name(rec, of, section);
	l.keys = params ? keys_text(params, rec->arena) : "";
	l.target = target_sum(params, rec->arena);
	if (l.name && l.keys && l.target && !vec_push(&rec->links, l))
		return 0;
	params_free(params);
	return -ENOMEM;
}

static int expand(struct unit *u, struct unit_attach *a, struct cleat_targets *targets)
{
	struct report *r = u->c->report;

	REPORT_IN(r, REPORT_FILE, a->section ? a->section->file : u->files.paths.v[0]);
	REPORT_IN(r, REPORT_SECTION, a->section ? a->section->title : NULL);
	REPORT_IN(r, REPORT_PROGRAM, a->program->spec->name);
	if (a->section)
		report_line(r, a->section->line);
	return program_expand(a->program, a->params, targets);
}

static int add_attach(struct unit *u, struct unit_attach *a, struct record *rec)
{
	struct cleat_targets targets _cleanup_(targets_free) = { 0 };
	const char *of = a->program->spec->name, *plugin = a->program->plugin->name;
	int err = expand(u, a, &targets);

	if (err)
		return err;
	if (!targets.params.n && !targets.missing)
		err = add_link(rec, of, plugin, params_copy(a->params), a->section);
	for (size_t i = 0; i < targets.params.n && !err; i++)
		err = add_link(rec, of, plugin, params_copy(targets.params.v[i]), a->section);
	return err ? report_oom(u->c->report) : 0;
}

static int add_links(struct unit *u, struct record *rec)
{
	struct cleat_object *o = u->object;
	int err = 0, e;

	for (size_t i = 0; i < u->attaches.n; i++) {
		if (!record_program(rec, u->attaches.v[i].program->spec->name))
			continue;
		e = add_attach(u, &u->attaches.v[i], rec);
		err = err ? err : e;
	}
	for (size_t i = 0; i < o->n_maps && !err; i++) {
		const struct cleat_map *m = &o->maps[i];
		const struct unit_map *section = section_of(u, m);

		if (!m->left_out && map_is_attached(m) && !(section && section->detached) &&
		    add_link(rec, m->name, "", NULL, NULL))
			err = report_oom(u->c->report);
	}
	return err;
}

int wanted_read(struct unit *u, struct record **out)
{
	struct record *rec = record_new(u->files.name);
	int err = 0;

	*out = NULL;
	if (!rec)
		return report_oom(u->c->report);
	rec->source = u->files.paths.v[0];
	rec->owner = cleat_param(u->own, "owner") ?: "";
	/* Without an object a condition does not hold: nothing is wanted. */
	if (u->object) {
		rec->object = u->object->path;
		err = add_programs(u, rec);
		if (!err)
			err = add_maps(u, rec);
		if (!err)
			err = add_links(u, rec);
	}
	if (err)
		record_free(rec);
	else
		*out = rec;
	return err;
}
