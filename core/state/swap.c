/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * swap.c - links: a new program at an old one, a new one, and each way back.
 */
#include <fcntl.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

void change_one_free(struct change_one *ch)
{
	for (size_t i = 0; i < ch->old.n; i++)
		close(ch->old.v[i]);
	if (ch->before.fd > 0)
		close(ch->before.fd);
	if (ch->adopted_fd >= 0)
		close(ch->adopted_fd);
	loose_free(ch->loose, false);
	vec_free(&ch->old);
	vec_free(&ch->links);
}

static struct record_link *wanted_link(const struct change_one *ch)
{
	return &ch->up->wanted->links.v[ch->i];
}

static struct cleat_program *program_of(const struct change_one *ch)
{
	const struct record_program *p = record_program(ch->up->wanted, wanted_link(ch)->of);

	return p ? p->program : NULL;
}

static const struct record_link *had_link(const struct change_one *ch)
{
	return link_had(ch->up, wanted_link(ch));
}

static struct cleat_map *map_of(const struct change_one *ch)
{
	const struct record_map *m = record_map(ch->up->wanted, wanted_link(ch)->of);

	return m ? m->map : NULL;
}

/* ---- another program at a link that is there ------------------------------------------------- */

static int put_before(struct change_one *ch, int fd)
{
	const struct cleat_program *p = program_of(ch);

	if (!p)
		return -ENOENT;
	ch->before = *p;
	ch->before.fd = fd;
	return fd < 0 ? report_sys(ch->p->c->report, fd, "cannot open the program of a link") : 0;
}

/* What runs there now, to be put back. */
static int stand_in(struct change_one *ch, int link_fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);
	int err = sys_obj_info(link_fd, &info, &size);

	if (err)
		return report_sys(ch->p->c->report, err, "cannot ask for a link of unit '%s'",
				  ch->up->name);
	return put_before(ch, sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, info.prog_id));
}

/* The same of what is attached without a link. */
static int stand_in_recorded(struct change_one *ch)
{
	const struct record_program *p = record_program(ch->up->had, had_link(ch)->of);

	return put_before(ch, p ? record_program_open(ch->p->root, ch->up->name, p) : -ENOENT);
}

/* A handle for a link that is pinned. */
static int open_link(struct change_one *ch, const struct record_link *had, uint32_t i)
{
	struct cleat *c = ch->p->c;
	_free_ char *path = link_pin_path(ch->p->root, ch->up->name, had, i);
	_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	struct cleat_link *l;
	int err;

	if (fd < 0)
		return report_sys(c->report, fd, "cannot open the link %s",
				  path ? path : had->name);
	if (!ch->before.object && *had->plugin) {
		err = stand_in(ch, fd);
		if (err)
			return err;
	}
	l = link_new(c, *had->plugin ? &ch->before : NULL, LINK_KERNEL);
	if (!l)
		return report_oom(c->report);
	l->map = *had->plugin ? NULL : map_of(ch);
	l->fd = take_fd(&fd);
	l->pin = take_ptr(path);
	l->what = text_dup(had->what);
	return l->what && !vec_push(&ch->links, l) ? 0 : report_oom(c->report);
}

static int open_links(struct change_one *ch)
{
	const struct record_link *want = wanted_link(ch), *had = had_link(ch);
	size_t first = ch->p->c->links.n;
	int err = 0;

	for (uint32_t i = 0; i < had->pins && !err; i++)
		err = open_link(ch, had, i);
	if (!err && had->loose && !ch->before.object)
		err = stand_in_recorded(ch);
	if (!err && want->params)
		links_remember(ch->p->c, first, want->params);
	return err;
}

static int swap_map(struct change_one *ch, const struct cleat_link *l, int map_fd)
{
	union bpf_attr attr = { 0 };
	int err;

	attr.link_update.link_fd = (uint32_t)l->fd;
	attr.link_update.new_map_fd = (uint32_t)map_fd;
	err = sys_link_update(&attr);
	return err ? report_sys(ch->p->c->report, err,
				"%s: this kernel cannot put map '%s' in the place of another",
				l->what, wanted_link(ch)->of)
		   : 0;
}

/* Links that were made together may be replaced together. */
static int swap_to(struct change_one *ch, struct cleat_program *p, struct cleat_program *was)
{
	const struct record_link *had = had_link(ch);
	int err = 0;

	if (had->loose)
		err = loose_replace(ch->p->c, had, wanted_link(ch)->params, p, was);

	for (size_t i = 0; i < ch->links.n && !err; i++) {
		struct cleat_link *l = ch->links.v[i];

		if (l->program != p)
			err = cleat_link_replace(l, p);
	}
	return err;
}

int link_swap_prepare(struct change_one *ch)
{
	return open_links(ch);
}

