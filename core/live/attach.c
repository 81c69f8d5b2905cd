/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * attach.c - attaching: keys put together, targets expanded, the plugin asked to make links, and
 * what it made undone again when it fails half-way.
 */
#include <stdarg.h>
#include <stdio.h>

#include "kernel/bpf.h"
#include "kernel/perf.h"
#include "live/context.h"

struct cleat_attach {
	struct cleat *c;
	struct cleat_program *program; /* or NULL, */
	struct cleat_map *map; /* and this */
	struct cleat_link *first, *last;
	bool finding; /* what is there already: it is not undone when there is no memory for it */
};

CLEAT_API struct cleat_program *cleat_attach_program(const struct cleat_attach *a)
{
	return a->program;
}

CLEAT_API struct cleat *cleat_attach_context(const struct cleat_attach *a)
{
	return a->c;
}

CLEAT_API struct cleat_map *cleat_attach_map(const struct cleat_attach *a)
{
	return a->map;
}

CLEAT_API int cleat_attach_fd(const struct cleat_attach *a)
{
	return a->map ? a->map->fd : a->program->fd;
}

CLEAT_API struct cleat_link *cleat_attach_last(const struct cleat_attach *a)
{
	return a->last;
}

/* Records a link that exists; on failure the caller undoes it. */
static struct cleat_link *add_link(struct cleat_attach *a, enum link_kind kind, const char *fmt,
				   va_list args)
{
	struct cleat_link *l = link_new(cleat_attach_context(a), a->program, kind);

	if (!l)
		return NULL;
	l->map = a->map;
	if (vasprintf(&l->what, fmt, args) < 0) {
		l->what = NULL;
		link_release(l, false);
		return NULL;
	}
	if (a->last)
		a->last->sibling = l;
	else
		a->first = l;
	a->last = l;
	return l;
}

#define ADD_LINK(l, a, kind, fmt)                      \
	do {                                           \
		va_list args_;                         \
		va_start(args_, fmt);                  \
		(l) = add_link((a), (kind), (fmt), args_); \
		va_end(args_);                         \
	} while (0)

/* A descriptor (or -errno) becomes a link, or is closed. */
#define ADD_FD(a, kind, descriptor, fmt)                 \
	do {                                             \
		_close_ int fd_ = (descriptor);          \
		struct cleat_link *l_;                   \
		if (fd_ < 0)                             \
			return fd_;                      \
		ADD_LINK(l_, a, kind, fmt);              \
		if (!l_)                                 \
			return -ENOMEM;                  \
		l_->fd = take_fd(&fd_);                  \
		return 0;                                \
	} while (0)

CLEAT_API int cleat_attach_link(struct cleat_attach *a, union bpf_attr *attr, const char *fmt, ...)
{
	attr->link_create.prog_fd = (uint32_t)cleat_attach_fd(a);
	ADD_FD(a, LINK_KERNEL, sys_link_create(attr), fmt);
}

CLEAT_API int cleat_attach_raw_tracepoint(struct cleat_attach *a, const char *name, uint64_t cookie,
					  const char *fmt, ...)
{
	ADD_FD(a, LINK_KERNEL, sys_raw_tracepoint_open(name, cleat_attach_fd(a), cookie), fmt);
}

CLEAT_API int cleat_attach_hold(struct cleat_attach *a, int fd, const char *fmt, ...)
{
	ADD_FD(a, LINK_HELD, fd, fmt);
}

CLEAT_API int cleat_attach_after(struct cleat_attach *a,
				 int (*undo)(struct cleat *c, const void *data), const void *data,
				 size_t size)
{
	struct cleat_link *l = a->last;
	struct link_undo *u = l ? malloc(sizeof(*u) + size) : NULL;

	if (!u) {
		if (!a->finding)
			undo(cleat_attach_context(a), data);
		return l ? -ENOMEM : -EINVAL;
	}
	u->fn = undo;
	memcpy(u->data, data, size);
	u->next = l->undo;
	l->undo = u;
	return 0;
}

CLEAT_API int cleat_attach_undo(struct cleat_attach *a, int (*undo)(struct cleat *c, const void *data),
				const void *data, size_t size, const char *fmt, ...)
{
	struct cleat_link *l;

	ADD_LINK(l, a, LINK_UNDONE_BY, fmt);
	if (!l) {
		if (!a->finding)
			undo(cleat_attach_context(a), data);
		return -ENOMEM;
	}
	return cleat_attach_after(a, undo, data, size);
}

