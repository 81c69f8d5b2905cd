/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * text.c - records as lines for people: "who/execs: pid=7 comm=sh". Knows how a line looks; what is
 * in a record is in its BTF type.
 */
#include "common/lines.h"
#include "common/recordtext.h"

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
	{ .name = "color",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|always|never",
	  .preset = "auto",
	  .help = "log records in the color of their level; auto: on a terminal" },
};

static void frame(struct cleat_output *o, const struct cleat_params *p, struct cleat_text *out)
{
	if (cleat_param_bool(p, "prefix"))
		cleat_text_add(out, "%s/%s: ", cleat_output_unit(o), cleat_output_label(o));
}

static void begin(const struct lines *l, struct cleat_text *line, int cpu)
{
	(void)cpu;
	if (l->time) {
		record_time_text(line, false);
		cleat_text_add(line, " ");
	}
	cleat_text_add(line, "%s", cleat_text_data(l->frame, NULL));
}

static const struct lines_form form = {
	.frame = frame,
	.begin = begin,
	.lost = record_lost_text,
	.overwritten = record_overwritten_text,
	.dropped = record_drops_text,
	.before = "",
	.otherwise = "?",
	.end = "\n",
};

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	return lines_open(o, p, &form);
}

static const struct cleat_output_plugin text = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "text",
			   "records as lines for people"),
	CLEAT_TABLE(keys, keys),
	.check = sink_check,
	.open = output_open,
	.record = lines_record,
	.flush = lines_flush,
	.close = lines_close,
	.dropped = lines_dropped,
	.reopen = lines_reopen,
};
CLEAT_PLUGIN(text)
