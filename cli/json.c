/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * json.c - JSON written as it comes. Knows commas, quoting and UTF-8; refuses to know what is
 * written.
 */
#include <string.h>

#include "json.h"

/* Bytes of the UTF-8 character at @s, 0 when it is none. Names in objects may be anything. */
static size_t utf8_length(const unsigned char *s)
{
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Too long for its value, a half of a surrogate pair, or past the last character. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void quoted(struct json *j, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n;

	putc('"', j->out);
	for (; *s; s += n ? n : 1) {
		n = utf8_length(s);
		if (n == 0)
			fputs("\\ufffd", j->out);
		else if (n > 1)
			fwrite(s, 1, n, j->out);
		else if (*s == '"' || *s == '\\')
			fprintf(j->out, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", j->out);
		else if (*s == '\t')
			fputs("\\t", j->out);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(j->out, "\\u%04x", *s);
		else
			putc(*s, j->out);
	}
	putc('"', j->out);
}

/* What stands before a value; @key NULL: nothing. */
static void before(struct json *j, const char *key)
{
	if (j->comma)
		putc(',', j->out);
	if (j->lines)
		putc('\n', j->out);
	j->comma = true;
	j->lines = false;
	if (!key)
		return;
	putc('"', j->out);
	for (; *key; key++)
		putc(*key == '-' ? '_' : *key, j->out);
	fputs("\":", j->out);
}

static void open_with(struct json *j, const char *key, char bracket)
{
	before(j, key);
	putc(bracket, j->out);
	j->comma = false;
}

static void close_with(struct json *j, char bracket)
{
	putc(bracket, j->out);
	j->comma = true;
}

void json_object(struct json *j, const char *key)
{
	open_with(j, key, '{');
}

void json_object_end(struct json *j)
{
	close_with(j, '}');
}

void json_array(struct json *j, const char *key)
{
	open_with(j, key, '[');
}

void json_array_end(struct json *j)
{
	close_with(j, ']');
}

void json_text(struct json *j, const char *key, const char *text)
{
	before(j, key);
	if (text)
		quoted(j, text);
	else
		fputs("null", j->out);
}

void json_number(struct json *j, const char *key, uint64_t number)
{
	before(j, key);
	fprintf(j->out, "%llu", (unsigned long long)number);
}

void json_bool(struct json *j, const char *key, bool truth)
{
	before(j, key);
	fputs(truth ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	before(j, key);
	fputs("null", j->out);
}

void json_raw(struct json *j, const char *key, const char *text)
{
	before(j, key);
	fputs(text, j->out);
}

void json_break(struct json *j)
{
	j->lines = true;
}

void json_newline(struct json *j)
{
	putc('\n', j->out);
	j->comma = false;
	j->lines = false;
}
