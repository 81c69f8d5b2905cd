/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * entries.c - lists of entries: lines of "KEY -> VALUE", or JSON, to bytes that go into a map at
 * once. Knows how a list is split and where each entry was written; refuses to know what keys and
 * values look like, which the map's plugin and its types decide.
 */
#include "live/entries.h"

/* A list that is of another kind altogether need not be told entry by entry. */
#define ERRORS_MAX 100

static bool is_keyless(const struct cleat_map *m)
{
	return m->type && (m->type->flags & CLEAT_MAP_NO_KEY);
}

static bool has_fd_values(const struct cleat_map *m)
{
	return m->type && (m->type->flags & CLEAT_MAP_FD_VALUE);
}

void entries_begin(struct entries *e, struct cleat_map *m)
{
	*e = (struct entries) {
		.map = m,
		.key_size = is_keyless(m) ? 0 : m->attr.key_size,
		.value_bytes = map_value_bytes(m),
	};
}

void entries_free(struct entries *e)
{
	for (size_t i = 0; i < e->texts.n; i++) {
		free(e->texts.v[i].key);
		free(e->texts.v[i].value);
	}
	for (size_t i = 0; i < e->files.n; i++)
		free(e->files.v[i]);
	vec_free(&e->texts);
	vec_free(&e->files);
	free(e->keys);
	free(e->values);
	free(e->places);
}

static int make_room(struct entries *e)
{
	size_t cap = e->cap ? e->cap * 2 : 16;
	uint8_t *keys, *values;
	struct entry_place *places;

	if (e->n < e->cap)
		return 0;
	keys = reallocarray(e->keys, cap, MAX(e->key_size, (size_t)1));
	e->keys = keys ? keys : e->keys;
	values = reallocarray(e->values, cap, MAX(e->value_bytes, (size_t)1));
	e->values = values ? values : e->values;
	places = reallocarray(e->places, cap, sizeof(*places));
	e->places = places ? places : e->places;
	if (!keys || !values || !places)
		return report_oom(e->map->c->report);
	e->cap = cap;
	return 0;
}

/* A copy of the name, the same one for all entries of a file; NULL for NULL or without memory. */
static const char *keep_file(struct entries *e, const char *file)
{
	char *copy;

	if (!file)
		return NULL;
	if (e->files.n && streq(e->files.v[e->files.n - 1], file))
		return e->files.v[e->files.n - 1];
	copy = strdup(file);
	if (copy && vec_push(&e->files, copy))
		free(take_ptr(copy));
	return copy;
}

static int keep_text(struct entries *e, const char *key, const char *value)
{
	struct entry_text t = { .number = e->n, .key = strdup(key), .value = strdup(value) };

	if (t.key && t.value && !vec_push(&e->texts, t))
		return 0;
	free(t.key);
	free(t.value);
	return report_oom(e->map->c->report);
}

/* ---- one entry ------------------------------------------------------------------------------- */

static int add(struct entries *e, const char *key, const char *value, const char *file,
	       unsigned int line)
{
	struct cleat_map *m = e->map;
	int err = make_room(e);

	if (!err && e->key_size)
		err = map_parse(m, CLEAT_KEY, key, e->keys + e->n * e->key_size);
	/* a value that stands for a descriptor is not there before the map is */
	if (!err && !has_fd_values(m))
		err = map_parse(m, CLEAT_VALUE, value, e->values + e->n * e->value_bytes);
	if (!err && (has_fd_values(m) || m->text_fd[0] >= 0 || m->text_fd[1] >= 0))
		err = keep_text(e, key, value);
	if (err)
		return err;
	e->places[e->n++] = (struct entry_place) { .file = keep_file(e, file), .line = line };
	return 0;
}

/* The quote that ends the text in quotes at @s, or NULL. */
static char *closing_quote(char *s)
{
	for (s++; *s; s++) {
		if (*s == '"')
			return s;
		if (*s == '\\' && s[1])
			s++;
	}
	return NULL;
}

/*
 * The first "->" outside of quoted text, or NULL. With @comments the line ends where a '#' or ';' is at
 * its start or after white space.
 */
static char *find_arrow(char *line, bool comments)
{
	char *arrow = NULL, *end;

	for (char *s = line; *s; s++) {
		if (*s == '"') {
			end = closing_quote(s);
			s = end ? end : s;
		} else if (*s == '-' && s[1] == '>' && !arrow) {
			arrow = s;
		} else if (comments && (*s == '#' || *s == ';') &&
			   (s == line || s[-1] == ' ' || s[-1] == '\t')) {
			*s = '\0';
			return arrow;
		}
	}
	return arrow;
}

