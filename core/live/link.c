/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * link.c - attachments: each knows how it is undone. The context keeps them in the order of their
 * making and undoes them in reverse.
 */
#include "base/file.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/perf.h"
#include "live/context.h"

const struct cleat_object *link_object(const struct cleat_link *l)
{
	return l->program ? l->program->object : l->map ? l->map->object : NULL;
}

struct cleat_link *link_new(struct cleat *c, struct cleat_program *p, enum link_kind kind)
{
	struct cleat_link *l = calloc(1, sizeof(*l));

	if (!l || vec_push(&c->links, l)) {
		free(l);
		return NULL;
	}
	l->c = c;
	l->program = p;
	l->kind = kind;
	l->fd = -1;
	l->perf_fd = -1;
	return l;
}

static void forget(struct cleat_link *l)
{
	struct cleat *c = l->c;

	for (size_t i = c->links.n; i-- > 0;) {
		if (c->links.v[i] == l) {
			memmove(&c->links.v[i], &c->links.v[i + 1],
				(c->links.n - i - 1) * sizeof(c->links.v[0]));
			c->links.n--;
		} else if (c->links.v[i]->sibling == l) {
			c->links.v[i]->sibling = l->sibling;
		}
	}
}

/* What cannot be undone stays, and that must be known. */
static int undo_one(const struct cleat_link *l, const struct link_undo *u)
{
	struct report *r = l->c->report;
	const char *what = l->what ? l->what : "a program";
	size_t before = report_errors(r);
	int err = u->fn(l->c, u->data);

	if (err && report_errors(r) == before)
		report_sys(r, err, "%s: still attached: cannot be detached", what);
	else if (err)
		report_hint(r, "%s: still attached", what);
	return err;
}

/* Returns the first error, after having gone on. */
static int undo_all(struct cleat_link *l, bool keep)
{
	int first = 0;

	while (l->undo) {
		struct link_undo *u = l->undo;
		int err = keep ? 0 : undo_one(l, u);

		l->undo = u->next;
		/* what undoes the attachment itself was given first */
		if (keep && l->leave && !l->undo)
			l->leave(u->data);
		free(u);
		first = first ? first : err;
	}
	return first;
}

int link_release(struct cleat_link *l, bool keep_pinned)
{
	bool keep = keep_pinned && (l->pin || l->left);
	int err;

	forget(l);
	if (l->pin && !keep_pinned)
		unlink(l->pin);
	if (l->perf_fd >= 0 && !keep)
		sys_perf_disable(l->perf_fd);
	if (l->fd >= 0)
		close(l->fd);
	if (l->perf_fd >= 0)
		close(l->perf_fd);
	err = undo_all(l, keep);
	link_forget_origin(l);
	free(l->what);
	free(l->pin);
	free(l->note);
	free(l);
	return err;
}

void links_undo(struct cleat *c, size_t before)
{
	while (c->links.n > before)
		link_release(c->links.v[c->links.n - 1], false);
}

void links_leave(struct cleat *c, size_t before)
{
	while (c->links.n > before)
		link_release(c->links.v[c->links.n - 1], true);
}

int links_release(struct cleat *c, const struct cleat_object *o)
{
	int first = 0;

	for (size_t i = c->links.n; i-- > 0;) {
		int err = 0;

		if (!o || link_object(c->links.v[i]) == o)
			err = link_release(c->links.v[i], true);
		first = first ? first : err;
	}
	return first;
}

CLEAT_API struct cleat_link *cleat_link_next(const struct cleat_link *l)
{
	return l->sibling;
}

CLEAT_API struct cleat_link *cleat_program_link_at(const struct cleat_program *p, size_t i)
{
	const struct cleat *c = p->object->c;

	for (size_t k = 0; k < c->links.n; k++)
		if (c->links.v[k]->program == p && i-- == 0)
			return c->links.v[k];
	return NULL;
}

CLEAT_API struct cleat_link *cleat_object_link_at(const struct cleat_object *o, size_t i)
{
	for (size_t k = 0; k < o->c->links.n; k++)
		if (link_object(o->c->links.v[k]) == o && i-- == 0)
			return o->c->links.v[k];
	return NULL;
}

CLEAT_API const char *cleat_link_what(const struct cleat_link *l)
{
	return l->what ? l->what : "";
}

CLEAT_API struct cleat_program *cleat_link_program(const struct cleat_link *l)
{
	return l->program;
}

CLEAT_API struct cleat_map *cleat_link_map(const struct cleat_link *l)
{
	return l->map;
}

CLEAT_API int cleat_link_fd(const struct cleat_link *l)
{
	return l->kind == LINK_KERNEL ? l->fd : -1;
}

CLEAT_API void *cleat_link_undo_data(const struct cleat_link *l)
{
	struct link_undo *u = l->undo;

	if (l->kind != LINK_UNDONE_BY || !u)
		return NULL;
	/* what undoes the attachment itself was given first */
	while (u->next)
		u = u->next;
	return u->data;
}

CLEAT_API uint32_t cleat_link_id(const struct cleat_link *l)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);

	if (l->kind != LINK_KERNEL || sys_obj_info(l->fd, &info, &size))
		return 0;
	return info.id;
}

CLEAT_API int cleat_link_pin(struct cleat_link *l, const char *path)
{
	struct report *r = l->c->report;
	_free_ char *dir = NULL;
	char *copy;
	int err;

	OPERATION(l->c);
	if (l->kind != LINK_KERNEL) {
		report_error(r, EOPNOTSUPP, "%s: this form of attaching cannot be pinned", l->what);
		report_hint(r, "it lasts as long as something holds it");
		return -EOPNOTSUPP;
	}
	copy = text_dup(path);
	dir = path_dir(path);
	if (!copy || !dir) {
		free(copy);
		return report_oom(r);
	}
	path_mkdirs(dir, 0700);
	err = sys_obj_pin(l->fd, path);
	if (err) {
		report_sys(r, err, "cannot pin %s at %s", l->what, path);
		if (!machine_is_bpffs(dir))
			report_hint(r, "%s is not on a BPF file system: mount -t bpf bpf /sys/fs/bpf", path);
		free(copy);
		return err;
	}
	free(l->pin);
	l->pin = copy;
	return 0;
}

CLEAT_API int cleat_link_detach(struct cleat_link *l)
{
	OPERATION(l->c);
	return link_release(l, false);
}
