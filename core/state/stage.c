/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stage.c - everything that is new is brought into the kernel: maps, their entries, programs. What is
 * there already is taken over by its pin. Nothing is attached and nothing is pinned: whatever
 * happens now, nobody has seen it.
 */
#include <fcntl.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

static int open_path(const struct cleat_plan *p, const char *unit, enum state_dir dir,
		     const char *name)
{
	_free_ char *path = state_path(p->root, unit, dir, name);
	int fd = path ? sys_obj_get(path, 0) : -ENOMEM;

	return fd < 0 ? report_sys(p->c->report, fd, "cannot open %s", path ? path : name) : fd;
}

static int open_state(const struct cleat_plan *p, const struct unit_plan *up, enum state_dir dir,
		      const char *name)
{
	return open_path(p, up->name, dir, name);
}

static int take_maps(const struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		struct record_map *m = &up->wanted->maps.v[i];
		_close_ int fd = -1;

		if (up->maps.v[i] != KEEP)
			continue;
		fd = open_state(p, up, STATE_MAPS, m->name);
		err = fd < 0 ? fd : cleat_map_adopt(m->map, fd);
		if (m->section)
			m->section->keep = true;
	}
	return err;
}

/* Those of other units, which come before it in the plan. */
static int share_maps(const struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		struct record_map *m = &up->wanted->maps.v[i];
		const struct unit_plan *of;
		const char *name;
		_close_ int fd = -1;

		if (!*m->share || up->maps.v[i] == KEEP)
			continue;
		name = m->section->share_map;
		of = plan_unit_named(p, m->section->share_unit);
		if (of && plan_map_change(of, name) != KEEP)
			fd = fcntl(record_map(of->wanted, name)->map->fd, F_DUPFD_CLOEXEC, 3);
		else
			fd = open_path(p, m->section->share_unit, STATE_MAPS, name);
		err = fd < 0 ? fd : cleat_map_adopt(m->map, fd);
	}
	return err;
}

static int take_programs(const struct cleat_plan *p, struct unit_plan *up)
{
	for (size_t i = 0; i < up->wanted->programs.n; i++) {
		struct record_program *w = &up->wanted->programs.v[i];
		const struct record_program *had = up->had ? record_program(up->had, w->name)
							   : NULL;
		int fd;

		if (up->programs.v[i] != KEEP || !had)
			continue;
		w->left_out = had->left_out;
		if (w->left_out) {
			cleat_program_set_autoload(w->program, false);
			continue;
		}
		fd = open_state(p, up, STATE_PROGRAMS, w->name);
		if (fd < 0)
			return fd;
		program_adopt(w->program, fd);
	}
	return 0;
}

/* ---- entries of a map that has another shape now --------------------------------------------- */

static int copy_entry(void *user, const void *key, const void *value)
{
	struct cleat_map *to = user;
	int err = sys_map_update(to->fd, key, value, BPF_ANY);

	return err ? report_sys(to->c->report, err,
				"map '%s': cannot take over an entry of the map that was there",
				to->name)
		   : 0;
}

/* Of global variables, unless the unit says what is in the map. */
static bool keeps_variables(const struct record_map *had, const struct record_map *want)
{
	return had && *had->vars && *want->vars && !*want->share &&
	       !(want->section && want->section->seeds.n);
}

static int copy_variables(const struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		const struct record_map *w = &up->wanted->maps.v[i];
		const struct record_map *had = up->had ? record_map(up->had, w->name) : NULL;
		_free_ char *path = NULL;

		if (up->maps.v[i] != UPDATE || !keeps_variables(had, w))
			continue;
		path = state_path(p->root, up->name, STATE_MAPS, w->name);
		err = path ? variables_carry(p->c, path, had, w) : report_oom(p->c->report);
	}
	return err;
}

static int copy_maps(const struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		struct record_map *w = &up->wanted->maps.v[i];
		const struct record_map *had = up->had ? record_map(up->had, w->name) : NULL;
		_free_ char *path = NULL;
		struct cleat_map *from;

		if (up->maps.v[i] != UPDATE || *w->share || !map_keeps_entries(had, w) ||
		    w->map->type->flags &
			    (CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE | CLEAT_MAP_FD_VALUE))
			continue;
		path = state_path(p->root, up->name, STATE_MAPS, w->name);
		if (!path)
			return report_oom(p->c->report);
		err = cleat_map_find(p->c, path, &from);
		if (err)
			break;
		err = cleat_map_each(from, copy_entry, w->map);
		cleat_map_close(from);
		/* Those of the unit are among them; what is other now comes at the end. */
		w->copied = true;
		if (w->section)
			w->section->keep = true;
	}
	return err;
}

/* ---- units ----------------------------------------------------------------------------------- */

static bool needs_programs(const struct unit_plan *up)
{
	for (size_t i = 0; i < up->links.n; i++)
		if (up->links.v[i] != KEEP)
			return true;
	return up->loads;
}

static int stage_unit(struct cleat_plan *p, struct unit_plan *up)
{
	int err;

	if (!up->u || !up->u->object || !needs_programs(up))
		return 0;
	err = take_maps(p, up);
	if (!err)
		err = share_maps(p, up);
	if (!err)
		err = take_programs(p, up);
	if (err || !up->loads)
		return err;
	err = cleat_object_create_maps(up->u->object);
	if (!err)
		err = copy_maps(p, up);
	if (!err)
		err = copy_variables(p, up);
	return err ? err : unit_load(up->u);
}

int stage(struct cleat_plan *p)
{
	int err = 0;

	for (size_t i = 0; i < p->units.n && !err; i++)
		if (p->units.v[i]->steps)
			err = stage_unit(p, p->units.v[i]);
	return err;
}