/* @arrow: where the key ends in @text, or NULL. */
static int add_split(struct entries *e, char *text, char *arrow, const char *file,
		     unsigned int line)
{
	struct report *r = e->map->c->report;
	const char *key = "", *value;

	if (!e->key_size) {
		value = text_trim(text);
	} else {
		if (!arrow)
			return report_error(r, EINVAL, "'%s': expected 'KEY -> VALUE'", text);
		*arrow = '\0';
		key = text_trim(text);
		value = text_trim(arrow + 2);
		if (!*key)
			return report_error(r, EINVAL, "no key before '->'");
	}
	if (!*value)
		return report_error(r, EINVAL, "no value%s", e->key_size ? " after '->'" : "");
	return add(e, key, value, file, line);
}

int entries_add(struct entries *e, char *text, const char *file, unsigned int line)
{
	return add_split(e, text, find_arrow(text, false), file, line);
}

/* ---- a list of lines ------------------------------------------------------------------------- */

/* Counts errors; true: so many that the list is of another kind. */
static bool too_many(struct report *r, int err, unsigned int *errors)
{
	if (!err || ++*errors < ERRORS_MAX)
		return false;
	report_note(r, "too many errors: not read to its end");
	return true;
}

static int read_lines(struct entries *e, const char *file, char *text)
{
	struct report *r = e->map->c->report;
	unsigned int line = 0, errors = 0;
	char *end, *arrow;
	int err = 0, one;

	for (char *at = text; *at; at = end) {
		end = at + strcspn(at, "\n");
		if (*end)
			*end++ = '\0';
		report_line(r, ++line);
		at += strspn(at, " \t\r");
		arrow = find_arrow(at, true);
		if (!*text_trim(at))
			continue;
		one = add_split(e, at, arrow, file, line);
		err = err ? err : one;
		if (too_many(r, one, &errors))
			break;
	}
	return err;
}

/* ---- a list in JSON -------------------------------------------------------------------------- */

struct scan {
	char *at;
	unsigned int line;
	struct report *r;
};

static int json_error(struct scan *s, const char *expected)
{
	report_line(s->r, s->line);
	if (!*s->at)
		return report_error(s->r, EINVAL, "%s expected, at the end of the text", expected);
	return report_error(s->r, EINVAL, "%s expected, at '%.*s'", expected,
			    (int)MIN(strcspn(s->at, "\n"), (size_t)24), s->at);
}

/* The next character that is no white space. */
static char next_char(struct scan *s)
{
	for (; *s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n'; s->at++)
		s->line += *s->at == '\n';
	return *s->at;
}

static bool take_char(struct scan *s, char c)
{
	if (next_char(s) != c)
		return false;
	s->at++;
	return true;
}

/* A stretch of the text. */
struct span {
	char *from, *to;
};

/* A string, list, object, number or word. What is in it is the business of who reads the value. */
static int take_value(struct scan *s, struct span *v)
{
	unsigned int depth = 0;
	char *end;

	next_char(s);
	v->from = s->at;
	for (;; s->at++) {
		if (*s->at == '"') {
			end = closing_quote(s->at);
			if (!end)
				return json_error(s, "the closing '\"'");
			s->at = end;
		} else if (*s->at == '[' || *s->at == '{') {
			depth++;
		} else if (depth && (*s->at == ']' || *s->at == '}')) {
			depth--;
		} else if (!*s->at || (!depth && strchr(",]} \t\r\n", *s->at))) {
			break;
		}
		s->line += *s->at == '\n';
	}
	v->to = s->at;
	return depth || v->to == v->from ? json_error(s, depth ? "a closing bracket" : "a value") :
					   0;
}

/* "NAME": VALUE into @key or @value. A sum is what the values say already. */
static int take_member(struct scan *s, struct span *key, struct span *value)
{
	static const char *const names[] = { "key", "value", "sum" };
	struct span ignored, *const spans[] = { key, value, &ignored };
	char *name, *end;

	if (next_char(s) != '"' || !(end = closing_quote(s->at)))
		return json_error(s, "\"key\" or \"value\"");
	name = s->at + 1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i]) != (size_t)(end - name) ||
		    memcmp(name, names[i], strlen(names[i])) != 0)
			continue;
		s->at = end + 1;
		return take_char(s, ':') ? take_value(s, spans[i]) : json_error(s, "':'");
	}
	return json_error(s, "\"key\" or \"value\"");
}

/* { "key": KEY, "value": VALUE }. An entry that is wrong counts in *errors, and the list goes on. */
static int take_entry(struct scan *s, struct entries *e, const char *file, unsigned int *errors)
{
	struct span key = { 0 }, value = { 0 };
	unsigned int line;
	int err;

	if (!take_char(s, '{'))
		return json_error(s, "'{'");
	line = s->line;
	do {
		err = take_member(s, &key, &value);
		if (err)
			return err;
	} while (take_char(s, ','));
	if (!take_char(s, '}'))
		return json_error(s, "',' or '}'");
	report_line(s->r, line);
	if (!value.from || (e->key_size && !key.from)) {
		*errors += 1;
		return report_error(s->r, EINVAL, "entry %zu has no \"%s\"", e->n + 1,
				    value.from ? "key" : "value");
	}
	if (key.to)
		*key.to = '\0';
	*value.to = '\0';
	err = add(e, key.from ? key.from : "", value.from, file, line);
	*errors += err != 0;
	return err;
}

