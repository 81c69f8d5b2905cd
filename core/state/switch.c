/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * switch.c - what was staged takes the place of what was there: a list of small changes, done one after
 * the other, and taken back from the last to the first when one of them fails. Records are written
 * behind what they record; what is to go goes last, when nothing can fail any more.
 */
#include <stdio.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

struct step;

/*
 * 'prepare' gathers all that is needed for both ways, and changes nothing. The others may be begun by one
 * process and be done again, from their beginning, by another one.
 */
struct step_kind {
	int (*prepare)(struct step *s);
	int (*run)(struct step *s);
	int (*back)(struct step *s);
};

struct step {
	const struct step_kind *kind;
	struct change_one one;
	char *path; /* that is pinned, or unpinned */
	int fd; /* to be pinned, not owned */
	int old_fd; /* what was pinned there, or -1 */
	struct seeds_change *seeds;
};

/* Steps have handles that point to them: they do not move. */
struct steps {
	struct cleat_plan *p;
	struct guard guard;
	VEC(struct step *) all;
	VEC(struct loose *) going; /* what is to be detached when nothing can fail any more */
	struct unit_plan *failed_in; /* where a link could not be made, or NULL */
	size_t failed_at; /* which one */
	size_t before; /* how many diagnostics there were before it */
};

static struct report *report_of(const struct step *s)
{
	return s->one.p->c->report;
}

static struct step *add(struct steps *l, const struct step_kind *kind, struct unit_plan *up,
			size_t i)
{
	struct step *s = calloc(1, sizeof(*s));

	if (!s || vec_push(&l->all, s)) {
		free(s);
		return NULL;
	}
	s->kind = kind;
	s->one.p = l->p;
	s->one.up = up;
	s->one.i = i;
	s->one.before.fd = s->one.adopted_fd = -1;
	s->fd = s->old_fd = -1;
	return s;
}

/* The handles go; what is pinned stays. */
static void free_steps(struct steps *l)
{
	for (size_t i = 0; i < l->all.n; i++) {
		struct step *s = l->all.v[i];

		for (size_t k = 0; k < s->one.links.n; k++)
			link_release(s->one.links.v[k], true);
		change_one_free(&s->one);
		if (s->old_fd >= 0)
			close(s->old_fd);
		seeds_free(s->seeds);
		free(s->path);
		free(s);
	}
	vec_free(&l->all);
	for (size_t i = 0; i < l->going.n; i++)
		loose_free(l->going.v[i], false);
	vec_free(&l->going);
}

/* ---- links ----------------------------------------------------------------------------------- */

static int prepare_swap(struct step *s)
{
	return link_swap_prepare(&s->one);
}

static int run_swap(struct step *s)
{
	return link_swap(&s->one);
}

static int run_swap_back(struct step *s)
{
	return link_swap_back(&s->one);
}

static int prepare_make(struct step *s)
{
	return link_make_prepare(&s->one);
}

static int run_make(struct step *s)
{
	return link_make(&s->one);
}

static int run_make_back(struct step *s)
{
	return link_make_back(&s->one);
}

static const struct step_kind swap_step = { prepare_swap, run_swap, run_swap_back };
static const struct step_kind make_step = { prepare_make, run_make, run_make_back };

static int add_links(struct steps *l, struct unit_plan *up, enum change change)
{
	for (size_t i = 0; i < up->links.n; i++)
		if (up->links.v[i] == change && !up->wanted->links.v[i].out &&
		    !add(l, change == UPDATE ? &swap_step : &make_step, up, i))
			return -ENOMEM;
	return 0;
}

/* ---- pins ------------------------------------------------------------------------------------ */

static int prepare_pin(struct step *s)
{
	s->old_fd = sys_obj_get(s->path, 0);
	return s->old_fd < 0 && s->old_fd != -ENOENT
		       ? report_sys(report_of(s), s->old_fd, "cannot open %s", s->path)
		       : 0;
}

static int run_pin(struct step *s)
{
	return state_pin(s->fd, s->path, report_of(s));
}

static int run_pin_back(struct step *s)
{
	if (s->old_fd >= 0)
		return state_pin(s->old_fd, s->path, report_of(s));
	unlink(s->path);
	return 0;
}

static const struct step_kind pin_step = { prepare_pin, run_pin, run_pin_back };

