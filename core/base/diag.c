// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * diag.c - a diagnostic as text for people.
 *
 * Knows the lines of a verifier log by their first characters, to set them out: source lines with
 * their numbers, the instruction that is to blame with a mark. Refuses to know how a diagnostic came
 * about (report.c).
 */
#include <stdio.h>

#include <cleat/error.h>

#include "base/report.h"
#include "base/text.h"

static void put_where(struct buf *b, const struct cleat_diag *d)
{
	static const char *const levels[] = {
		[CLEAT_NOTE] = "note",
		[CLEAT_WARNING] = "warning",
		[CLEAT_ERROR] = "error",
	};
	bool known = d->level >= CLEAT_NOTE && d->level <= CLEAT_ERROR;

	report_put_line(b, d->file ? d->file : d->object ? d->object : "cleat");
	if (d->file && d->line)
		buf_printf(b, ":%u", d->line);
	buf_printf(b, ": %s: ", known ? levels[d->level] : "error");
}

static void put_scope(struct buf *b, const struct cleat_diag *d)
{
	if (d->file && d->section) {
		buf_putc(b, '[');
		report_put_line(b, d->section);
		buf_puts(b, "]: ");
		return;
	}
	if (d->program) {
		buf_puts(b, "program '");
		report_put_line(b, d->program);
		buf_puts(b, "': ");
	}
	if (d->map) {
		buf_puts(b, "map '");
		report_put_line(b, d->map);
		buf_puts(b, "': ");
	}
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && streq(s + n - m, end);
}

static void put_position(struct buf *b, const struct cleat_diag *d)
{
	char insn[32];

	snprintf(insn, sizeof(insn), "at insn %lld", (long long)d->insn);
	/* Some reasons say it themselves. */
	if (d->insn >= 0 && !(d->what && ends_with(d->what, insn)))
		buf_printf(b, ", %s", insn);
	if (d->source_file) {
		buf_puts(b, " (");
		report_put_line(b, d->source_file);
		if (d->source_line)
			buf_printf(b, ":%u", d->source_line);
		buf_putc(b, ')');
	}
}

/* "    16 | *n += 1;", without the number where nobody knows it */
static void put_source(struct buf *b, const char *number, size_t n, const char *text)
{
	buf_printf(b, "\n    %.*s%s| ", (int)n, number, n ? " " : "");
	report_put_line(b, text);
}

/* The log has file names without their folders. */
static bool is_file(const char *path, const char *name)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return path && streq(slash ? slash + 1 : path, name);
}

/* "; *n += 1; @ filter.c:16", or without the place: the file is said where it is another one. */
static void put_source_line(struct buf *b, const struct cleat_diag *d, char *line)
{
	char *at = NULL, *colon, *text = line + 1;
	const char *number = "";

	for (char *s = text; (s = strstr(s, " @ ")); s++)
		at = s;
	colon = at ? strrchr(at, ':') : NULL;
	if (colon && colon[1] && !colon[1 + strspn(colon + 1, "0123456789")]) {
		*at = *colon = '\0';
		number = colon + 1;
		if (!is_file(d->source_file, at + 3)) {
			*colon = ':';
			number = at + 3;
		}
	}
	put_source(b, number, strlen(number), text + strspn(text, " \t"));
}

static void put_register(struct buf *b, const struct cleat_diag *d)
{
	if (d->reg < 0 || !d->reg_value)
		return;
	buf_printf(b, "\n          r%d is ", d->reg);
	report_put_line(b, d->reg_value);
}

/* True when it is the instruction to blame. */
static bool put_insn_line(struct buf *b, const struct cleat_diag *d, const char *line,
			  size_t digits)
{
	bool here = d->insn >= 0 && strtoll(line, NULL, 10) == d->insn;

	buf_printf(b, "\n    %c %*.*s", here ? '>' : ' ', 6, (int)digits, line);
	report_put_line(b, line + digits);
	return here;
}

/* Is the line a part of the message, between its colons and semicolons. */
static bool is_said(const char *what, const char *line)
{
	size_t n = strlen(line);

	for (const char *s = what; s && (s = strstr(s, line)); s++)
		if ((s == what || (s - what > 1 && s[-1] == ' ' && strchr(":;", s[-2]))) &&
		    (!s[n] || s[n] == ';'))
			return true;
	return false;
}

/* Lines that the message has already are not said again. */
static bool put_log_line(struct buf *b, const struct cleat_diag *d, char *line)
{
	size_t digits = strspn(line, "0123456789");

	if (line[0] == ';') {
		put_source_line(b, d, line);
	} else if (digits && !strncmp(line + digits, ": (", 3)) {
		return put_insn_line(b, d, line, digits);
	} else if (!is_said(d->what, line)) {
		buf_puts(b, "\n    ");
		report_put_line(b, line);
	}
	return false;
}

static void put_omitted(struct buf *b, const struct cleat_diag *d)
{
	if (!d->omitted)
		return;
	buf_printf(b, "\n    (%zu more %s", d->omitted, d->omitted == 1 ? "line" : "lines");
	if (d->log_lost)
		buf_printf(b, ", and %zu bytes before them that the kernel did not keep",
			   d->log_lost);
	buf_putc(b, ')');
}

static void put_log(struct buf *b, const struct cleat_diag *d)
{
	bool marked = false;

	for (const char *at = d->log; at && *at;) {
		size_t n = strcspn(at, "\n");
		_free_ char *line = strndup(at, n);

		if (!line) {
			b->failed = true;
			return;
		}
		if (n && put_log_line(b, d, line) && !marked) {
			put_register(b, d);
			marked = true;
		}
		at += n + (at[n] == '\n');
	}
	put_omitted(b, d);
}

/* The log has the line in its place; without it the line stands alone. */
static void put_lone_source(struct buf *b, const struct cleat_diag *d)
{
	const char *text = d->source_text ? d->source_text + strspn(d->source_text, " \t") : "";
	char number[16] = "";

	if (!*text || (d->log && strstr(d->log, text)))
		return;
	if (d->source_line)
		snprintf(number, sizeof(number), "%u", d->source_line);
	put_source(b, number, strlen(number), text);
}

size_t cleat_diag_format(const struct cleat_diag *d, char *text, size_t size)
{
	_buf_free_ struct buf b = { 0 };
	size_t fits;

	if (size)
		text[0] = '\0';
	if (!d)
		return 0;
	put_where(&b, d);
	put_scope(&b, d);
	report_put_line(&b, d->what ? d->what : "unknown");
	put_position(&b, d);
	put_lone_source(&b, d);
	put_log(&b, d);
	if (d->hint) {
		buf_puts(&b, "\n  hint: ");
		report_put_line(&b, d->hint);
	}
	/* out of memory: as far as it got, which begins with the place and what happened */
	if (size && b.data) {
		fits = MIN(b.len, size - 1);
		memcpy(text, b.data, fits);
		text[fits] = '\0';
	}
	return b.len;
}