static int read_json(struct entries *e, const char *file, char *text)
{
	struct scan s = { .at = text, .line = 1, .r = e->map->c->report };
	unsigned int errors = 0, before;
	bool list = take_char(&s, '[');
	int err = 0, one;

	if (list && take_char(&s, ']'))
		return next_char(&s) ? json_error(&s, "nothing more") : 0;
	do {
		before = errors;
		one = take_entry(&s, e, file, &errors);
		err = err ? err : one;
		if (one && errors == before)
			return err; /* of the list itself: nobody knows how it goes on */
		if (errors == ERRORS_MAX) {
			report_note(s.r, "too many errors: not read to its end");
			return err;
		}
	} while (list ? take_char(&s, ',') : next_char(&s) == '{');
	if (list && !take_char(&s, ']'))
		return json_error(&s, "',' or ']'");
	return next_char(&s) ? json_error(&s, "nothing more") : err;
}

/* A list of objects, or objects one behind the other, whose first member has one of the names. */
static bool is_json(const char *text)
{
	static const char white[] = " \t\r\n";
	const char *s = text + strspn(text, white);

	if (*s == '[') {
		s += 1 + strspn(s + 1, white);
		if (*s == ']')
			return !s[1 + strspn(s + 1, white)];
	}
	if (*s != '{')
		return false;
	s += 1 + strspn(s + 1, white);
	if (!has_prefix(s, "\"key\"") && !has_prefix(s, "\"value\""))
		return false;
	s = strchr(s + 1, '"') + 1;
	return s[strspn(s, white)] == ':';
}

int entries_read(struct entries *e, const char *file, char *text, size_t bytes)
{
	struct report *r = e->map->c->report;

	REPORT_IN(r, REPORT_FILE, file);
	if (memchr(text, '\0', bytes))
		return report_error(r, EINVAL, "a NUL byte: this is not a text file");
	return is_json(text) ? read_json(e, file, text) : read_lines(e, file, text);
}

/* ---- into the map ---------------------------------------------------------------------------- */

static int put_text(struct entries *e, const struct entry_text *t, uint64_t flags)
{
	_free_ uint8_t *value = NULL;
	int err;

	if (e->key_size)
		return cleat_map_set(e->map, t->key, t->value, flags);
	value = calloc(1, e->value_bytes + 1);
	if (!value)
		return report_oom(e->map->c->report);
	err = cleat_map_parse(e->map, CLEAT_VALUE, t->value, value);
	return err ? err : cleat_map_push(e->map, value, flags);
}

/* How the entries are put in. */
struct putting {
	struct entries *e;
	uint64_t flags;
	bool (*passed_over)(void *user, const struct entry_text *t);
	void *user;
};

/* Number @i, alone; @t: its text, or NULL. */
static int put_one(const struct putting *p, size_t i, const struct entry_text *t)
{
	struct entries *e = p->e;
	const uint8_t *key = e->keys + i * e->key_size, *value = e->values + i * e->value_bytes;
	struct report *r = e->map->c->report;
	size_t before = report_errors(r);
	int err;

	REPORT_IN(r, REPORT_FILE, e->places[i].file);
	report_line(r, e->places[i].line);
	if (t && p->passed_over && p->passed_over(p->user, t))
		return 0;
	if (t)
		err = put_text(e, t, p->flags);
	else if (e->key_size)
		err = cleat_map_update(e->map, key, value, p->flags);
	else
		err = cleat_map_push(e->map, value, p->flags);
	if (!err)
		return 0;
	if (report_errors(r) == before && err == -ENOENT)
		report_error(r, ENOENT, "there is no such entry");
	else if (report_errors(r) == before)
		report_sys(r, err, "cannot set an entry");
	if (i)
		report_hint_too(r, "stopped at entry %zu of %zu: the %zu before it %s in", i + 1,
				e->n, i, i == 1 ? "is" : "are");
	return err;
}

int entries_put(struct entries *e, uint64_t flags,
		bool (*passed_over)(void *user, const struct entry_text *t), void *user,
		size_t *done)
{
	struct putting p = { .e = e, .flags = flags, .passed_over = passed_over, .user = user };
	struct map_batch b = map_batch_begin(e->map, false, flags);
	const struct entry_text *t = e->texts.v, *end = t + e->texts.n;
	size_t i = *done, to;
	int err = 0;

	for (; t < end && t->number < i; t++)
		;
	while (!err) {
		to = t < end ? t->number : e->n;
		i += map_batch_some(&b, e->keys + i * e->key_size, e->values + i * e->value_bytes,
				    to - i);
		if (i == e->n)
			break;
		err = put_one(&p, i, i == to ? t++ : NULL);
		i += !err;
	}
	*done = i;
	return err;
}
