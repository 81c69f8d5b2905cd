/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * table.c - tables for people, through libsmartcols. Refuses to know what is in them.
 */
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "table.h"

struct table {
	struct libscols_table *table;
	struct libscols_line *line;
	size_t cell, rows, columns;
	bool failed; /* no memory: said once, at the end */
};

struct table *table_new(void)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->table = scols_new_table();
	if (!t->table) {
		free(t);
		return NULL;
	}
	scols_table_set_column_separator(t->table, "  ");
	return t;
}

void table_free(struct table *t)
{
	if (t)
		scols_unref_table(t->table);
	free(t);
}

void table_column(struct table *t, const char *name, unsigned int flags)
{
	int scols = (flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0) |
		    (flags & TABLE_GIVES ? SCOLS_FL_TRUNC : 0);

	if (!t)
		return;
	if (!name)
		scols_table_enable_noheadings(t->table, 1);
	if (!scols_table_new_column(t->table, name ? name : "", flags & TABLE_GIVES ? 0.1 : 0,
				    scols))
		t->failed = true;
	t->columns++;
}

void table_row(struct table *t)
{
	if (!t)
		return;
	t->line = scols_table_new_line(t->table, NULL);
	t->failed |= !t->line;
	t->cell = 0;
	t->rows++;
}

void table_cell(struct table *t, const char *text)
{
	if (!t || !t->line || t->cell >= t->columns)
		return;
	if (scols_line_set_data(t->line, t->cell++, text && *text ? text : "-"))
		t->failed = true;
}

void table_format(struct table *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	table_cell(t, text);
	free(text);
}

size_t table_rows(const struct table *t)
{
	return t ? t->rows : 0;
}

int table_print(struct table *t)
{
	bool failed = !t || t->failed;

	if (!failed && t->rows)
		failed = scols_print_table(t->table) != 0;
	table_free(t);
	if (failed)
		fputs("cleat: error: out of memory\n", stderr);
	return failed ? CLI_FAILED : CLI_DONE;
}
