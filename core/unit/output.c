// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * output.c - [output] and [log]: records of a map, handed to an output plugin. Knows how the two are
 * brought together, which records pass, and counts those that do not; refuses to know what records look
 * like and where they go.
 */
#include <time.h>

#include "base/text.h"
#include "btf/filter.h"
#include "log/log.h"
#include "unit/rate.h"
#include "unit/unit.h"

struct cleat_output {
	struct unit *unit;
	const struct unit_section *section;
	struct plugin *plugin;
	struct cleat_params *params;
	struct cleat_map *map;
	struct cleat_reader *reader;
	void *data;
	struct btf_filter *filter; /* NULL: all of them */
	uint64_t sample;	   /* one in so many */
	struct rate rate;
	bool opened;
	bool fresh;	/* has records that were not flushed */
	bool failed;	/* something could not be written in this dispatch */
	bool counted;	/* the plugin has said how many */
	bool broken;	/* for good: nothing is handed on any more */
	int failing;	/* what was told of when writing failed first; 0: it works */
	uint64_t since; /* how many had failed before that */
	struct cleat_output_stats stats;
	struct cleat_drops drops; /* not told yet */
	uint64_t told;		  /* when, by the monotonic clock */
	struct cleat_map *counter; /* where a program counts the log records that it lost; or NULL */
	uint64_t counted_lost; /* of these, told */
};

static const struct cleat_key output_keys[] = {
	{ .name = "map",
	  .help = "the map whose records are written; by default the label",
	  .type = CLEAT_TYPE_MAP },
	{ .name = "record", .help = "C type of the records, 'struct event'" },
	{ .name = "format", .help = "the output plugin", .preset = "text" },
	{ .name = "filter", .help = "which records: 'pid > 100 and comm == \"sshd\"'" },
	{ .name = "sample",
	  .help = "of those, one record in so many",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "1" },
	{ .name = "rate", .help = "no more records than that, '100/s', '1000/10s'" },
	{ .name = "burst",
	  .help = "how many may come at once; by default the rate's number",
	  .type = CLEAT_TYPE_UINT },
	{ .name = "report",
	  .help = "how long dropped records go untold",
	  .preset = "10s",
	  .type = CLEAT_TYPE_DURATION },
	{ .name = "level",
	  .help = "log records up to this one; what is above is not loaded",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "off|error|warn|info|debug|trace" },
	{ .name = "target", .help = "log records of these targets: 'net*, !noise'" },
	{ .name = "on-error",
	  .help = "what becomes of the run when records cannot be written",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "drop|stop" },
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
	return o->section->name ? o->section->name : o->section->title;
}

