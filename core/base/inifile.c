// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * inifile.c - strict INI files. Knows the grammar, and what libinih makes of lines that are outside
 * of it; refuses to know which sections and keys there are.
 *
 * libinih is told about lines through a reader that has already judged them. It never sees a line
 * that it could take apart in another way than we do: no long lines (it would make a second line
 * of the tail), no indented ones (continuations), no comments, no bytes whose meaning depends on a
 * locale or on the library's build. A value that it must not see is carried beside it. Its build
 * options differ between distributions and are process-wide variables in some: we neither set them
 * nor depend on them, and count lines ourselves.
 */
#include <ini.h>

#include "base/file.h"
#include "base/inifile.h"
#include "base/text.h"

#define FILE_MAX ((size_t)16 << 20)
#define KEY_MAX  64
/* libinih's line buffer has 200 bytes unless built otherwise; its own '\r', '\n', NUL included. */
#define LINE_MAX_INIH 190
/* Enough for any honest file; a binary file is not worth a message per line. */
#define ERRORS_MAX 100
#define SHOWN_MAX  40

enum where {
	BEFORE_SECTIONS,
	IN_SECTION,
	IN_REFUSED_SECTION, /* its entries belong nowhere: checked, but not handed out */
};

struct guard {
	const struct inifile_handlers *handlers;
	void *user;
	struct report *report;
	const char *at, *end;
	unsigned int line;
	unsigned int errors;
	int err; /* the first error */
	enum where where;
	char *section;

	/* the entry that libinih is working on */
	char key[KEY_MAX + 1];
	struct buf value;
	bool carried; /* libinih has not seen the value */
	bool waiting; /* and has not called back yet */

	char feed[LINE_MAX_INIH + 2];
	size_t feed_len, feed_at;
};

struct span {
	const char *s;
	size_t n;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span trim(struct span t)
{
	while (t.n && is_blank(t.s[0]))
		t.s++, t.n--;
	while (t.n && is_blank(t.s[t.n - 1]))
		t.n--;
	return t;
}

static int shown(struct span t)
{
	return (int)MIN(t.n, (size_t)SHOWN_MAX);
}

static const char *dots(struct span t)
{
	return t.n > SHOWN_MAX ? "..." : "";
}

static void fail(struct guard *g, int err)
{
	if (!g->err)
		g->err = err;
	g->errors++;
}

#define refuse(g, ...) fail((g), report_error((g)->report, EINVAL, __VA_ARGS__))

/* Cut at a ';' that follows white space. */
static struct span strip_comment(struct span t)
{
	size_t i;

