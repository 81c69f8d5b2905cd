// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * output.c - [output]: records of a map, handed to an output plugin. Knows how the two are brought
 * together and counts what passes; refuses to know what records look like and where they go.
 */
#include "base/text.h"
#include "unit/unit.h"

struct cleat_output {
	struct unit *unit;
	const struct unit_section *section;
	struct plugin *plugin;
	struct cleat_params *params;
	struct cleat_map *map;
	struct cleat_reader *reader;
	void *data;
	bool opened;
	bool fresh; /* has records that were not flushed */
	uint64_t records;
	uint64_t lost;
};

static const struct cleat_key output_keys[] = {
	{ .name = "map", .help = "the map whose records are written; by default the label",
	  .type = CLEAT_TYPE_MAP },
	{ .name = "record", .help = "C type of the records, 'struct event'" },
	{ .name = "format", .help = "the output plugin", .preset = "text" },
};

/* ---- what plugins ask ---------------------------------------------------------------------- */

CLEAT_API struct cleat *cleat_output_context(const struct cleat_output *o)
{
	return o->unit->c;
}

CLEAT_API void cleat_output_set_data(struct cleat_output *o, void *data)
{
	o->data = data;
}

CLEAT_API void *cleat_output_data(const struct cleat_output *o)
{
	return o->data;
}

CLEAT_API const char *cleat_output_unit(const struct cleat_output *o)
{
	return o->unit->files.name;
}

CLEAT_API const char *cleat_output_label(const struct cleat_output *o)
{
	return o->section->name;
}

/* ---- checking ------------------------------------------------------------------------------ */

/* The plugin decides which keys there are, so its name is looked for first: the last counts. */
static int find_plugin(struct cleat_output *o, struct report *r)
{
	const struct unit_section *s = o->section;
	const struct unit_entry *format = NULL;
	size_t i;

	for (i = 0; i < s->entries.n; i++) {
		const struct unit_entry *e = &s->entries.v[i];

		if (streq(e->key, "format") && (!format || e->layer >= format->layer))
			format = e;
	}
	if (!format)
		return registry_for_output(o->unit->c->registry, "text", &o->plugin, r);
	REPORT_IN(r, REPORT_FILE, format->file);
	report_line(r, format->line);
	return registry_for_output(o->unit->c->registry, format->value, &o->plugin, r);
}

static int find_map(struct cleat_output *o, struct report *r)
{
	const char *name = cleat_param(o->params, "map");
	const char *file;
	unsigned int line;
	int err;

	params_place(o->params, "map", &file, &line);
	REPORT_IN(r, REPORT_FILE, file ? file : o->section->file);
	report_line(r, file ? line : o->section->line);
	err = unit_find_map(o->unit, name ? name : o->section->name, &o->map);
	if (err)
		return err;
	err = map_resolve(o->map);
	if (err)
		return err;
	if (!o->map->plugin->map->reader_open)
		return report_error(r, EINVAL, "map '%s' of type '%s' has no records to read",
				    o->map->name, o->map->type->name);
	return 0;
}

static int check_record(struct cleat_output *o, struct report *r)
{
	const char *record = cleat_param(o->params, "record");
	const char *file;
	unsigned int line;

	if (!record)
		return 0;
	params_place(o->params, "record", &file, &line);
	REPORT_IN(r, REPORT_FILE, file);
	report_line(r, line);
	return type_by_name(o->unit->object->spec->btf, record, r) ? 0 : -ENOENT;
}

static int check_keys(struct cleat_output *o, struct report *r)
{
	int err = unit_set(o->section, o->params, 1, r), e;

	e = find_map(o, r);
	err = err ? err : e;
	e = check_record(o, r);
	err = err ? err : e;
	e = params_complete(o->params, r);
	err = err ? err : e;
	if (!err && o->plugin->output->check)
		err = o->plugin->output->check(o->unit->c, o->params);
	return err;
}

/* Without a plugin the map can be judged, and nothing else. */
static int check_map_alone(struct cleat_output *o, struct report *r)
{
	size_t i;

	o->params = params_new(NULL, 0, output_keys, ARRAY_SIZE(output_keys), "[output]");
	if (!o->params)
		return report_oom(r);
	for (i = 0; i < o->section->entries.n; i++) {
		const struct unit_entry *e = &o->section->entries.v[i];

		if (streq(e->key, "map"))
			params_set(o->params, e->key, e->value, e->file, e->line, 1 + e->layer,
				   NULL);
	}
	return find_map(o, r);
}

int output_new(struct cleat_output **out, struct unit *u, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct cleat_output *o = calloc(1, sizeof(*o));
	int err;

	*out = NULL;
	if (!o)
		return report_oom(r);
	o->unit = u;
	o->section = s;
	err = find_plugin(o, r);
	if (!err) {
		o->params = params_new(o->plugin->keys, o->plugin->n_keys, output_keys,
				       ARRAY_SIZE(output_keys), o->plugin->name);
		params_report(o->params, r);
		err = o->params ? check_keys(o, r) : report_oom(r);
	} else if (err != -ENOMEM) {
		check_map_alone(o, r);
	}
	if (err) {
		output_free(o);
		return err;
	}
	*out = o;
	return 0;
}

