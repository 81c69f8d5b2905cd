/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lines.c - see lines.h.
 */
#include "common/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/recordtext.h"

void lines_close(struct cleat_output *o)
{
	struct lines *l = cleat_output_data(o);

	if (!l)
		return;
	sink_close(l->sink);
	cleat_text_free(l->frame);
	free(l);
	cleat_output_set_data(o, NULL);
}

static bool wants_color(const char *key, struct sink *sink)
{
	if (!key || strcmp(key, "never") == 0)
		return false;
	return strcmp(key, "always") == 0 || sink_is_terminal(sink);
}

/* Of errors, warnings, and what only who looks for it wants to see; "": of everything else. */
static const char *color_of(const struct cleat_record *r)
{
	switch (cleat_record_severity(r)) {
	case 3:
		return "\x1b[31m";
	case 4:
		return "\x1b[33m";
	case 7:
		return "\x1b[2m";
	}
	return "";
}

int lines_open(struct cleat_output *o, const struct cleat_params *p, const struct lines_form *form)
{
	struct cleat *c = cleat_output_context(o);
	struct lines *l = calloc(1, sizeof(*l));
	int err;

	if (!l)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_output_set_data(o, l);
	l->form = form;
	l->time = cleat_param_bool(p, "time");
	l->cpu = cleat_param_bool(p, "cpu");
	l->frame = cleat_text_new();
	if (l->frame)
		form->frame(o, p, l->frame);
	err = l->frame ? sink_open(o, p, &l->sink) : cleat_error(c, ENOMEM, "out of memory");
	if (err)
		lines_close(o);
	else
		l->color = wants_color(cleat_param(p, "color"), l->sink);
	return err;
}

static struct cleat_text *begin(struct lines *l, int cpu)
{
	struct cleat_text *line = sink_text(l->sink);

	l->form->begin(l, line, cpu);
	return line;
}

/* Lines of their own: whoever reads records need not look at each for what is missing. */
static int end_note(struct lines *l)
{
	cleat_text_add(sink_text(l->sink), "%s", l->form->end);
	return sink_note_end(l->sink);
}

static int note_missing(struct lines *l, const struct cleat_record *r)
{
	int err = sink_flush(l->sink);

	if (!err && r->lost) {
		l->form->lost(begin(l, r->cpu), r->lost, r->cpu);
		err = end_note(l);
	}
	if (!err && r->overwritten) {
		l->form->overwritten(begin(l, r->cpu), r->overwritten);
		err = end_note(l);
	}
	return err;
}

int lines_record(struct cleat_output *o, const struct cleat_record *r)
{
	struct lines *l = cleat_output_data(o);
	struct cleat_text *line;
	const char *color;
	int err = r->lost || r->overwritten ? note_missing(l, r) : 0;

	if (err && r->data)
		cleat_output_failed(o, 1);
	if (err || !r->data)
		return err;
	line = begin(l, r->cpu);
	color = l->color ? color_of(r) : "";
	cleat_text_add(line, "%s%s", l->form->before, color);
	err = record_text(cleat_output_context(o), r, l->form->flags, l->form->otherwise, line);
	cleat_text_add(line, "%s", *color ? "\x1b[0m" : "");
	cleat_text_add(line, "%s", l->form->end);
	return err ? err : sink_line_end(l->sink);
}

int lines_dropped(struct cleat_output *o, const struct cleat_drops *d)
{
	struct lines *l = cleat_output_data(o);
	int err = sink_flush(l->sink);

	if (err)
		return err;
	l->form->dropped(begin(l, -1), d);
	return end_note(l);
}

int lines_flush(struct cleat_output *o)
{
	struct lines *l = cleat_output_data(o);

	return sink_flush(l->sink);
}

int lines_reopen(struct cleat_output *o)
{
	struct lines *l = cleat_output_data(o);

	return sink_reopen(l->sink);
}
