// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * seed.c - what a unit puts into its maps: "KEY -> VALUE" entries, from the unit and from files of
 * them. Knows in which order, and when; refuses to know how an entry is split and what it means.
 */
#include "base/file.h"
#include "base/text.h"
#include "kernel/bpf.h"
#include "unit/unit.h"

/* A list of a million addresses is 20 MB. */
#define LIST_MAX ((size_t)256 << 20)

static int read_list(struct unit *u, struct unit_map *m, const char *path)
{
	_free_ char *text = NULL;
	size_t size;
	int err = file_read_regular(path, LIST_MAX, &text, &size);

	if (err)
		return report_sys(u->c->report, err, "cannot read %s", path);
	return entries_read(&m->seeds, path, text, size);
}

int unit_add_entries(struct unit *u, struct unit_map *m, const struct cleat_params *p)
{
	struct report *r = u->c->report;
	const char *key, *value, *file;
	unsigned int line;
	int err = 0, e;
	size_t i;

	entries_begin(&m->seeds, m->map);
	REPORT_IN(r, REPORT_MAP, m->map->name);
	for (i = 0; params_at_place(p, i, &key, &value, &file, &line); i++) {
		bool one = streq(key, "entry");

		if (!one && !streq(key, "entries"))
			continue;
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		if (one) {
			_free_ char *copy = strdup(value);

			e = copy ? entries_add(&m->seeds, copy, file, line) : report_oom(r);
		} else {
			e = read_list(u, m, value);
		}
		err = err ? err : e;
	}
	return err;
}

/* ---- acting -------------------------------------------------------------------------------- */

struct seeding {
	struct unit *u;
	struct unit_map *m;
};

/* An optional program that did not load, which there is a warning about: its slot stays empty. */
static bool names_missing_program(void *user, const struct entry_text *t)
{
	struct seeding *s = user;
	const struct cleat_program *p = cleat_object_program(s->u->object, t->value);

	if (!(s->m->map->type->flags & CLEAT_MAP_FD_VALUE) || !p || !p->left_out || p->fd >= 0)
		return false;
	report_warning(s->u->c->report, "program '%s' is not loaded: entry '%s' stays empty",
		       t->value, t->key);
	return true;
}

static int seed_map(struct unit *u, struct unit_map *m)
{
	struct seeding s = { .u = u, .m = m };
	size_t done = 0;

	REPORT_IN(u->c->report, REPORT_SECTION, m->section->title);
	return entries_put(&m->seeds, 0, names_missing_program, &s, &done);
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

		if (u->maps.v[i]->keep || !!(type->flags & CLEAT_MAP_FD_VALUE) != loaded)
			continue;
		err = seed_map(u, u->maps.v[i]);
		if (!err)
			err = freeze(u, u->maps.v[i]);
	}
	return err;
}
