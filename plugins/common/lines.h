/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lines.h - output plugins that write a line for each record: what is the same whatever a line looks
 * like. A plugin gives its form, and these functions as its callbacks.
 */
#ifndef COMMON_LINES_H
#define COMMON_LINES_H

#include "common/sink.h"

struct lines;

/* How lines look. Each function appends to the line. */
struct lines_form {
	/* What all lines begin with, made once: the unit, the output. */
	void (*frame)(struct cleat_output *o, const struct cleat_params *p, struct cleat_text *frame);
	/* Begin a line: what was framed, the time, the CPU. */
	void (*begin)(const struct lines *l, struct cleat_text *line, int cpu);
	/* @n records were lost; @cpu -1: unknown. */
	void (*lost)(struct cleat_text *line, uint64_t n, int cpu);
	/* A ring wrote over so many bytes of records before they were read. */
	void (*overwritten)(struct cleat_text *line, uint64_t bytes);
	void (*dropped)(struct cleat_text *line, const struct cleat_drops *d);
	const char *before;    /* a record */
	const char *otherwise; /* in place of a record that cannot be shown */
	const char *end;       /* of a line, with its '\n' */
	unsigned int flags;    /* of cleat_record_format() */
};

struct lines {
	const struct lines_form *form;
	struct sink *sink;
	struct cleat_text *frame;
	bool time, cpu; /* the keys of these names */
	bool color; /* log records have one */
};

int lines_open(struct cleat_output *o, const struct cleat_params *p, const struct lines_form *form);

/* The callbacks of these names; 'check' is sink_check(). */
int lines_record(struct cleat_output *o, const struct cleat_record *r);
int lines_dropped(struct cleat_output *o, const struct cleat_drops *d);
int lines_flush(struct cleat_output *o);
int lines_reopen(struct cleat_output *o);
void lines_close(struct cleat_output *o);

#endif