CLEAT_API int cleat_attach_stays(struct cleat_attach *a, void (*leave)(const void *data),
				 const char *fmt, ...)
{
	struct cleat_link *l = a->last;
	va_list args;
	int n;

	va_start(args, fmt);
	n = l ? vasprintf(&l->note, fmt, args) : -1;
	va_end(args);
	if (n < 0) {
		if (l)
			l->note = NULL;
		return -ENOMEM;
	}
	l->leave = leave;
	return 0;
}

/* The older way is said, where there is a newer one. */
static int say_linkless(struct cleat_link *l)
{
	char *what = text_format("%s, without a link", l->what);

	if (!what)
		return -ENOMEM;
	free(l->what);
	l->what = what;
	return 0;
}

CLEAT_API int cleat_attach_perf(struct cleat_attach *a, int perf_fd, uint64_t cookie,
				const char *fmt, ...)
{
	_close_ int event = perf_fd, link_fd = -1;
	union bpf_attr attr = { 0 };
	struct cleat_link *l;
	int err;

	attr.link_create.prog_fd = (uint32_t)cleat_attach_fd(a);
	attr.link_create.target_fd = (uint32_t)event;
	attr.link_create.attach_type = BPF_PERF_EVENT;
	attr.link_create.perf_event.bpf_cookie = cookie;
	link_fd = sys_link_create(&attr);
	if (link_fd < 0) {
		/* Before 5.15 there are no perf links; a real refusal comes from the ioctl, too. */
		if (cookie)
			return link_fd;
		err = sys_perf_set_bpf(event, cleat_attach_fd(a));
		if (err)
			return err;
	}
	err = sys_perf_enable(event);
	if (err)
		return err;
	ADD_LINK(l, a, link_fd >= 0 ? LINK_KERNEL : LINK_PERF, fmt);
	if (!l)
		return -ENOMEM;
	l->fd = take_fd(&link_fd);
	l->perf_fd = take_fd(&event);
	return l->fd >= 0 ? 0 : say_linkless(l);
}

CLEAT_API void cleat_foresee_perf(struct cleat *c, struct cleat_way *way)
{
	if (probe(c->prober, PROBE_PERF_LINK) != PROBE_NO)
		return;
	way->name = "perf event";
	way->lasts = CLEAT_LASTS_PROCESS;
}

static int attach_target(struct cleat_attach *a, const struct cleat_params *params)
{
	const struct cleat_program_plugin *plugin = a->program->plugin->program;
	struct report *r = cleat_attach_context(a)->report;
	size_t errors = report_errors(r), before = a->c->links.n;
	int err = plugin->attach(a, params);

	if (!err)
		links_remember(a->c, before, params);

	if (err && report_errors(r) == errors) {
		REPORT_IN(r, REPORT_PROGRAM, a->program->spec->name);
		report_sys(r, err, "plugin '%s' did not attach the program, nor say why",
			   a->program->plugin->name);
	}
	return err;
}

int program_attach_once(struct cleat_program *p, const struct cleat_params *params)
{
	struct cleat_attach a = { .c = p->object->c, .program = p };

	REPORT_IN(a.c->report, REPORT_OBJECT, p->object->path);
	REPORT_IN(a.c->report, REPORT_PROGRAM, p->spec->name);
	REPORT_IN(a.c->report, REPORT_PHASE, "attach");
	return attach_target(&a, params);
}

int program_expand(struct cleat_program *p, const struct cleat_params *params,
		   struct cleat_targets *out)
{
	const struct cleat_program_plugin *plugin = p->plugin->program;
	struct cleat *c = p->object->c;

	*out = (struct cleat_targets) {
		.report = c->report,
		.reported = report_count(c->report),
		.waits = c->watched,
	};
	return plugin->expand ? plugin->expand(p, params, out) : 0;
}

int program_find(struct cleat_program *p, const struct cleat_params *params, const char *note)
{
	struct cleat_attach a = { .c = p->object->c, .program = p, .finding = true };
	size_t first = a.c->links.n, before = report_count(a.c->report);
	int err = p->plugin->program->find ? p->plugin->program->find(&a, params, note) : -ENOENT;

	/* What is in the way of finding it need not be said: it is not there. */
	report_drop(a.c->report, before);
	for (size_t i = first; i < a.c->links.n; i++)
		a.c->links.v[i]->left = true;
	if (err)
		links_leave(a.c, first);
	return err ? err : a.c->links.n == first ? -ENOENT : 0;
}

int program_attach(struct cleat_program *p, const struct cleat_params *params,
		   struct cleat_link **out)
{
	struct cleat *c = p->object->c;
	const struct cleat_program_plugin *plugin = p->plugin->program;
	struct cleat_targets targets _cleanup_(targets_free) = { 0 };
	struct cleat_attach a = { .c = c, .program = p };
	size_t before = c->links.n;
	int err;

