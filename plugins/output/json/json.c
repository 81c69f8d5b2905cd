/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * json.c - records as JSON, one object a line:
 *
 *   {"unit":"who","output":"execs","record":{"pid":7,"comm":"sh"}}
 *   {"unit":"who","output":"execs","lost":3}
 *
 * Knows the frame; what is in a record is in its BTF type.
 */
#include "common/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct json {
	struct sink *sink;
	char *frame; /* {"unit":"who","output":"execs" */
	bool time, cpu;
};

static void output_close(struct cleat_output *o)
{
	struct json *j = cleat_output_data(o);

	if (!j)
		return;
	sink_close(j->sink);
	free(j->frame);
	free(j);
	cleat_output_set_data(o, NULL);
}

/* Names of units and outputs are words; what is not plain is escaped all the same. */
static void quote(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static char *make_frame(struct cleat_output *o)
{
	char *frame = NULL;
	size_t size;
	FILE *out = open_memstream(&frame, &size);

	if (!out)
		return NULL;
	fputs("{\"unit\":", out);
	quote(out, cleat_output_unit(o));
	fputs(",\"output\":", out);
	quote(out, cleat_output_label(o));
	return fclose(out) ? NULL : frame;
}

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	struct cleat *c = cleat_output_context(o);
	struct json *j = calloc(1, sizeof(*j));
	int err;

	if (!j)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_output_set_data(o, j);
	j->time = cleat_param_bool(p, "time");
	j->cpu = cleat_param_bool(p, "cpu");
	j->frame = make_frame(o);
	err = j->frame ? sink_open(c, p, &j->sink) : cleat_error(c, ENOMEM, "out of memory");
	if (err)
		output_close(o);
	return err;
}

static void begin(struct json *j, int cpu)
{
	struct cleat_text *line = sink_text(j->sink);

	cleat_text_add(line, "%s", j->frame);
	if (j->time) {
		cleat_text_add(line, ",\"time\":\"");
		sink_time(line, true);
		cleat_text_add(line, "\"");
	}
	if (j->cpu && cpu >= 0)
		cleat_text_add(line, ",\"cpu\":%d", cpu);
}

static int end(struct json *j)
{
	cleat_text_add(sink_text(j->sink), "}\n");
	return sink_line_end(j->sink);
}

static int output_record(struct cleat_output *o, const struct cleat_record *r)
{
	struct json *j = cleat_output_data(o);
	struct cleat_text *line = sink_text(j->sink);
	int err = 0;

	/* Lost ones are a line of their own: whoever reads records need not look at each. */
	if (r->lost) {
		begin(j, r->cpu);
		cleat_text_add(line, ",\"lost\":%llu", (unsigned long long)r->lost);
		err = end(j);
	}
	if (!err && r->overwritten) {
		begin(j, r->cpu);
		cleat_text_add(line, ",\"overwritten\":%llu", (unsigned long long)r->overwritten);
		err = end(j);
	}
	if (err || !r->data)
		return err;
	begin(j, r->cpu);
	cleat_text_add(line, ",\"record\":");
	err = sink_record(j->sink, r, CLEAT_FORMAT_JSON, "null");
	return err ? err : end(j);
}

static int output_flush(struct cleat_output *o)
{
	struct json *j = cleat_output_data(o);

	return sink_flush(j->sink);
}

static const struct cleat_output_plugin json = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "json",
			   "records as JSON, one object a line"),
	CLEAT_TABLE(keys, keys),
	.check = sink_check,
	.open = output_open,
	.record = output_record,
	.flush = output_flush,
	.close = output_close,
};
CLEAT_PLUGIN(json)