static int add_pin(struct steps *l, struct unit_plan *up, enum state_dir dir, const char *name,
		   int fd)
{
	struct step *s = fd < 0 ? NULL : add(l, &pin_step, up, 0);

	if (fd < 0)
		return 0;
	if (!s)
		return -ENOMEM;
	s->fd = fd;
	s->path = state_path(l->p->root, up->name, dir, name);
	return s->path ? 0 : -ENOMEM;
}

static int add_pins(struct steps *l, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->programs.n && !err; i++) {
		const struct record_program *p = &up->wanted->programs.v[i];

		if (up->programs.v[i] != KEEP)
			err = add_pin(l, up, STATE_PROGRAMS, p->name, p->program->fd);
	}
	for (size_t i = 0; i < up->maps.n && !err; i++) {
		const struct record_map *m = &up->wanted->maps.v[i];

		if (up->maps.v[i] != KEEP)
			err = add_pin(l, up, STATE_MAPS, m->name, m->map->fd);
	}
	return err;
}

/* ---- entries --------------------------------------------------------------------------------- */

static int prepare_seeds(struct step *s)
{
	struct unit_plan *up = s->one.up;
	int err = 0;

	if (up->maps.v[s->one.i] == KEEP || up->wanted->maps.v[s->one.i].copied)
		err = seeds_prepare(s->one.p, up, &up->wanted->maps.v[s->one.i], &s->seeds);
	return err ? err : prepare_pin(s);
}

static int run_seeds(struct step *s)
{
	const struct record_map *m = &s->one.up->wanted->maps.v[s->one.i];
	_close_ int fd = -1;
	int err = s->seeds ? seeds_run(s->seeds) : 0;

	if (err)
		return err;
	s->fd = fd = seeds_blob(s->one.p->c, m);
	err = fd < 0 ? fd : run_pin(s);
	s->fd = -1;
	return err;
}

static int run_seeds_back(struct step *s)
{
	int err = s->seeds ? seeds_back(s->seeds) : 0;

	run_pin_back(s);
	return err;
}

static const struct step_kind seeds_step = { prepare_seeds, run_seeds, run_seeds_back };

static int add_seeds(struct steps *l, struct unit_plan *up)
{
	for (size_t i = 0; i < up->maps.n; i++) {
		const struct record_map *m = &up->wanted->maps.v[i], *had;
		struct step *s;

		had = up->had ? record_map(up->had, m->name) : NULL;
		if (!m->section || (up->maps.v[i] == KEEP && streq(had->seeds, m->seeds)))
			continue;
		s = add(l, &seeds_step, up, i);
		if (!s)
			return -ENOMEM;
		s->path = state_path(l->p->root, up->name, STATE_SEEDS, m->name);
		if (!s->path)
			return -ENOMEM;
	}
	return 0;
}

/* ---- the record ------------------------------------------------------------------------------ */

static void record_objects(const struct unit_plan *up)
{
	for (size_t i = 0; i < up->programs.n; i++) {
		struct record_program *w = &up->wanted->programs.v[i];

		const struct record_program *had;

		if (up->programs.v[i] == KEEP) {
			had = record_program(up->had, w->name);
			w->id = had->id;
			w->left_out = had->left_out;
			continue;
		}
		w->left_out = w->program->fd < 0;
		if (!w->left_out)
			sys_obj_id(w->program->fd, &w->id);
	}
	for (size_t i = 0; i < up->maps.n; i++) {
		struct record_map *w = &up->wanted->maps.v[i];

		if (up->maps.v[i] == KEEP)
			w->id = record_map(up->had, w->name)->id;
		else if (w->map->fd >= 0)
			sys_obj_id(w->map->fd, &w->id);
	}
}

static int record_links(const struct cleat_plan *p, const struct unit_plan *up)
{
	for (size_t i = 0; i < up->links.n; i++) {
		struct record_link *w = &up->wanted->links.v[i];
		const struct record_link *had = link_had(up, w);

		w->left_out = w->out || (up->links.v[i] == KEEP && had->left_out);
		if (w->out) {
			w->pins = w->loose = 0;
			continue;
		}
		if (up->links.v[i] == KEEP || up->links.v[i] == UPDATE) {
			w->pins = had->pins;
			w->loose = had->loose;
			w->what = had->what;
			w->seen = had->seen;
			w->note = had->note;
		}
		if (up->links.v[i] != KEEP && w->pins) {
			_free_ char *path = link_pin_path(p->root, up->name, w, 0);
			_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;
			_free_ char *seen = fd >= 0 ? look_describe(p->c, w->plugin, fd) : NULL;

			w->seen = arena_dup(up->wanted->arena, seen ? seen : "");
			if (!w->seen)
				return report_oom(p->c->report);
		}
	}
	return 0;
}

