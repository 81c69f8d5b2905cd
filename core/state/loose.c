/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * loose.c - what is attached without a kernel link: there is nothing to be pinned, but the kernel keeps it,
 * and its plugin finds it again. Knows how a program looks that is known from a record alone; refuses to
 * know ways of attaching.
 */
#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

int record_program_open(const char *root, const char *unit, const struct record_program *p)
{
	_free_ char *path = state_path(root, unit, STATE_PROGRAMS, p->name);
	_close_ int fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	uint32_t id;

	if (fd >= 0 && sys_obj_id(fd, &id) == 0 && id == p->id)
		return take_fd(&fd);
	/* Another has its name by now; that needs more privilege. */
	return sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, p->id);
}

/* A program that plugins can work with, made of what is known. */
static int stand_in(struct loose *lo, struct cleat *c, const struct record *rec,
		    const struct record_program *p, const struct record_link *l)
{
	static const struct cleat_section unknown = { .pattern = "" };
	size_t before = report_count(c->report);
	struct plugin *of_section = NULL;
	const char *rest;
	int err;

	lo->object.c = c;
	lo->object.path = (char *)rec->object;
	lo->spec.name = p->name;
	lo->program.object = &lo->object;
	lo->program.spec = &lo->spec;
	lo->program.section = p->section;
	lo->program.resolved = true;
	err = program_plugin(c, l->plugin, &lo->program.plugin);
	if (!err && registry_for_section(c->registry, p->section, &of_section, &lo->program.entry,
					 &rest, c->report))
		lo->program.entry = NULL;
	if (of_section != lo->program.plugin || !lo->program.entry)
		lo->program.entry = &unknown;
	report_drop(c->report, before);
	return err;
}

int loose_find(struct cleat *c, const char *root, const struct record *rec,
	       const struct record_link *l, struct loose **out)
{
	const struct record_program *p = record_program(rec, l->of);
	struct cleat_params *params = NULL;
	size_t first = c->links.n;
	struct loose *lo;
	int err;

	*out = NULL;
	if (!p || !l->loose)
		return -ENOENT;
	lo = calloc(1, sizeof(*lo));
	if (!lo)
		return -ENOMEM;
	lo->program.fd = record_program_open(root, rec->unit, p);
	err = lo->program.fd < 0 ? lo->program.fd : stand_in(lo, c, rec, p, l);
	if (!err && !(params = keys_params(lo->program.plugin, l->keys)))
		err = -EINVAL;
	if (!err)
		err = program_find(&lo->program, params, l->note);
	for (size_t i = first; i < c->links.n && !err; i++)
		err = vec_push(&lo->links, c->links.v[i]);
	params_free(params);
	if (err) {
		links_leave(c, first);
		lo->links.n = 0;
		loose_free(lo, false);
		return err;
	}
	*out = lo;
	return 0;
}

void loose_free(struct loose *lo, bool detach)
{
	if (!lo)
		return;
	while (lo->links.n)
		link_release(lo->links.v[--lo->links.n], !detach);
	vec_free(&lo->links);
	if (lo->program.fd >= 0)
		close(lo->program.fd);
	free(lo);
}

/* Of two processes that did the same change one after the other, the second finds it done. */
int loose_replace(struct cleat *c, const struct record_link *l, const struct cleat_params *params,
		  struct cleat_program *with, struct cleat_program *was)
{
	size_t first = c->links.n;
	int err = program_find(with, params, l->note);

	if (err) {
		err = program_find(was, params, l->note);
		if (err)
			return report_sys(c->report, err, "%s: cannot be found again", l->what);
		for (size_t i = first; i < c->links.n && !err; i++)
			err = cleat_link_replace(c->links.v[i], with);
	}
	links_leave(c, first);
	return err;
}