void output_free(struct cleat_output *o)
{
	if (!o)
		return;
	output_stop(o);
	params_free(o->params);
	free(o);
}

struct cleat_map *output_map(const struct cleat_output *o)
{
	return o->map;
}

/* A record has one reader. */
static int check_other_readers(struct unit *u, const struct cleat_output *o)
{
	size_t i;

	for (i = 0; i < u->outputs.n; i++) {
		if (u->outputs.v[i]->map == o->map)
			return report_error(u->c->report, EINVAL,
					    "the records of map '%s' go to [output %s] already",
					    o->map->name, u->outputs.v[i]->section->name);
	}
	return 0;
}

int unit_check_outputs(struct unit *u)
{
	struct report *r = u->c->report;
	struct cleat_output *o;
	int err = 0, e;
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		const struct unit_section *s = u->sections.v[i];

		if (s->kind != SECTION_OUTPUT)
			continue;
		REPORT_IN(r, REPORT_FILE, s->file);
		REPORT_IN(r, REPORT_SECTION, s->title);
		report_line(r, s->line);
		e = output_new(&o, u, s);
		if (!e) {
			e = check_other_readers(u, o);
			if (!e && vec_push(&u->outputs, o))
				e = report_oom(r);
			if (e)
				output_free(o);
		}
		err = err ? err : e;
	}
	return err;
}

/* ---- running ------------------------------------------------------------------------------- */

static int on_record(void *user, const struct cleat_record *record)
{
	struct cleat_output *o = user;

	o->records += !!record->data;
	o->lost += record->lost;
	o->fresh = true;
	return o->plugin->output->record ? o->plugin->output->record(o, record) : 0;
}

/* The map's own keys that its plugin knows: how big a buffer is, and the like. */
static int reader_params(const struct cleat_map *m, struct arena *arena, const char *const **out)
{
	VEC(const char *) list = { 0 };
	const char *key, *value;
	bool core;
	size_t i;
	int err = 0;

	for (i = 0; params_at(m->params, i, &key, &value) && !err; i++) {
		const char *text;

		params_key(m->params, key, &core);
		if (core)
			continue;
		text = arena_format(arena, "%s=%s", key, value);
		err = text ? vec_push(&list, text) : -ENOMEM;
	}
	if (!err)
		err = vec_push(&list, NULL);
	*out = err ? NULL : arena_copy(arena, list.v, list.n * sizeof(*list.v));
	vec_free(&list);
	return *out ? 0 : -ENOMEM;
}

int output_start(struct cleat_output *o)
{
	struct report *r = o->unit->c->report;
	struct cleat_reader_options options = {
		.size = sizeof(options),
		.record = cleat_param(o->params, "record"),
	};
	int err;

	REPORT_IN(r, REPORT_FILE, o->section->file);
	REPORT_IN(r, REPORT_SECTION, o->section->title);
	report_line(r, o->section->line);
	if (reader_params(o->map, o->unit->arena, &options.params))
		return report_oom(r);
	if (o->plugin->output->open) {
		err = o->plugin->output->open(o, o->params);
		if (err)
			return err;
	}
	o->opened = true;
	err = cleat_reader_open(o->map, &options, on_record, o, &o->reader);
	if (err)
		output_stop(o);
	return err;
}

void output_stop(struct cleat_output *o)
{
	cleat_reader_close(o->reader);
	o->reader = NULL;
	if (o->opened && o->plugin->output->close)
		o->plugin->output->close(o);
	o->opened = false;
	o->data = NULL;
}

int output_fd(const struct cleat_output *o)
{
	return o->reader ? cleat_reader_fd(o->reader) : -1;
}

int output_dispatch(struct cleat_output *o)
{
	struct report *r = o->unit->c->report;
	size_t errors = report_errors(r);
	int n, err = 0;

	if (!o->reader)
		return 0;
	REPORT_IN(r, REPORT_FILE, o->section->file);
	REPORT_IN(r, REPORT_SECTION, o->section->title);
	report_line(r, o->section->line);
	n = cleat_reader_dispatch(o->reader);
	if (o->fresh && o->plugin->output->flush)
		err = o->plugin->output->flush(o);
	o->fresh = false;
	if (n < 0)
		err = n;
	if (err && report_errors(r) == errors)
		report_sys(r, err, "cannot write records of map '%s'", o->map->name);
	return err ? err : n;
}

void output_totals(const struct cleat_output *o, uint64_t *records, uint64_t *lost)
{
	*records = o->records;
	*lost = o->lost;
}