	for (i = 1; i < t.n; i++) {
		if (t.s[i] == ';' && is_blank(t.s[i - 1])) {
			t.n = i;
			break;
		}
	}
	return t;
}

static bool check_bytes(struct guard *g, struct span t)
{
	size_t i;

	for (i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.s[i];

		if (c == 0) {
			refuse(g, "a NUL byte: this is not a text file");
			return false;
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			refuse(g, "a control character, byte 0x%02x", c);
			return false;
		}
	}
	return true;
}

static void take_section(struct guard *g, struct span t)
{
	const char *close = memchr(t.s, ']', t.n);
	struct span name, rest;
	int err;

	g->where = IN_REFUSED_SECTION;
	if (!close) {
		refuse(g, "'%.*s%s' has no closing ']'", shown(t), t.s, dots(t));
		return;
	}
	name = (struct span) { t.s + 1, (size_t)(close - t.s) - 1 };
	rest = (struct span) { close, t.n - name.n - 1 };
	rest = strip_comment(rest);
	rest = trim((struct span) { rest.s + 1, rest.n - 1 });
	if (rest.n) {
		refuse(g, "text after ']': '%.*s%s'", shown(rest), rest.s, dots(rest));
		return;
	}
	if (!trim(name).n) {
		refuse(g, "a section without a name");
		return;
	}
	if (trim(name).n != name.n) {
		refuse(g, "white space around the section name '%.*s%s'", shown(name), name.s,
		       dots(name));
		return;
	}
	free(g->section);
	g->section = strndup(name.s, name.n);
	if (!g->section) {
		fail(g, report_oom(g->report));
		return;
	}
	err = g->handlers->section ? g->handlers->section(g->user, g->section, g->line) : 0;
	if (err < 0)
		fail(g, err);
	else
		g->where = IN_SECTION;
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

static bool check_key(struct guard *g, struct span key)
{
	size_t i;

	if (!key.n) {
		refuse(g, "a value without a key: nothing before '='");
		return false;
	}
	for (i = 0; i < key.n; i++) {
		if (!is_key_char(key.s[i])) {
			refuse(g,
			       "key '%.*s%s' has other characters than letters, digits, '_', '.' "
			       "and '-'",
			       shown(key), key.s, dots(key));
			return false;
		}
	}
	if (key.n > KEY_MAX) {
		refuse(g, "key '%.*s%s' is longer than 64 characters", shown(key), key.s,
		       dots(key));
		return false;
	}
	return true;
}

/* May libinih see it? Nothing that any build of it could take for a comment or white space. */
static bool is_plain(struct span value)
{
	size_t i;

	for (i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.s[i];

		if (c >= 0x7f || c == ';' || c == '#')
			return false;
	}
	return true;
}

/* Returns true when there is a line for libinih. @room is the size of its buffer. */
static bool take_entry(struct guard *g, struct span t, size_t room)
{
	const char *equals = memchr(t.s, '=', t.n);
	struct span key, value;

	if (!equals) {
		refuse(g, "'%.*s%s' is neither '[section]' nor 'key = value'", shown(t), t.s,
		       dots(t));
		return false;
	}
	key = trim((struct span) { t.s, (size_t)(equals - t.s) });
	value = (struct span) { equals, t.n - (size_t)(equals - t.s) };
	/* a ';' right after the '=' begins no comment, and the '=' is not white space: keep it */
	value = strip_comment(value);
	value = trim((struct span) { value.s + 1, value.n - 1 });
	if (!check_key(g, key))
		return false;
	if (g->where == BEFORE_SECTIONS) {
		refuse(g, "key '%.*s' before the first section", shown(key), key.s);
		return false;
	}
	if (g->where == IN_REFUSED_SECTION)
		return false;

	memcpy(g->key, key.s, key.n);
	g->key[key.n] = '\0';
	buf_clear(&g->value);
	buf_put(&g->value, value.s, value.n);
	if (g->value.failed) {
		fail(g, report_oom(g->report));
		return false;
	}
	/* '=' and '\n' more, and a NUL in its buffer */
	g->carried = key.n + value.n + 2 > MIN((size_t)LINE_MAX_INIH, room - 1) || !is_plain(value);
	memcpy(g->feed, key.s, key.n);
	g->feed_len = key.n;
	g->feed[g->feed_len++] = '=';
	if (!g->carried) {
		memcpy(g->feed + g->feed_len, value.s, value.n);
		g->feed_len += value.n;
	}
	g->feed[g->feed_len++] = '\n';
	g->feed_at = 0;
	g->waiting = true;
	return true;
}

static bool take_line(struct guard *g, struct span t, size_t room)
{
	struct span text;

	if (t.n && t.s[t.n - 1] == '\r')
		t.n--;
	if (!check_bytes(g, t))
		return false;
	text = trim(t);
	if (!text.n || text.s[0] == ';' || text.s[0] == '#')
		return false;
	if (is_blank(t.s[0])) {
		refuse(g, "white space before '%.*s%s': a value is one line, and keys begin theirs",
		       shown(text), text.s, dots(text));
		return false;
	}
	if (text.s[0] == '[') {
		take_section(g, text);
		return false;
	}
	return take_entry(g, text, room);
}

static void check_answered(struct guard *g)
{
	if (!g->waiting)
		return;
	g->waiting = false;
	fail(g, report_error(g->report, EPROTO, "libinih did not understand key '%s'", g->key));
}

/* What fgets is to libinih: it asks for the next line, or for the rest of a line. */
static char *read_line(char *to, int size, void *stream)
{
	struct guard *g = stream;
	size_t n;

	if (size < 2)
		return NULL;
	if (g->feed_at == g->feed_len) {
		bool found = false;

		check_answered(g);
		while (!found && g->at < g->end && g->errors < ERRORS_MAX) {
			const char *newline = memchr(g->at, '\n', (size_t)(g->end - g->at));
			struct span t = { g->at, (size_t)((newline ? newline : g->end) - g->at) };

			g->at = newline ? newline + 1 : g->end;
			report_line(g->report, ++g->line);
			found = take_line(g, t, (size_t)size);
		}
		if (!found)
			return NULL;
	}
	n = MIN((size_t)size - 1, g->feed_len - g->feed_at);
	memcpy(to, g->feed + g->feed_at, n);
	to[n] = '\0';
	g->feed_at += n;
	return to;
}

/* libinih has an entry: it must be the one that it was given. Nonzero means go on. */
static int on_entry(void *user, const char *section _unused_, const char *name, const char *value)
{
	struct guard *g = user;
	const char *ours = g->value.data ? g->value.data : "";
	int err;

	if (!g->waiting || !name || !streq(name, g->key) ||
	    (!g->carried && (!value || !streq(value, ours)))) {
		g->waiting = false;
		fail(g, report_error(g->report, EPROTO, "libinih read key '%s' otherwise", g->key));
		return 1;
	}
	g->waiting = false;
	if (g->handlers->entry) {
		REPORT_IN(g->report, REPORT_SECTION, g->section);
		err = g->handlers->entry(g->user, g->key, ours, g->line);
		if (err < 0)
			fail(g, err);
	}
	return 1;
}

static void skip_bom(struct guard *g)
{
	if (g->end - g->at >= 3 && memcmp(g->at, "\xef\xbb\xbf", 3) == 0)
		g->at += 3;
}

/* The report's file is set already. */
static int read_text(const char *text, size_t size, const struct inifile_handlers *h, void *user,
		     struct report *r)
{
	struct guard g = {
		.handlers = h,
		.user = user,
		.report = r,
		.at = text,
		.end = text + size,
	};
	int result;

	skip_bom(&g);
	result = ini_parse_stream(read_line, &g, on_entry, &g);
	check_answered(&g);
	report_line(r, 0);
	if (result == -2)
		fail(&g, report_oom(r));
	else if (!g.err && (result || g.at != g.end))
		/* the guard found every line sound: then it was not read to its end */
		fail(&g, report_error(r, EPROTO, "libinih stopped before the end"));
	if (g.errors >= ERRORS_MAX && g.at != g.end)
		report_note(r, "too many errors: not read to its end");
	buf_free(&g.value);
	free(g.section);
	return g.err;
}

int inifile_read_text(const char *name, const char *text, size_t size,
		      const struct inifile_handlers *h, void *user, struct report *r)
{
	REPORT_IN(r, REPORT_FILE, name);

	if (size > FILE_MAX)
		return report_error(r, EFBIG, "is over 16 MiB");
	return read_text(text, size, h, user, r);
}

int inifile_read(const char *path, const struct inifile_handlers *h, void *user, struct report *r)
{
	REPORT_IN(r, REPORT_FILE, path);
	_free_ char *text = NULL;
	size_t size;
	int err;

	err = file_read_regular(path, FILE_MAX, &text, &size);
	if (err == -EISDIR || err == -EMEDIUMTYPE)
		return report_error(r, err, "is not a regular file");
	if (err == -EFBIG)
		return report_error(r, err, "is over 16 MiB");
	if (err) /* -EINVAL is for what it says */
		return report_sys(r, err, "cannot read it") == -EINVAL ? -EIO : err;
	return read_text(text, size, h, user, r);
}
