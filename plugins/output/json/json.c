/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * json.c - records as JSON, one object a line:
 *
 *   {"unit":"who","output":"execs","record":{"pid":7,"comm":"sh"}}
 *   {"unit":"who","output":"execs","lost":3}
 *
 * Knows the frame; what is in a record is in its BTF type.
 */
#include "common/lines.h"
#include "common/recordtext.h"

static const struct cleat_key keys[] = {
	SINK_KEYS,
	{ .name = "time",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "add 'time', when the record was read, in UTC" },
	{ .name = "cpu",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "add 'cpu' where the map knows it" },
};

/* Names of units and outputs are words; what is not plain is escaped all the same. */
static void quote(struct cleat_text *out, const char *text)
{
	cleat_text_add(out, "\"");
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			cleat_text_add(out, "\\u%04x", c);
		else
			cleat_text_add(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	cleat_text_add(out, "\"");
}

static void frame(struct cleat_output *o, const struct cleat_params *p, struct cleat_text *out)
{
	(void)p;
	cleat_text_add(out, "{\"unit\":");
	quote(out, cleat_output_unit(o));
	cleat_text_add(out, ",\"output\":");
	quote(out, cleat_output_label(o));
}

static void begin(const struct lines *l, struct cleat_text *line, int cpu)
{
	cleat_text_add(line, "%s", cleat_text_data(l->frame, NULL));
	if (l->time) {
		cleat_text_add(line, ",\"time\":\"");
		record_time_text(line, true);
		cleat_text_add(line, "\"");
	}
	if (l->cpu && cpu >= 0)
		cleat_text_add(line, ",\"cpu\":%d", cpu);
}

static void lost(struct cleat_text *line, uint64_t n, int cpu)
{
	(void)cpu;
	cleat_text_add(line, ",\"lost\":%llu", (unsigned long long)n);
}

static void overwritten(struct cleat_text *line, uint64_t bytes)
{
	cleat_text_add(line, ",\"overwritten\":%llu", (unsigned long long)bytes);
}

static void dropped(struct cleat_text *line, const struct cleat_drops *d)
{
	cleat_text_add(line, ",\"limited\":%llu,\"failed\":%llu", (unsigned long long)d->limited,
		       (unsigned long long)d->failed);
}

static const struct lines_form form = {
	.frame = frame,
	.begin = begin,
	.lost = lost,
	.overwritten = overwritten,
	.dropped = dropped,
	.before = ",\"record\":",
	.otherwise = "null",
	.end = "}\n",
	.flags = CLEAT_FORMAT_JSON,
};

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	return lines_open(o, p, &form);
}

static const struct cleat_output_plugin json = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "json",
			   "records as JSON, one object a line"),
	CLEAT_TABLE(keys, keys),
	.check = sink_check,
	.open = output_open,
	.record = lines_record,
	.flush = lines_flush,
	.close = lines_close,
	.dropped = lines_dropped,
	.reopen = lines_reopen,
};
CLEAT_PLUGIN(json)