int link_swap(struct change_one *ch)
{
	struct cleat_map *m = *wanted_link(ch)->plugin ? NULL : map_of(ch);
	int err = 0;

	for (size_t i = 0; m && i < ch->links.n && !err; i++)
		err = swap_map(ch, ch->links.v[i], m->fd);
	return err || m ? err : swap_to(ch, program_of(ch), &ch->before);
}

int link_swap_back(struct change_one *ch)
{
	struct cleat_map *m = *wanted_link(ch)->plugin ? NULL : map_of(ch);
	_free_ char *path = NULL;
	_close_ int fd = -1;
	int err = 0;

	if (!m)
		return swap_to(ch, &ch->before, program_of(ch));
	path = state_path(ch->p->root, ch->up->name, STATE_MAPS, m->name);
	fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	for (size_t i = 0; i < ch->links.n && !err; i++)
		err = fd < 0 ? fd : swap_map(ch, ch->links.v[i], fd);
	return err;
}

/* ---- a link that was not there, or not so ---------------------------------------------------- */

/* Pins under its name: of no use any more, or to be detached; they must be there if this comes to nothing. */
static int open_old(struct change_one *ch)
{
	struct report *r = ch->p->c->report;

	for (uint32_t i = 0;; i++) {
		_free_ char *path = link_pin_path(ch->p->root, ch->up->name, wanted_link(ch), i);
		int fd = path ? sys_obj_get(path, 0) : -ENOMEM;

		if (!path)
			return report_oom(r);
		if (fd < 0)
			return 0;
		if (vec_push(&ch->old, fd)) {
			close(fd);
			return report_oom(r);
		}
	}
}

static int open_adopted(struct change_one *ch)
{
	uint32_t id = wanted_link(ch)->adopted;

	ch->adopted_fd = sys_fd_by_id(BPF_LINK_GET_FD_BY_ID, id);
	return ch->adopted_fd < 0 ? report_sys(ch->p->c->report, ch->adopted_fd,
					       "cannot open link %u, to take it over", id)
				  : stand_in(ch, ch->adopted_fd);
}

int link_make_prepare(struct change_one *ch)
{
	const struct record_link *had = had_link(ch);
	int err = open_old(ch);

	if (!err && ch->up->links.v[ch->i] == ADOPT)
		return open_adopted(ch);
	if (err || ch->up->links.v[ch->i] != ANEW)
		return err;
	if (had->loose)
		loose_find(ch->p->c, ch->p->root, ch->up->had, had, &ch->loose);
	return stand_in_recorded(ch);
}

static bool is_old(const struct change_one *ch, int fd)
{
	uint32_t id, old;

	if (sys_obj_id(fd, &id))
		return false;
	for (size_t i = 0; i < ch->old.n; i++)
		if (sys_obj_id(ch->old.v[i], &old) == 0 && old == id)
			return true;
	return false;
}

/* What is pinned there and is new goes: ours, or that of the process whose work we finish. */
static void unpin_new(struct change_one *ch)
{
	for (uint32_t i = 0;; i++) {
		_free_ char *path = link_pin_path(ch->p->root, ch->up->name, wanted_link(ch), i);
		_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;

		if (fd < 0)
			return;
		if (!is_old(ch, fd))
			unlink(path);
	}
}

static int pin_link(struct change_one *ch, struct cleat_link *l, uint32_t i)
{
	struct report *r = ch->p->c->report;
	_free_ char *path = link_pin_path(ch->p->root, ch->up->name, wanted_link(ch), i);
	int err;

	if (!path)
		return report_oom(r);
	err = state_pin(l->fd, path, r);
	if (!err)
		l->pin = take_ptr(path);
	return err;
}

/* It is there when this process is not any more. */
static int keep_link(struct change_one *ch, struct cleat_link *l)
{
	struct record_link *want = wanted_link(ch);
	int err = 0;

	if (l->kind == LINK_KERNEL) {
		err = pin_link(ch, l, want->pins++);
	} else if (l->note) {
		l->left = true;
		want->loose++;
		want->note = arena_dup(ch->up->wanted->arena, l->note);
		err = want->note ? 0 : report_oom(ch->p->c->report);
	} else {
		err = link_is_held(ch->p->c, ch->up, l->what);
	}
	return err ? err : vec_push(&ch->links, l) ? report_oom(ch->p->c->report) : 0;
}

int link_is_held(struct cleat *c, const struct unit_plan *up, const char *what)
{
	report_error(c->report, EOPNOTSUPP, "%s: this form of attaching ends with the process",
		     what);
	report_hint(c->report, "'cleat run %s' keeps it for as long as it runs", up->name);
	return -EOPNOTSUPP;
}

static int attach(struct change_one *ch)
{
	const struct record_link *want = wanted_link(ch);
	struct report *r = ch->p->c->report;

	REPORT_IN(r, REPORT_FILE, want->section ? want->section->file : NULL);
	REPORT_IN(r, REPORT_SECTION, want->section ? want->section->title : NULL);
	if (want->section)
		report_line(r, want->section->line);
	return *want->plugin ? program_attach_once(program_of(ch), want->params)
			     : map_attach(map_of(ch), NULL);
}

