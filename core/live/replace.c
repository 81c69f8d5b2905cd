/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * replace.c - another program in the place of one that is attached, without a gap: the kernel swaps
 * it, or the plugin, or, where a hook calls all its programs, the new one comes before the old one goes.
 */
#include <limits.h>
#include <stdio.h>

#include "kernel/bpf.h"
#include "live/context.h"
#include "live/world.h"

/* ---- where a link comes from ----------------------------------------------------------------- */

static void forget_origin(struct link_origin *o)
{
	params_free(o->params);
	free(o->identity);
	free(o->place);
	free(o);
}

void links_remember(struct cleat *c, size_t first, const struct cleat_params *params)
{
	struct link_origin *o = calloc(1, sizeof(*o));

	/* Without memory they cannot be attached again, and no more. */
	if (o)
		o->params = params_copy(params);
	if (o && c->watched) {
		o->identity = world_identity(params, true);
		o->place = world_identity(params, false);
	}
	for (size_t i = first; o && o->params && i < c->links.n; i++) {
		c->links.v[i]->origin = o;
		o->links++;
	}
	if (o && !o->links)
		forget_origin(o);
}

void link_forget_origin(struct cleat_link *l)
{
	struct link_origin *o = l->origin;

	l->origin = NULL;
	if (o && !--o->links)
		forget_origin(o);
}

/* ---- attaching again -------------------------------------------------------------------------- */

/* The links of one attachment, the old ones, and as many new ones from number @first on. */
struct swap {
	struct cleat *c;
	struct cleat_link *link; /* that was asked for: one of the old ones */
	size_t first;
};

/* The next of the old ones, from number *at on, and past it; NULL: that were all. */
static struct cleat_link *next_old(const struct swap *s, size_t *at)
{
	while (*at < s->first) {
		struct cleat_link *l = s->c->links.v[(*at)++];

		if (l->origin == s->link->origin)
			return l;
	}
	return NULL;
}

/* On the BPF file system a rename puts one link in the place of another. */
static int move_pin(const struct cleat_link *pinned, const struct cleat_link *to)
{
	struct report *r = pinned->c->report;
	char path[PATH_MAX];
	int err;

	if (to->kind != LINK_KERNEL)
		return report_error(r, EOPNOTSUPP, "%s: this form of attaching cannot be pinned",
				    to->what);
	if (snprintf(path, sizeof(path), "%s_new", pinned->pin) >= (int)sizeof(path))
		return report_error(r, ENAMETOOLONG, "cannot pin %s: its path is too long", to->what);
	unlink(path); /* of one who was killed in here */
	err = sys_obj_pin(to->fd, path);
	if (!err && rename(path, pinned->pin)) {
		err = -errno;
		unlink(path);
	}
	return err ? report_sys(r, err, "cannot pin %s at %s", to->what, pinned->pin) : 0;
}

/* All or none. */
static int move_pins(const struct swap *s)
{
	size_t at = 0, back = 0, moved = 0;
	struct cleat_link *old;
	int err = 0;

	for (; (old = next_old(s, &at)); moved++) {
		err = old->pin ? move_pin(old, s->c->links.v[s->first + moved]) : 0;
		if (err)
			break;
	}
	for (; err && moved && (old = next_old(s, &back)); moved--)
		if (old->pin)
			move_pin(old, old);
	return err;
}

#define SWAP(a, b)                    \
	do {                          \
		__typeof__(a) t_ = (a); \
		(a) = (b);            \
		(b) = t_;             \
	} while (0)

/* The handle that the user has gets the new attachment, and @new the old one. */
static void swap_links(struct cleat_link *old, struct cleat_link *new)
{
	SWAP(old->program, new->program);
	SWAP(old->kind, new->kind);
	SWAP(old->fd, new->fd);
	SWAP(old->perf_fd, new->perf_fd);
	SWAP(old->undo, new->undo);
	SWAP(old->what, new->what);
}

static int take_over(const struct swap *s)
{
	size_t at = 0, new = s->first;
	struct cleat_link *old;
	int err;

	if (s->c->links.n - s->first != s->link->origin->links)
		return report_error(s->c->report, ESTALE,
				    "%s: what its keys mean has changed since it was attached",
				    s->link->what);
	err = move_pins(s);
	while (!err && (old = next_old(s, &at)))
		swap_links(old, s->c->links.v[new++]);
	return err;
}

CLEAT_API int cleat_link_attach_again(struct cleat_link *l, struct cleat_program *p)
{
	struct cleat *c = l->c;
	const struct swap s = { .c = c, .link = l, .first = c->links.n };
	int err;

	if (!l->origin || !l->program)
		return report_error(c->report, EOPNOTSUPP, "%s: cannot be attached again", l->what);
	err = program_attach_once(p, l->origin->params);
	if (!err)
		err = take_over(&s);
	/* The new ones when it failed, else the old ones. */
	links_undo(c, s.first);
	return err;
}

/* ---- replacing --------------------------------------------------------------------------------- */

/* The kernel does it. */
static int update(struct cleat_link *l, const struct cleat_program *p)
{
	struct report *r = l->c->report;
	union bpf_attr attr = { 0 };
	int err;

	if (l->kind != LINK_KERNEL)
		return report_error(r, EOPNOTSUPP,
				    "%s: the program of this form of attaching cannot be replaced",
				    l->what);
	attr.link_update.link_fd = (uint32_t)l->fd;
	attr.link_update.new_prog_fd = (uint32_t)p->fd;
	err = sys_link_update(&attr);
	return err ? report_sys(r, err, "%s: this kernel cannot replace the program of such a link",
				l->what)
		   : 0;
}

CLEAT_API int cleat_link_replace(struct cleat_link *l, struct cleat_program *p)
{
	const struct cleat_program_plugin *plugin;
	int err;

	OPERATION(l->c);
	if (l->map)
		return report_error(l->c->report, EOPNOTSUPP,
				    "%s: no program of its own to be replaced", l->what);
	err = program_load(p);
	if (err)
		return err;
	if (l->program && l->program->plugin != p->plugin)
		return report_error(l->c->report, EINVAL,
				    "%s: program '%s' is of plugin '%s', the link of '%s'", l->what,
				    p->spec->name, p->plugin->name, l->program->plugin->name);
	plugin = p->plugin->program;
	err = plugin->replace ? plugin->replace(l, p) : -EAGAIN;
	if (err == -EAGAIN)
		err = update(l, p);
	if (!err)
		l->program = p;
	return err;
}