	REPORT_IN(c->report, REPORT_OBJECT, p->object->path);
	REPORT_IN(c->report, REPORT_PROGRAM, p->spec->name);
	REPORT_IN(c->report, REPORT_PHASE, "attach");
	if (!plugin->attach)
		return report_error(c->report, EOPNOTSUPP,
				    "programs of plugin '%s' are not attached", p->plugin->name);
	if (p->entry->flags & CLEAT_SECTION_NO_ATTACH)
		return report_error(c->report, EOPNOTSUPP,
				    "programs of section '%s' are not attached: they run from a map",
				    p->section);
	err = params_complete(params, c->report);
	if (!err && plugin->check)
		err = plugin->check(p, params);
	if (!err)
		err = program_expand(p, params, &targets);
	if (err)
		return err;
	if (!targets.params.n && !targets.missing)
		err = attach_target(&a, params);
	for (size_t i = 0; i < targets.params.n && !err; i++)
		err = attach_target(&a, targets.params.v[i]);
	if (err)
		links_undo(c, before);
	else if (out)
		*out = a.first;
	return err;
}

int map_attach(struct cleat_map *m, struct cleat_link **out)
{
	struct report *r = m->c->report;
	struct cleat_attach a = { .c = m->c, .map = m };
	size_t before = m->c->links.n, errors;
	int err = map_resolve(m);

	if (err)
		return err;
	REPORT_IN(r, REPORT_OBJECT, m->object->path);
	REPORT_IN(r, REPORT_MAP, m->name);
	REPORT_IN(r, REPORT_PHASE, "attach");
	if (!map_is_attached(m))
		return report_error(r, EOPNOTSUPP,
				    "maps of plugin '%s' are not attached: programs are",
				    m->plugin->name);
	if (m->fd < 0)
		return report_error(r, EINVAL, "map '%s' is not created", m->name);
	errors = report_errors(r);
	err = m->plugin->map->attach(&a, m->params);
	if (err && report_errors(r) == errors)
		report_sys(r, err, "plugin '%s' did not attach the map, nor say why",
			   m->plugin->name);
	if (err)
		links_undo(m->c, before);
	else if (out)
		*out = a.first;
	return err;
}

CLEAT_API int cleat_map_attach(struct cleat_map *m, struct cleat_link **out)
{
	OPERATION(m->c);
	if (out)
		*out = NULL;
	if (!m->object)
		return report_error(m->c->report, EOPNOTSUPP,
				    "map '%s' is of no object: it cannot be attached", m->name);
	return map_attach(m, out);
}

CLEAT_API int cleat_program_attach(struct cleat_program *p, const char *const *params,
				   struct cleat_link **out)
{
	struct cleat *c = p->object->c;
	struct cleat_params *all;
	int err;

	OPERATION(c);
	if (out)
		*out = NULL;
	err = program_resolve(p);
	if (err)
		return err;
	if (p->fd < 0)
		return report_error(c->report, EINVAL, "program '%s' is not loaded", p->spec->name);
	all = params_copy(p->params);
	if (!all)
		return report_oom(c->report);
	for (; params && *params && !err; params++)
		err = params_set_text(all, *params, p->layer + 1, c->report);
	if (!err)
		err = program_attach(p, all, out);
	params_free(all);
	return err;
}

/* As its section name says, when that says enough. */
static bool attaches_itself(const struct cleat_program *p)
{
	return p->fd >= 0 && p->plugin->program->attach &&
	       !(p->entry->flags & (CLEAT_SECTION_NO_ATTACH | CLEAT_SECTION_ON_REQUEST)) &&
	       !params_complete(p->params, NULL);
}

CLEAT_API int cleat_object_attach(struct cleat_object *o)
{
	size_t begin = o->c->links.n;
	int err = 0;

	OPERATION(o->c);
	for (size_t i = 0; i < o->n_programs && !err; i++) {
		struct cleat_program *p = &o->programs[i];

		/* The fallback's turn may have been before. */
		while (!err && p && attaches_itself(p) && !cleat_program_link_at(p, 0)) {
			size_t before = report_count(o->c->report);

			err = program_attach(p, p->params, NULL);
			if (!err)
				break;
			err = program_fall_back(p, before, err, &p);
		}
	}
	for (size_t i = 0; i < o->n_maps && !err; i++)
		if (o->maps[i].fd >= 0 && map_is_attached(&o->maps[i]))
			err = map_attach(&o->maps[i], NULL);
	if (err)
		links_undo(o->c, begin);
	return err;
}