/* What a process attached that was killed before it had written it down. */
static bool is_attached(struct change_one *ch)
{
	const struct record_link *want = wanted_link(ch);

	return ch->p->taken_over && *want->plugin &&
	       program_find(program_of(ch), want->params, "") == 0;
}

/* Our program at another's link. The handle is at the end of the context's. */
static int adopt(struct change_one *ch)
{
	const struct record_link *want = wanted_link(ch);
	struct cleat *c = ch->p->c;
	struct cleat_link *l = link_new(c, &ch->before, LINK_KERNEL);

	if (!l)
		return report_oom(c->report);
	links_remember(c, c->links.n - 1, want->params);
	l->fd = fcntl(ch->adopted_fd, F_DUPFD_CLOEXEC, 3);
	l->what = text_format("%s %s", want->plugin, want->keys);
	if (l->fd < 0 || !l->what)
		return report_oom(c->report);
	return cleat_link_replace(l, program_of(ch));
}

/* By its keys no other can be where it is. Whoever is killed now is followed by one who does the same again. */
static void detach_old(struct change_one *ch)
{
	if (ch->up->links.v[ch->i] != ANEW)
		return;
	for (size_t i = 0; i < ch->old.n; i++)
		sys_link_detach(ch->old.v[i]);
	loose_free(ch->loose, true);
	ch->loose = NULL;
}

int link_make(struct change_one *ch)
{
	struct record_link *want = wanted_link(ch);
	struct cleat *c = ch->p->c;
	size_t first;
	int err = 0;

	unpin_new(ch);
	detach_old(ch);
	first = c->links.n;
	want->pins = want->loose = 0;
	if (ch->adopted_fd >= 0)
		err = adopt(ch);
	else if (!is_attached(ch))
		err = attach(ch);
	for (size_t i = first; i < c->links.n && !err; i++)
		err = keep_link(ch, c->links.v[i]);
	if (err) {
		ch->links.n = 0;
		links_undo(c, first);
		return err;
	}
	if (c->links.n == first)
		return 0;
	want->what = arena_dup(ch->up->wanted->arena, c->links.v[first]->what);
	return want->what ? 0 : report_oom(c->report);
}

/* What was detached to make room is attached again, from the same keys. */
static int attach_again(struct change_one *ch)
{
	const struct record_link *had = had_link(ch);
	struct cleat_params *params = keys_params(ch->before.plugin, had->keys);
	struct cleat *c = ch->p->c;
	size_t first = c->links.n;
	uint32_t pins = 0;
	int err = params ? 0 : -EINVAL;

	if (!err && (!had->loose || program_find(&ch->before, params, had->note)))
		err = program_attach_once(&ch->before, params);
	for (size_t i = first; i < c->links.n && !err; i++) {
		c->links.v[i]->left = true;
		if (c->links.v[i]->kind == LINK_KERNEL)
			err = pin_link(ch, c->links.v[i], pins++);
	}
	links_leave(c, first);
	params_free(params);
	return err;
}

static int pin_again(struct change_one *ch)
{
	int err = 0, e;

	for (size_t i = 0; i < ch->old.n; i++) {
		_free_ char *path =
			link_pin_path(ch->p->root, ch->up->name, wanted_link(ch), (uint32_t)i);

		e = path ? state_pin(ch->old.v[i], path, ch->p->c->report) : -ENOMEM;
		err = err ? err : e;
	}
	return err;
}

/* The other's program at its link again. */
static int give_back(struct change_one *ch)
{
	union bpf_attr attr = { 0 };

	attr.link_update.link_fd = (uint32_t)ch->adopted_fd;
	attr.link_update.new_prog_fd = (uint32_t)ch->before.fd;
	return sys_link_update(&attr);
}

/* Detached and unpinned; what was pinned there is again. */
int link_make_back(struct change_one *ch)
{
	struct cleat *c = ch->p->c;
	size_t first;
	int err = 0, e;

	for (size_t i = ch->links.n; i-- > 0;) {
		struct cleat_link *l = ch->links.v[i];

		/* at once: 5.10 lets go of what was pinned a moment later, and the old one or another try follows */
		if (ch->up->links.v[ch->i] != ADOPT && l->fd >= 0)
			sys_link_detach(l->fd);
		e = link_release(l, false);
		err = err ? err : e;
	}
	ch->links.n = 0;
	if (ch->adopted_fd >= 0) {
		e = give_back(ch);
		err = err ? err : e;
	}
	first = c->links.n;
	if (is_attached(ch))
		links_undo(c, first);
	unpin_new(ch);
	e = ch->up->links.v[ch->i] == ANEW ? attach_again(ch) : pin_again(ch);
	return err ? err : e;
}
