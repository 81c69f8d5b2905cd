/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * text.c - records as lines for people: "who/execs: pid=7 comm=sh". Knows how a line looks; what is
 * in a record is in its BTF type.
 */
#include "common/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cleat_key keys[] = {
	SINK_KEYS,
	{ .name = "prefix",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes",
	  .help = "begin lines with the unit and the output they are from" },
	{ .name = "time",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "begin lines with the time they were read at" },
};

struct text {
	struct sink *sink;
	char *prefix; /* "who/execs: ", or "" */
	bool time;
};

static void output_close(struct cleat_output *o)
{
	struct text *t = cleat_output_data(o);

	if (!t)
		return;
	sink_close(t->sink);
	free(t->prefix);
	free(t);
	cleat_output_set_data(o, NULL);
}

static char *make_prefix(struct cleat_output *o, bool wanted)
{
	const char *unit = cleat_output_unit(o), *label = cleat_output_label(o);
	size_t size = strlen(unit) + strlen(label) + sizeof("/: ");
	char *prefix = malloc(size);

	if (prefix)
		snprintf(prefix, wanted ? size : 1, "%s/%s: ", unit, label);
	return prefix;
}

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	struct cleat *c = cleat_output_context(o);
	struct text *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_output_set_data(o, t);
	t->time = cleat_param_bool(p, "time");
	t->prefix = make_prefix(o, cleat_param_bool(p, "prefix"));
	err = t->prefix ? sink_open(c, p, &t->sink) : cleat_error(c, ENOMEM, "out of memory");
	if (err)
		output_close(o);
	return err;
}

static void begin(struct text *t)
{
	struct cleat_text *line = sink_text(t->sink);

	if (t->time) {
		sink_time(line, false);
		cleat_text_add(line, " ");
	}
	cleat_text_add(line, "%s", t->prefix);
}

static int end(struct text *t)
{
	cleat_text_add(sink_text(t->sink), "\n");
	return sink_line_end(t->sink);
}

static int output_record(struct cleat_output *o, const struct cleat_record *r)
{
	struct text *t = cleat_output_data(o);
	struct cleat_text *line = sink_text(t->sink);
	int err = 0;

	if (r->lost) {
		begin(t);
		cleat_text_add(line, "%llu record%s lost", (unsigned long long)r->lost,
			       r->lost == 1 ? "" : "s");
		if (r->cpu >= 0)
			cleat_text_add(line, " on CPU %d", r->cpu);
		err = end(t);
	}
	if (!err && r->overwritten) {
		begin(t);
		cleat_text_add(line, "%llu bytes of records overwritten",
			       (unsigned long long)r->overwritten);
		err = end(t);
	}
	if (err || !r->data)
		return err;
	begin(t);
	err = sink_record(t->sink, r, 0, "?");
	return err ? err : end(t);
}

static int output_flush(struct cleat_output *o)
{
	struct text *t = cleat_output_data(o);

	return sink_flush(t->sink);
}

static const struct cleat_output_plugin text = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "text",
			   "records as lines for people"),
	CLEAT_TABLE(keys, keys),
	.check = sink_check,
	.open = output_open,
	.record = output_record,
	.flush = output_flush,
	.close = output_close,
};
CLEAT_PLUGIN(text)
