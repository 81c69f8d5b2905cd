/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * json.h - JSON written as it comes, without a tree in memory: commas, quoting, UTF-8. It refuses
 * to know what is written. A key is NULL inside an array; dashes in keys become underscores, so
 * that jq and programs can say .max_entries.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma; /* before the next value */
	bool lines; /* a line break before it, too */
};

void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key);
void json_array_end(struct json *j);
/* The next value, or the closing bracket's line, begins on a line of its own. */
void json_break(struct json *j);
/* NULL is null. */
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, uint64_t number);
void json_bool(struct json *j, const char *key, bool truth);
void json_null(struct json *j, const char *key);
/* @text is JSON already. */
void json_raw(struct json *j, const char *key, const char *text);
/* The end of a document. */
void json_newline(struct json *j);

#endif
