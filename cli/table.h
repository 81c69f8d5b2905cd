/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * table.h - tables for people: as wide as the terminal, whole when piped. It refuses to know what
 * is in them.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <cleat/export.h>
#include <stddef.h>

#define TABLE_RIGHT (1u << 0) /* numbers */
#define TABLE_GIVES (1u << 1) /* is cut first when the terminal is too narrow */

struct table;

/* Without memory, NULL, which all functions take. */
struct table *table_new(void);
void table_free(struct table *t);
/* @name NULL in the first column: a table without headings. */
void table_column(struct table *t, const char *name, unsigned int flags);
/* Begin a row, then fill its cells from the left. */
void table_row(struct table *t);
/* An empty or NULL text is shown as '-': columns stay columns for awk. */
void table_cell(struct table *t, const char *text);
void table_format(struct table *t, const char *fmt, ...) CLEAT_PRINTF(2, 3);
/* Rows so far. */
size_t table_rows(const struct table *t);
/* Print to stdout and release. Returns 0 or CLI_FAILED after saying why. */
int table_print(struct table *t);

#endif