CLEAT_API void cleat_output_failed(struct cleat_output *o, uint64_t n)
{
	o->stats.failed += n;
	o->drops.failed += n;
	o->counted = true;
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

/* Where the value of a key was given, or the section. */
static void report_at_key(struct cleat_output *o, const char *key, struct report *r,
			  struct report_mark *mark)
{
	const char *file;
	unsigned int line;

	params_place(o->params, key, &file, &line);
	*mark = report_enter(r, REPORT_FILE, file ? file : o->section->file);
	report_line(r, file ? line : o->section->line);
}

#define REPORT_AT_KEY(o, key, r)                           \
	struct report_mark mark_key _cleanup_(report_leave); \
	report_at_key(o, key, r, &mark_key)

static int find_map(struct cleat_output *o, struct report *r)
{
	const char *name = cleat_param(o->params, "map");
	int err;

	REPORT_AT_KEY(o, "map", r);
	if (!name && o->section->kind == SECTION_LOG) {
		o->map = object_log_map(o->unit->object);
		err = o->map ? 0 : report_error(r, ENOENT, "the object's programs log nothing");
	} else {
		err = unit_find_map(o->unit, name ? name : o->section->name, &o->map);
	}
	if (err)
		return err;
	err = map_resolve(o->map);
	if (!err && !o->map->plugin->map->reader_open)
		err = report_error(r, EINVAL, "map '%s' of type '%s' has no records to read",
				   o->map->name, o->map->type->name);
	/* of a map without its plugin nobody may ask anything */
	if (err)
		o->map = NULL;
	return err;
}

/* *type is 0 when nothing says it. */
static int check_record(struct cleat_output *o, uint32_t *type, struct report *r)
{
	const char *record = cleat_param(o->params, "record");

	REPORT_AT_KEY(o, "record", r);
	*type = 0;
	if (!record) {
		*type = o->map ? map_record_type(o->map) : 0;
		return 0;
	}
	*type = type_by_name(o->unit->object->spec->btf, "the object's BTF", record, r);
	return *type ? 0 : -ENOENT;
}

static int check_filter(struct cleat_output *o, uint32_t type, struct report *r)
{
	const char *filter = cleat_param(o->params, "filter");
	const struct btf *b;
	uint32_t key, value;
	int err;

	if (!filter || !o->map)
		return 0;
	REPORT_AT_KEY(o, "filter", r);
	if (!type) {
		err = report_error(r, EINVAL, "the type of the records of map '%s' is not known",
				   o->map->name);
		report_hint(r, "say 'record = struct NAME'");
		return err;
	}
	map_types(o->map, &b, &key, &value);
	return btf_filter_new(&o->filter, b, type, filter, r);
}

static int check_sample(struct cleat_output *o, struct report *r)
{
	o->sample = cleat_param_uint(o->params, "sample");
	if (o->sample)
		return 0;
	REPORT_AT_KEY(o, "sample", r);
	return report_error(r, EINVAL, "every 0th record is none: 1 is all of them");
}

static int check_rate(struct cleat_output *o, struct report *r)
{
	const char *rate = cleat_param(o->params, "rate");
	uint64_t burst = cleat_param_uint(o->params, "burst");

	REPORT_AT_KEY(o, rate ? "rate" : "burst", r);
	if (!rate)
		return burst ? report_error(r, EINVAL, "a burst needs a rate") : 0;
	if (!rate_parse(&o->rate, rate, burst))
		return 0;
	return report_error(r, EINVAL,
			    "'%s' is no rate: expected a number, '/' and a time, as in '100/s'", rate);
}

/* Records of higher levels are not made at all, where the object can be told so. */
static int check_log(struct cleat_output *o, struct report *r)
{
	const char *level = cleat_param(o->params, "level");
	const char *key = level ? "level" : "target";
	int err;

	if (!cleat_param(o->params, key) || !o->map)
		return 0;
	REPORT_AT_KEY(o, key, r);
	if (!map_log(o->map))
		return report_error(r, EINVAL, "the records of map '%s' are no log records",
				    o->map->name);
	err = level ? cleat_object_set_log_level(o->unit->object, cleat_log_level(level)) : 0;
	return err == -ENOENT ? 0 : err;
}

static int check_keys(struct cleat_output *o, struct report *r)
{
	int err = unit_set(o->section, o->params, 1, r), e;
	uint32_t type;

	if (err == -ENOMEM) /* a key that was given is not there */
		return err;
	e = find_map(o, r);
	err = err ? err : e;
	e = check_record(o, &type, r);
	if (!e)
		e = check_filter(o, type, r);
	err = err ? err : e;
	e = check_sample(o, r);
	err = err ? err : e;
	e = check_rate(o, r);
	err = err ? err : e;
	e = check_log(o, r);
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
		err = o->params ? 0 : report_oom(r);
		if (!err) {
			params_report(o->params, r);
			err = check_keys(o, r);
		}
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
	btf_filter_free(o->filter);
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

static int add_output(struct unit *u, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct cleat_output *o;
	int err;

	REPORT_IN(r, REPORT_FILE, s->file);
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	err = output_new(&o, u, s);
	if (err)
		return err;
	err = check_other_readers(u, o);
	if (!err && vec_push(&u->outputs, o))
		err = report_oom(r);
	if (err)
		output_free(o);
	return err;
}

/* What programs log is written, also when the unit says nothing of it. */
static int add_log(struct unit *u)
{
	struct unit_section *s;

	if (!object_log_map(u->object))
		return 0;
	for (size_t i = 0; i < u->outputs.n; i++)
		if (map_log(u->outputs.v[i]->map))
			return 0;
	s = arena_alloc(u->arena, sizeof(*s));
	if (!s || vec_push(&u->sections, s))
		return report_oom(u->c->report);
	*s = (struct unit_section) { .kind = SECTION_LOG,
				     .title = "log",
				     .file = u->files.paths.v[0] };
	return add_output(u, s);
}

int unit_check_outputs(struct unit *u)
{
	int err = 0, e;

	for (size_t i = 0; i < u->sections.n; i++) {
		const struct unit_section *s = u->sections.v[i];

		if (s->kind != SECTION_OUTPUT && s->kind != SECTION_LOG)
			continue;
		e = add_output(u, s);
		err = err ? err : e;
	}
	object_check_log(u->object);
	return err ? err : add_log(u);
}

/* ---- running ------------------------------------------------------------------------------- */

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Each reason has a count of its own; filters and samples leave out what nobody wants: no drops. */
static bool passes(struct cleat_output *o, const struct cleat_record *record)
{
	struct cleat_output_stats *s = &o->stats;

	if (o->filter && !btf_filter_match(o->filter, record->data, record->bytes)) {
		s->filtered++;
		return false;
	}
	if (o->sample > 1 && (s->records - s->filtered - 1) % o->sample) {
		s->sampled++;
		return false;
	}
	if (o->rate.each && !rate_pass(&o->rate, now_ns())) {
		s->limited++;
		o->drops.limited++;
		return false;
	}
	return true;
}

/*
 * That records cannot be written is no reason to detach programs: it is told once, and they are
 * counted. Unless the user says otherwise, or who read them went away. @first: of what was reported.
 */
static int bear(struct cleat_output *o, int err, size_t first)
{
	struct report *r = o->unit->c->report;
	const char *policy = cleat_param(o->params, "on-error");

	o->failed = true;
	if (policy ? streq(policy, "stop") : err == -EPIPE) {
		o->broken = true;
		return err;
	}
	if (o->failing == err) {
		report_drop(r, first);
		return 0;
	}
	if (report_count(r) == first)
		report_sys(r, err, "cannot write records of map '%s'", o->map->name);
	report_hint(r, "records are dropped and counted until it works again");
	report_soften(r, first, CLEAT_WARNING);
	if (!o->failing)
		o->since = o->stats.failed - o->drops.failed;
	o->failing = err;
	return 0;
}

/* Told once; how many there were is in the totals. */
static bool is_corrupt(struct cleat_output *o, const char *why)
{
	if (why && !o->stats.corrupt++)
		report_warning(o->unit->c->report, "map '%s' has bytes that are no log record: %s",
			       o->map->name, why);
	return why != NULL;
}

static bool log_wanted(struct cleat_output *o, const struct cleat_record *record)
{
	const char *level = cleat_param(o->params, "level");
	struct cleat_log_entry e;

	if (is_corrupt(o, map_log_decode(o->map, record, &e)))
		return false;
	/* An object that can be told makes no others. */
	if (log_passes(o->counter || !level ? 0 : cleat_log_level(level),
		       cleat_param(o->params, "target"), &e))
		return true;
	o->stats.filtered++;
	return false;
}

static int hand_on(struct cleat_output *o, const struct cleat_record *record);

static int on_record(void *user, const struct cleat_record *record)
{
	struct cleat_output *o = user;
	struct cleat_record copy;

	if (!map_log(o->map))
		return hand_on(o, record);
	copy = *record;
	/* The program counts all that were lost, perf buffers only some of them. */
	if (o->counter)
		copy.lost = 0;
	if (copy.data && !log_wanted(o, record)) {
		o->stats.records++;
		copy.data = NULL;
		copy.bytes = 0;
	}
	return copy.data || copy.lost ? hand_on(o, &copy) : 0;
}

static int tell_lost(struct cleat_output *o)
{
	struct cleat_record record = { .size = sizeof(record), .map = o->map, .cpu = -1 };
	uint64_t lost = o->counter ? log_lost(o->counter) : 0;

	if (lost <= o->counted_lost)
		return 0;
	record.lost = lost - o->counted_lost;
	o->counted_lost = lost;
	return hand_on(o, &record);
}

static int hand_on(struct cleat_output *o, const struct cleat_record *record)
{
	const struct cleat_output_plugin *p = o->plugin->output;
	size_t first = report_count(o->unit->c->report);
	struct cleat_record lost;
	int err;

	o->stats.records += !!record->data;
	o->stats.lost += record->lost;
	o->stats.overwritten += record->overwritten;
	if (o->broken) {
		cleat_output_failed(o, !!record->data);
		return 0;
	}
	if (record->data && !passes(o, record)) {
		if (!record->lost && !record->overwritten)
			return 0;
		lost = *record;
		lost.data = NULL;
		lost.bytes = 0;
		record = &lost;
	}
	o->fresh = true;
	o->counted = false;
	err = p->record ? p->record(o, record) : 0;
	if (!err)
		return 0;
	/* Who does not count is counted for. */
	if (!o->counted)
		cleat_output_failed(o, !!record->data);
	return bear(o, err, first);
}

static int flush(struct cleat_output *o)
{
	size_t first = report_count(o->unit->c->report);
	int err = o->plugin->output->flush ? o->plugin->output->flush(o) : 0;

	return err ? bear(o, err, first) : 0;
}

static bool has_drops(const struct cleat_output *o)
{
	return o->drops.limited || o->drops.failed;
}

/* What was dropped, among the records themselves; what cannot be told now is told later. */
static int tell_drops(struct cleat_output *o, uint64_t now)
{
	const struct cleat_output_plugin *p = o->plugin->output;
	struct cleat_drops drops = o->drops;
	size_t first = report_count(o->unit->c->report);
	int err = p->dropped ? p->dropped(o, &drops) : 0;

	o->told = now;
	if (err)
		return bear(o, err, first);
	err = flush(o);
	if (!err && !o->failed) {
		o->drops.limited -= drops.limited;
		o->drops.failed -= drops.failed;
	}
	return err;
}

uint64_t output_due(const struct cleat_output *o)
{
	return o->reader && !o->broken && has_drops(o) ? o->told + cleat_param_uint(o->params, "report") : 0;
}

/* After a dispatch: is something to be told, and does it work again. */
static int settle(struct cleat_output *o)
{
	uint64_t now = now_ns();
	bool wrote = o->fresh, works = o->failing && o->fresh && !o->failed;
	int err = 0;

	if (has_drops(o) && !o->broken && (works || !o->told || now >= output_due(o))) {
		err = tell_drops(o, now);
		wrote |= o->plugin->output->dropped != NULL;
	}
	if (o->failing && wrote && !o->failed) {
		report_note(o->unit->c->report, "records are written again: %llu were dropped",
			    (unsigned long long)(o->stats.failed - o->since));
		o->failing = 0;
	}
	o->fresh = false;
	o->failed = false;
	return err;
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
	o->stats = (struct cleat_output_stats) { 0 };
	o->drops = (struct cleat_drops) { .struct_size = sizeof(o->drops) };
	o->told = 0;
	o->failing = 0;
	o->broken = false;
	if (o->plugin->output->open) {
		err = o->plugin->output->open(o, o->params);
		if (err)
			return err;
	}
	o->opened = true;
	/* Only now it is known which of its maps the object logs to. */
	if (map_log(o->map) && o->map->left_out)
		o->map = object_log_map(o->unit->object);
	err = cleat_reader_open(o->map, &options, on_record, o, &o->reader);
	if (err) {
		output_stop(o);
		return err;
	}
	o->counter = map_log(o->map) ? map_log_lost(o->map) : NULL;
	o->counted_lost = 0;
	return 0;
}

void output_stop(struct cleat_output *o)
{
	struct report *r = o->unit->c->report;

	REPORT_IN(r, REPORT_FILE, o->section->file);
	REPORT_IN(r, REPORT_SECTION, o->section->title);
	report_line(r, o->section->line);
	if (o->opened && has_drops(o) && !o->broken)
		tell_drops(o, now_ns());
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
	int n, err = 0, e;

	if (!o->reader)
		return 0;
	REPORT_IN(r, REPORT_FILE, o->section->file);
	REPORT_IN(r, REPORT_SECTION, o->section->title);
	report_line(r, o->section->line);
	n = cleat_reader_dispatch(o->reader);
	if (n >= 0)
		err = tell_lost(o);
	if (!err && o->fresh && !o->broken)
		err = flush(o);
	e = settle(o);
	err = n < 0 ? n : err ? err : e;
	if (err && report_errors(r) == errors)
		report_sys(r, err, "cannot write records of map '%s'", o->map->name);
	return err ? err : n;
}

int output_reopen(struct cleat_output *o)
{
	struct report *r = o->unit->c->report;
	const struct cleat_output_plugin *p = o->plugin->output;

	if (!o->opened || !p->reopen)
		return 0;
	REPORT_IN(r, REPORT_FILE, o->section->file);
	REPORT_IN(r, REPORT_SECTION, o->section->title);
	report_line(r, o->section->line);
	return p->reopen(o);
}

const struct cleat_output_stats *output_stats(const struct cleat_output *o)
{
	return &o->stats;
}
