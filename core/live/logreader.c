/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * logreader.c - readers of log records: of an object that is loaded here, and of programs that somebody
 * else has loaded, whose maps are found by their names.
 */
#include <stdio.h>

#include "kernel/bpf.h"
#include "live/reader.h"
#include "log/log.h"

struct log_reader {
	cleat_log_fn *fn;
	void *user;
	int level;
	char *targets; /* or NULL */
	struct cleat_map *map;
	struct cleat_map *lost; /* counts what found no room; or NULL */
	uint64_t told;
	bool found; /* both maps are ours to close */
};

/* Options may be shorter than ours: a program built for an older library. */
#define OPTION(options, field)                                                       \
	((options) && (options)->size >= offsetof(struct cleat_log_options, field) + \
						 sizeof((options)->field)            \
		 ? (options)->field                                                  \
		 : 0)

static int hand_out_lost(struct log_reader *l, uint64_t n)
{
	struct cleat_log_entry e = { .size = sizeof(e), .map = l->map, .lost = n, .cpu = -1 };

	return l->fn(l->user, &e);
}

static int on_record(void *user, const struct cleat_record *record)
{
	struct log_reader *l = user;
	struct cleat_log_entry e;
	int ret = 0;

	/* A counter of the program's own knows of all of them. */
	if (record->lost && !l->lost)
		ret = hand_out_lost(l, record->lost);
	if (ret || !record->data)
		return ret;
	e.corrupt = map_log_decode(l->map, record, &e);
	if (!e.corrupt && !log_passes(l->level, l->targets, &e))
		return 0;
	return l->fn(l->user, &e);
}

static int after(void *own)
{
	struct log_reader *l = own;
	uint64_t lost = l->lost ? log_lost(l->lost) : 0, more = lost - l->told;

	if (lost <= l->told)
		return 0;
	l->told = lost;
	return hand_out_lost(l, more);
}

static void release(void *own)
{
	struct log_reader *l = own;

	if (!l)
		return;
	if (l->found) {
		cleat_map_close(l->lost);
		cleat_map_close(l->map);
	}
	free(l->targets);
	free(l);
}

/* Takes @lost, and @m when they were found. */
static int open_one(struct cleat_map *m, struct cleat_map *lost, bool found,
		    const struct cleat_log_options *o, cleat_log_fn *fn, void *user,
		    struct cleat_reader **out)
{
	struct log_reader *l = calloc(1, sizeof(*l));
	const char *targets = OPTION(o, targets);
	int err;

	if (!l) {
		if (found) {
			cleat_map_close(lost);
			cleat_map_close(m);
		}
		return report_oom(m->c->report);
	}
	*l = (struct log_reader) { .fn = fn,
				   .user = user,
				   .level = OPTION(o, level),
				   .targets = targets ? text_dup(targets) : NULL,
				   .map = m,
				   .lost = lost,
				   .found = found };
	/* What was lost before is not this reader's loss, unless the object is its own. */
	if (lost && found)
		l->told = log_lost(lost);
	err = targets && !l->targets ? report_oom(m->c->report)
				     : cleat_reader_open(m, NULL, on_record, l, out);
	if (err) {
		release(l);
		return err;
	}
	(*out)->after = after;
	(*out)->release = release;
	(*out)->own = l;
	return 0;
}

CLEAT_API int cleat_log_open(struct cleat_object *o, const struct cleat_log_options *options,
			     cleat_log_fn *fn, void *user, struct cleat_reader **out)
{
	struct cleat_map *m;

	OPERATION(o->c);
	REPORT_IN(o->c->report, REPORT_OBJECT, o->path);
	*out = NULL;
	m = object_log_map(o);
	if (!m)
		return report_error(o->c->report, ENOENT, "it logs nothing");
	return open_one(m, map_log_lost(m), false, options, fn, user, out);
}

/* ---- programs of others ----------------------------------------------------------------------- */

/* The maps of a program that matter here, by id; 0: none. */
struct log_maps {
	enum log_format format;
	uint32_t records, lost, sites;
};

struct finding {
	struct cleat *c;
	const struct cleat_log_options *options;
	cleat_log_fn *fn;
	void *user;
	struct cleat_reader *group;
	VEC(uint32_t) seen; /* maps that are read already */
	bool matched;
};

static void sort_map(struct log_maps *maps, uint32_t id)
{
	_close_ int fd = sys_fd_by_id(BPF_MAP_GET_FD_BY_ID, id);
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	enum log_format format;

	if (fd < 0 || sys_obj_info(fd, &info, &size))
		return;
	format = log_format_of(info.name);
	if (format != LOG_FORMAT_NONE) {
		maps->format = format;
		maps->records = id;
	} else if (streq(info.name, LOG_LOST)) {
		maps->lost = id;
	} else if (streq(info.name, LOG_SITES)) {
		maps->sites = id;
	}
}

static int maps_of(int prog_fd, uint32_t n, struct log_maps *maps)
{
	_free_ uint32_t *ids = calloc(n + 1, sizeof(*ids));
	struct bpf_prog_info info = { .nr_map_ids = n, .map_ids = (uintptr_t)ids };
	uint32_t size = sizeof(info);
	int err = ids ? sys_obj_info(prog_fd, &info, &size) : -ENOMEM;

	*maps = (struct log_maps) { 0 };
	for (uint32_t i = 0; !err && i < MIN(n, info.nr_map_ids); i++)
		sort_map(maps, ids[i]);
	return err;
}