static int run_record(struct step *s)
{
	struct cleat_plan *p = s->one.p;
	struct buf text _buf_free_ = { 0 };
	_close_ int fd = -1;
	int err;

	record_objects(s->one.up);
	err = record_links(p, s->one.up);
	if (err)
		return err;
	if (record_write(s->one.up->wanted, &text))
		return report_oom(p->c->report);
	fd = blob_make(p->c, text.data, text.len);
	if (fd < 0)
		return fd;
	s->fd = fd;
	err = run_pin(s);
	s->fd = -1;
	return err;
}

static const struct step_kind record_step = { prepare_pin, run_record, run_pin_back };

static int add_record(struct steps *l, struct unit_plan *up)
{
	struct step *s = add(l, &record_step, up, 0);

	if (!s)
		return -ENOMEM;
	s->path = state_record_path(l->p->root, up->name);
	return s->path ? 0 : -ENOMEM;
}

/* ---- what goes ------------------------------------------------------------------------------- */

static void unpin(char *path)
{
	if (path)
		unlink(path);
	free(path);
}

/* Of links that took the place of others, and need fewer pins than they did, or none. */
static void drop_old_pins(const struct cleat_plan *p, const struct unit_plan *up)
{
	for (size_t i = 0; i < up->links.n; i++) {
		const struct record_link *want = &up->wanted->links.v[i], *had;

		had = up->links.v[i] == ANEW ? link_had(up, want) : NULL;
		for (uint32_t k = want->pins; had && k < had->pins; k++)
			unpin(link_pin_path(p->root, up->name, want, k));
	}
}

