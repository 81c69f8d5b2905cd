// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * seed.c - what a unit puts into its maps: "KEY -> VALUE" entries, from the unit and from files of
 * them. Knows how an entry is split and where it was written; refuses to know what keys and values
 * look like, which the map's plugin and its types decide.
 */
#include "base/file.h"
#include "base/text.h"
#include "kernel/bpf.h"
#include "unit/unit.h"

/* A list of a million addresses is 20 MB. */
#define LIST_MAX ((size_t)256 << 20)
/* A list that is of another kind altogether need not be told line by line. */
#define ERRORS_MAX 100

static bool has_no_key(const struct cleat_map *m)
{
	return m->type->flags & CLEAT_MAP_NO_KEY;
}

/* Does it read as what the map holds; nothing is put in. */
static int check_seed(struct cleat_map *m, const struct unit_seed *s)
{
	_free_ uint8_t *key = calloc(1, (size_t)m->attr.key_size + 1);
	_free_ uint8_t *value = calloc(1, map_value_bytes(m) + 1);
	int err = 0;

	if (!key || !value)
		return report_oom(m->c->report);
	if (!has_no_key(m))
		err = cleat_map_parse(m, CLEAT_KEY, s->key, key);
	/* a value that stands for a descriptor is not there before the map is */
	if (!err && !(m->type->flags & CLEAT_MAP_FD_VALUE))
		err = cleat_map_parse(m, CLEAT_VALUE, s->value, value);
	return err;
}

/* @text is taken apart. The file and the line are in the report's scope. */
static int add_entry(struct unit *u, struct unit_map *m, char *text, const char *file,
		     unsigned int line)
{
	struct unit_seed s = { .file = file, .line = line };
	struct report *r = u->c->report;
	char *arrow = strstr(text, "->");

	if (has_no_key(m->map)) {
		s.key = "";
		s.value = arena_dup(u->arena, text_trim(text));
	} else {
		if (!arrow)
			return report_error(r, EINVAL, "'%s': expected 'KEY -> VALUE'", text);
		*arrow = '\0';
		s.key = arena_dup(u->arena, text_trim(text));
		s.value = arena_dup(u->arena, text_trim(arrow + 2));
	}
	if (!s.key || !s.value)
		return report_oom(r);
	if (!has_no_key(m->map) && !*s.key)
		return report_error(r, EINVAL, "no key before '->'");
	if (!*s.value)
		return report_error(r, EINVAL, "no value%s",
				    has_no_key(m->map) ? "" : " after '->'");
	if (vec_push(&m->seeds, s))
		return report_oom(r);
	return check_seed(m->map, &m->seeds.v[m->seeds.n - 1]);
}

/* '#' and ';' begin a comment at the start of a line or after white space. */
static void cut_comment(char *line)
{
	size_t i;

	for (i = 0; line[i]; i++) {
		if ((line[i] == '#' || line[i] == ';') &&
		    (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
			line[i] = '\0';
			return;
		}
	}
}

static int read_list(struct unit *u, struct unit_map *m, const char *path)
{
	struct report *r = u->c->report;
	_free_ char *text = NULL;
	const char *file = arena_dup(u->arena, path);
	unsigned int line = 0, errors = 0;
	size_t size;
	char *at, *end;
	int err = 0, e;

	e = file_read_regular(path, LIST_MAX, &text, &size);
	if (e)
		return report_sys(r, e, "cannot read %s", path);
	if (!file)
		return report_oom(r);
	REPORT_IN(r, REPORT_FILE, file);
	if (strlen(text) != size)
		return report_error(r, EINVAL, "a NUL byte: this is not a text file");
	for (at = text; *at; at = end) {
		end = at + strcspn(at, "\n");
		if (*end)
			*end++ = '\0';
		report_line(r, ++line);
		cut_comment(at);
		at = text_trim(at);
		if (!*at)
			continue;
		e = add_entry(u, m, at, file, line);
		err = err ? err : e;
		if (e && ++errors == ERRORS_MAX) {
			report_note(r, "too many errors: not read to its end");
			return err;
		}
	}
	return err;
}

int unit_add_entries(struct unit *u, struct unit_map *m, const struct cleat_params *p)
{
	struct report *r = u->c->report;
	const char *key, *value, *file;
	unsigned int line;
	int err = 0, e;
	size_t i;

	for (i = 0; params_at_place(p, i, &key, &value, &file, &line); i++) {
		bool one = streq(key, "entry");

		if (!one && !streq(key, "entries"))
			continue;
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		if (one) {
			_free_ char *copy = strdup(value);
			const char *kept = arena_dup(u->arena, file);

			e = copy && kept ? add_entry(u, m, copy, kept, line) : report_oom(r);
		} else {
			e = read_list(u, m, value);
		}
		err = err ? err : e;
	}
	return err;
}

/* ---- acting -------------------------------------------------------------------------------- */

static int push(struct cleat_map *m, const char *text)
{
	_free_ uint8_t *value = calloc(1, map_value_bytes(m) + 1);
	int err;

	if (!value)
		return report_oom(m->c->report);
	err = cleat_map_parse(m, CLEAT_VALUE, text, value);
	return err ? err : cleat_map_push(m, value, 0);
}

/* An optional program that did not load, which there is a warning about: its slot stays empty. */
static bool names_missing_program(const struct unit *u, const struct unit_map *m, const char *value)
{
	const struct cleat_program *p = cleat_object_program(u->object, value);

	return (m->map->type->flags & CLEAT_MAP_FD_VALUE) && p && p->left_out && p->fd < 0;
}

static int seed_map(struct unit *u, struct unit_map *m)
{
	struct report *r = u->c->report;
	size_t i, errors;
	int err;

	for (i = 0; i < m->seeds.n; i++) {
		const struct unit_seed *s = &m->seeds.v[i];

		REPORT_IN(r, REPORT_FILE, s->file);
		REPORT_IN(r, REPORT_SECTION, m->section->title);
		report_line(r, s->line);
		if (names_missing_program(u, m, s->value)) {
			report_warning(r, "program '%s' is not loaded: entry '%s' stays empty",
				       s->value, s->key);
			continue;
		}
		errors = report_errors(r);
		err = has_no_key(m->map) ? push(m->map, s->value) :
					   cleat_map_set(m->map, s->key, s->value, 0);
		if (err && report_errors(r) == errors) {
			report_sys(r, err, "cannot set entry '%s'", *s->key ? s->key : s->value);
			if (err == -E2BIG)
				report_hint(r, "the map has room for %u entries: see max-entries",
					    m->map->attr.max_entries);
		}
		if (err)
			return err;
	}
	return 0;
}

static int freeze(struct unit *u, struct unit_map *m)
{
	struct report *r = u->c->report;
	int err;

	if (!m->freeze || m->map->frozen)
		return 0;
	REPORT_IN(r, REPORT_FILE, m->section->file);
	REPORT_IN(r, REPORT_SECTION, m->section->title);
	report_line(r, m->section->line);
	err = sys_map_freeze(m->map->fd);
	if (err)
		return report_sys(r, err, "cannot freeze the map");
	m->map->frozen = true;
	return 0;
}

int unit_seed(struct unit *u, bool loaded)
{
	int err = 0;
	size_t i;

	for (i = 0; i < u->maps.n && !err; i++) {
		const struct cleat_map_type *type = u->maps.v[i]->map->type;

		if (!!(type->flags & CLEAT_MAP_FD_VALUE) != loaded)
			continue;
		err = seed_map(u, u->maps.v[i]);
		if (!err)
			err = freeze(u, u->maps.v[i]);
	}
	return err;
}