static int open_map(struct cleat *c, uint32_t id, struct cleat_map **out)
{
	char text[16];

	*out = NULL;
	if (!id)
		return 0;
	snprintf(text, sizeof(text), "%u", id);
	return cleat_map_find(c, text, out);
}

/* The constants of all calls, copied from the kernel. */
static int read_sites(struct cleat *c, uint32_t id, struct log_decoder *d)
{
	struct cleat_map *m;
	uint32_t zero = 0;
	int err = open_map(c, id, &m);

	if (err || !m)
		return err;
	d->n_sites = map_value_bytes(m);
	d->sites = d->own = calloc(1, d->n_sites + 1);
	err = d->own ? sys_map_lookup(m->fd, &zero, d->own, 0) : -ENOMEM;
	cleat_map_close(m);
	return err ? report_sys(c->report, err, "cannot read the formats of log records") : 0;
}

static int make_decoder(struct cleat *c, const struct log_maps *maps, struct cleat_map *m)
{
	m->log = calloc(1, sizeof(*m->log));
	if (!m->log)
		return report_oom(c->report);
	m->log->format = maps->format;
	if (maps->format != LOG_FORMAT_CLEAT)
		return 0;
	if (maps->sites)
		return read_sites(c, maps->sites, m->log);
	report_error(c->report, ENODATA, "the kernel does not have the formats of map '%s' (id %u)",
		     m->name, m->id);
	report_hint(c->report, "it keeps them since Linux 5.10, for programs that cleat loads");
	return -ENODATA;
}

static int add_reader(struct finding *f, const struct log_maps *maps)
{
	struct cleat_map *m = NULL, *lost = NULL;
	struct cleat_reader *r;
	int err = maps->records ? open_map(f->c, maps->records, &m) : -ENOENT;

	if (!err)
		err = make_decoder(f->c, maps, m);
	if (!err)
		err = open_map(f->c, maps->lost, &lost);
	if (err) {
		cleat_map_close(m);
		return err;
	}
	err = open_one(m, lost, true, f->options, f->fn, f->user, &r);
	if (err)
		return err;
	err = cleat_reader_group_add(f->group, r);
	if (err)
		cleat_reader_close(r);
	return err;
}

/* @what: a name, or NULL for all. */
static int look_at(struct finding *f, int prog_fd, const char *what)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	struct log_maps maps;

	if (sys_obj_info(prog_fd, &info, &size) ||
	    (what && strncmp(info.name, what, sizeof(info.name) - 1) != 0))
		return 0;
	f->matched = true;
	if (maps_of(prog_fd, info.nr_map_ids, &maps) || !maps.records)
		return 0;
	for (size_t i = 0; i < f->seen.n; i++)
		if (f->seen.v[i] == maps.records)
			return 0;
	if (vec_push(&f->seen, maps.records))
		return report_oom(f->c->report);
	return add_reader(f, &maps);
}

static int look_at_all(struct finding *f, const char *what)
{
	uint32_t id = 0;
	int err = 0, e;

	while (!err && (e = sys_next_id(BPF_PROG_GET_NEXT_ID, id, &id)) == 0) {
		_close_ int fd = sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, id);

		/* It may have gone meanwhile. */
		if (fd >= 0)
			err = look_at(f, fd, what);
		else if (fd == -EPERM)
			err = fd;
	}
	if (err == -EPERM || (!err && e == -EPERM))
		return report_sys(f->c->report, -EPERM, "cannot list the programs in the kernel");
	return err;
}

static int look(struct finding *f, const char *what)
{
	_close_ int fd = -1;
	uint64_t id;

	if (!what)
		return look_at_all(f, NULL);
	if (strchr(what, '/')) {
		fd = open_pin(what);
		if (fd >= 0 && !fd_is(fd, "bpf-prog"))
			return report_error(f->c->report, EINVAL, "%s is no program", what);
	} else if (text_u64(what, &id) == 0 && id <= UINT32_MAX) {
		fd = sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, (uint32_t)id);
	} else {
		return look_at_all(f, what);
	}
	return fd < 0 ? report_sys(f->c->report, fd, "cannot open program %s", what)
		      : look_at(f, fd, NULL);
}

static int nothing_found(const struct finding *f, const char *what)
{
	struct report *r = f->c->report;

	if (what && !f->matched) {
		report_error(r, ENOENT, "no program '%s' in the kernel", what);
		report_hint(r, "'cleat list programs' shows all");
	} else if (what) {
		report_error(r, ENOENT, "program '%s' logs nothing", what);
	} else {
		report_error(r, ENOENT, "no program in the kernel logs anything");
	}
	return -ENOENT;
}

CLEAT_API int cleat_log_find(struct cleat *c, const char *what,
			     const struct cleat_log_options *options, cleat_log_fn *fn, void *user,
			     struct cleat_reader **out)
{
	struct finding f = { .c = c, .options = options, .fn = fn, .user = user };
	int err;

	OPERATION(c);
	*out = NULL;
	err = cleat_reader_group_open(c, &f.group);
	if (err)
		return err;
	err = look(&f, what);
	if (!err && !f.seen.n)
		err = nothing_found(&f, what);
	vec_free(&f.seen);
	if (err)
		cleat_reader_close(f.group);
	else
		*out = f.group;
	return err;
}