/* Nothing is said: what cannot be removed is there for the next who looks. */
static void drop(const struct cleat_plan *p, const struct unit_plan *up)
{
	const struct record *had = up->had;
	bool empty = !up->wanted->programs.n && !up->wanted->maps.n;

	if (empty)
		unpin(state_record_path(p->root, up->name));
	for (size_t i = had ? had->links.n : 0; i-- > 0;)
		for (uint32_t k = 0; link_goes(up, &had->links.v[i]) && k < had->links.v[i].pins;
		     k++)
			unpin(link_pin_path(p->root, up->name, &had->links.v[i], k));
	drop_old_pins(p, up);
	for (size_t i = 0; had && i < had->programs.n; i++) {
		const char *name = had->programs.v[i].name;
		const struct record_program *w = record_program(up->wanted, name);

		if (!w || w->left_out)
			unpin(state_path(p->root, up->name, STATE_PROGRAMS, name));
	}
	for (size_t i = 0; had && i < had->maps.n; i++) {
		const struct record_map *m = &had->maps.v[i];

		if (record_map(up->wanted, m->name))
			continue;
		unpin(state_path(p->root, up->name, STATE_MAPS, m->name));
		unpin(state_path(p->root, up->name, STATE_SEEDS, m->name));
		if (*m->pin)
			unlink(m->pin);
	}
	state_sweep(p->root, up->name);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int list_steps(struct steps *l)
{
	/* New programs where programs are, before new places: there may be one at the same hook, of any unit. */
	const enum change order[] = { UPDATE, ADOPT, ANEW, CREATE };
	struct cleat_plan *p = l->p;
	int err = 0;

	for (size_t k = 0; k < ARRAY_SIZE(order); k++)
		for (size_t i = 0; i < p->units.n && !err; i++)
			if (p->units.v[i]->steps)
				err = add_links(l, p->units.v[i], order[k]);
	for (size_t i = 0; i < p->units.n && !err; i++)
		if (p->units.v[i]->steps)
			err = add_pins(l, p->units.v[i]);
	for (size_t i = 0; i < p->units.n && !err; i++)
		if (p->units.v[i]->steps)
			err = add_seeds(l, p->units.v[i]);
	for (size_t i = 0; i < p->units.n && !err; i++)
		if (p->units.v[i]->steps &&
		    (p->units.v[i]->wanted->programs.n || p->units.v[i]->wanted->maps.n))
			err = add_record(l, p->units.v[i]);
	return err ? report_oom(p->c->report) : 0;
}

/* What goes and has no pin that could be removed. */
static int find_going(struct steps *l, const struct unit_plan *up)
{
	const struct record *had = up->had;
	struct loose *lo;

	for (size_t i = 0; had && i < had->links.n; i++) {
		if (!link_goes(up, &had->links.v[i]) ||
		    loose_find(l->p->c, l->p->root, had, &had->links.v[i], &lo))
			continue;
		if (vec_push(&l->going, lo)) {
			loose_free(lo, false);
			return report_oom(l->p->c->report);
		}
	}
	return 0;
}

static int prepare_steps(struct steps *l)
{
	int err = 0;

	for (size_t i = 0; i < l->all.n && !err; i++)
		err = l->all.v[i]->kind->prepare(l->all.v[i]);
	for (size_t i = 0; i < l->p->units.n && !err; i++)
		err = find_going(l, l->p->units.v[i]);
	return err;
}

/* From the @n-th on, to the first. */
static void take_back(struct steps *l, size_t n)
{
	while (n-- > 0) {
		struct step *s = l->all.v[n];

		guard_say(&l->guard, GUARD_TAKE_BACK, (uint32_t)n + 1);
		if (s->kind->back(s))
			report_warning(report_of(s), "unit '%s' is not wholly as it was before",
				       s->one.up->name);
	}
}

static int run_steps(struct steps *l, size_t from)
{
	size_t i = from;
	int err = 0;

	for (; i < l->all.n && !err; i++) {
		struct step *s = l->all.v[i];

		guard_say(&l->guard, GUARD_DO, (uint32_t)i);
		l->before = report_count(report_of(s));
		err = s->kind->run(s);
		if (err && (s->kind == &swap_step || s->kind == &make_step)) {
			l->failed_in = s->one.up;
			l->failed_at = s->one.i;
		}
	}
	/* One that failed may have done a part. */
	if (err)
		take_back(l, i);
	return err;
}

/* All is there, or all is as it was: what nobody needs goes. */
static void clear_up(struct steps *l, bool done)
{
	const struct cleat_plan *p = l->p;

	guard_say(&l->guard, GUARD_DO, (uint32_t)l->all.n);
	while (done && l->going.n)
		loose_free(l->going.v[--l->going.n], true);
	for (size_t i = 0; i < p->units.n; i++) {
		if (done && p->units.v[i]->steps)
			drop(p, p->units.v[i]);
		else
			state_sweep(p->root, p->units.v[i]->name);
	}
}

/* The process that did it is gone. */
static void finish(void *user, enum guard_word word, uint32_t n)
{
	struct steps *l = user;
	bool done;

	l->p->taken_over = true;
	done = word == GUARD_DO && run_steps(l, n) == 0;
	if (word == GUARD_TAKE_BACK)
		take_back(l, n);
	clear_up(l, done);
}

static int make_dirs(const struct cleat_plan *p)
{
	int err = 0;

	for (size_t i = 0; i < p->units.n && !err; i++)
		if (p->units.v[i]->steps && p->units.v[i]->u && p->units.v[i]->u->object)
			err = state_make_dirs(p->root, p->units.v[i]->name, p->c->report);
	return err;
}

static int switch_once(struct steps *l)
{
	struct cleat_plan *p = l->p;
	int err = make_dirs(p);

	for (size_t i = 0; i < p->units.n; i++)
		settle_links(p->units.v[i]);
	if (!err)
		err = list_steps(l);
	if (!err)
		err = prepare_steps(l);
	if (!err) {
		if (p->guarded)
			guard_begin(&l->guard, finish, l);
		err = run_steps(l, 0);
	}
	clear_up(l, !err);
	guard_end(&l->guard);
	free_steps(l);
	return err;
}

/*
 * A program that cannot be attached and has another in its place: all is taken back before that one is tried, so that
 * at every moment there is one state to go back to.
 */
int switch_over(struct cleat_plan *p)
{
	bool again;
	int err;

	do {
		struct steps l = { .p = p, .guard = { -1, -1 } };

		err = switch_once(&l);
		again = err && l.failed_in &&
			settle_without(l.failed_in, l.failed_at, l.before, &err);
	} while (again);
	return err;
}
