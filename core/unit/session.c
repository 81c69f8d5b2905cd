// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * session.c - a set of units that is checked, started, run and stopped together. Knows the order
 * of things and how to undo them; refuses to know what is in a unit.
 */
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "base/file.h"
#include "base/text.h"
#include "unit/unit.h"

struct cleat_session {
	struct cleat *c;
	VEC(struct unit *) units;
	VEC(char *) links; /* a line for each, while they are there */
	int epoll;
	int timer;    /* an output has something to say although no record comes */
	uint64_t due; /* what it is set to; 0: it is not */
	bool started;
};

const char *const unit_dirs[] = {
	CLEAT_SYSCONF_DIR "/units.d",
	CLEAT_UNIT_DIR,
	NULL,
};

CLEAT_API int cleat_session_new(struct cleat *c, struct cleat_session **out)
{
	struct epoll_event readable = { .events = EPOLLIN };
	struct cleat_session *s;
	int err;

	OPERATION(c);
	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return report_oom(c->report);
	s->c = c;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s->epoll < 0 || s->timer < 0 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->timer, &readable)) {
		err = report_sys(c->report, errno, "cannot make a descriptor to wait on");
		cleat_session_free(s);
		return err;
	}
	*out = s;
	return 0;
}

CLEAT_API void cleat_session_free(struct cleat_session *s)
{
	size_t i;

	if (!s)
		return;
	if (s->started)
		cleat_session_stop(s);
	for (i = s->units.n; i-- > 0;)
		unit_free(s->units.v[i]);
	vec_free(&s->units);
	vec_free(&s->links);
	cleanup_close(&s->timer);
	cleanup_close(&s->epoll);
	free(s);
}

/* ---- adding -------------------------------------------------------------------------------- */

/* Is it about what the files say? What could not be read, for want of memory or else, says nothing. */
static bool is_content(int err)
{
	return err == -EINVAL || err == -EPROTO;
}

static int read_unit(struct cleat_session *s, const char *what, struct unit **out)
{
	struct report *r = s->c->report;
	struct unit_files files;
	size_t i;
	int err, e;

	*out = NULL;
	err = unit_find(&files, what, unit_dirs, r);
	if (err)
		return err;
	for (i = 0; i < s->units.n && !err; i++) {
		if (streq(s->units.v[i]->files.name, files.name))
			err = report_error(r, EEXIST, "unit '%s' is there already: %s", files.name,
					   s->units.v[i]->files.paths.v[0]);
	}
	if (!err && unit_new(out, s->c, &files))
		err = report_oom(r);
	unit_files_free(&files);
	if (err)
		return err;
	err = unit_parse(*out, r);
	if (err && !is_content(err))
		return err;
	e = unit_check(*out);
	return err ? err : e;
}

CLEAT_API int cleat_session_add(struct cleat_session *s, const char *unit)
{
	struct unit *u = NULL;
	int err;

	OPERATION(s->c);
	if (s->started)
		return report_error(s->c->report, EBUSY, "the units are started already");
	err = read_unit(s, unit, &u);
	if (!err && vec_push(&s->units, u))
		err = report_oom(s->c->report);
	if (err)
		unit_free(u);
	return err;
}

CLEAT_API int cleat_session_add_all(struct cleat_session *s)
{
	struct report *r = s->c->report;
	char **names = NULL;
	size_t n = 0;
	int err, e;

	OPERATION(s->c);
	err = unit_list(unit_dirs, &names, &n, r);
	for (size_t i = 0; i < n; i++) {
		e = cleat_session_add(s, names[i]);
		err = err ? err : e;
	}
	path_list_free(names, n);
	return err;
}

CLEAT_API size_t cleat_session_count(const struct cleat_session *s)
{
	return s->units.n;
}

bool session_is_started(const struct cleat_session *s)
{
	return s->started;
}

void session_forget_link(struct cleat_session *s, const struct unit *u, const char *what)
{
	size_t n = strlen(u->files.name);

	for (size_t i = 0; i < s->links.n; i++) {
		const char *line = s->links.v[i];

		if (strncmp(line, u->files.name, n) != 0 || strncmp(line + n, ": ", 2) != 0 ||
		    !streq(line + n + 2, what))
			continue;
		free(s->links.v[i]);
		memmove(&s->links.v[i], &s->links.v[i + 1],
			(--s->links.n - i) * sizeof(s->links.v[0]));
		return;
	}
}

struct cleat *session_context(const struct cleat_session *s)
{
	return s->c;
}

struct unit *session_unit(const struct cleat_session *s, size_t i)
{
	return s->units.v[i];
}

int session_order(struct cleat_session *s)
{
	return units_order(s->units.v, s->units.n, s->c->report);
}

void session_unload(struct cleat_session *s, bool keep_pins)
{
	for (size_t i = 0; i < s->units.n; i++) {
		struct cleat_object *o = s->units.v[i]->object;

		for (size_t k = 0; o && keep_pins && k < o->n_maps; k++)
			o->maps[k].pinned_here = false;
		if (o)
			cleat_object_unload(o);
	}
}

CLEAT_API struct cleat_object *cleat_session_object(const struct cleat_session *s, size_t i)
{
	return i < s->units.n ? s->units.v[i]->object : NULL;
}

CLEAT_API const char *cleat_session_name(const struct cleat_session *s, size_t i)
{
	return i < s->units.n ? s->units.v[i]->files.name : NULL;
}

/* ---- undoing ------------------------------------------------------------------------------- */

static void forget_links(struct cleat_session *s, size_t but)
{
	while (s->links.n > but)
		free(s->links.v[--s->links.n]);
}

/* Unlike those of an object that is closed, the pinned links of a run end with it. */
static int detach(struct cleat_object *o)
{
	struct cleat *c = o->c;
	int err = 0, e;
	size_t i;

	for (i = c->links.n; i-- > 0;) {
		struct cleat_link *l = c->links.v[i];

		if (link_object(l) != o)
			continue;
		e = link_release(l, false);
		err = err ? err : e;
	}
	return err;
}

/* In the reverse of the order in which things were made. Returns the first error. */
static int undo(struct cleat_session *s)
{
	int err = 0, e;
	size_t i, k;

	for (i = s->units.n; i-- > 0;) {
		if (s->units.v[i]->object) {
			e = detach(s->units.v[i]->object);
			err = err ? err : e;
		}
	}
	/* what was recorded up to now is there still */
	if (s->started) {
		e = cleat_session_dispatch(s);
		err = err ? err : MIN(e, 0);
	}
	for (i = s->units.n; i-- > 0;) {
		struct unit *u = s->units.v[i];

		for (k = u->outputs.n; k-- > 0;) {
			int fd = output_fd(u->outputs.v[k]);

			if (fd >= 0)
				epoll_ctl(s->epoll, EPOLL_CTL_DEL, fd, NULL);
			output_stop(u->outputs.v[k]);
		}
		if (u->object)
			cleat_object_unload(u->object);
	}
	forget_links(s, 0);
	s->started = false;
	return err;
}

CLEAT_API int cleat_session_stop(struct cleat_session *s)
{
	OPERATION(s->c);
	return s->started ? undo(s) : 0;
}

/* ---- verifying and starting ---------------------------------------------------------------- */

CLEAT_API int cleat_session_verify(struct cleat_session *s)
{
	int err = 0, e;
	size_t i;

	OPERATION(s->c);
	if (s->started)
		return report_error(s->c->report, EBUSY, "the units are started already");
	for (i = 0; i < s->units.n; i++) {
		struct cleat_object *o = s->units.v[i]->object;

		if (!o)
			continue;
		e = cleat_object_load(o);
		err = err ? err : e;
		cleat_object_unload(o);
	}
	return err;
}

int unit_load(struct unit *u)
{
	int err = cleat_object_create_maps(u->object);

	if (!err)
		err = unit_seed(u, false);
	if (!err)
		err = cleat_object_load(u->object);
	return err ? err : unit_seed(u, true);
}

/* Readers first: what happens at the first moment of an attachment is recorded, too. */
static int start_outputs(struct cleat_session *s, struct unit *u)
{
	size_t i;
	int err;

	for (i = 0; i < u->outputs.n; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		err = output_start(u->outputs.v[i]);
		if (err)
			return err;
		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, output_fd(u->outputs.v[i]), &event))
			return report_sys(s->c->report, errno,
					  "cannot wait for records of map '%s'",
					  output_map(u->outputs.v[i])->name);
	}
	return 0;
}

int session_note_links(struct cleat_session *s, const struct unit *u, const struct cleat_link *l)
{
	for (; l; l = cleat_link_next(l)) {
		char *line = text_format("%s: %s", u->files.name, cleat_link_what(l));

		if (!line || vec_push(&s->links, line)) {
			free(line);
			return report_oom(s->c->report);
		}
	}
	return 0;
}

static int attach_one(struct cleat_session *s, struct unit *u, struct unit_attach *a)
{
	const struct unit_section *section = a->section;
	struct report *r = s->c->report;
	struct cleat_link *first = NULL;
	int err;

	REPORT_IN(r, REPORT_FILE, section ? section->file : NULL);
	REPORT_IN(r, REPORT_SECTION, section ? section->title : NULL);
	if (section)
		report_line(r, section->line);
	err = program_attach(a->program, a->params, &first);
	return err ? err : session_note_links(s, u, first);
}

static bool wants_attach(const struct unit *u, const struct cleat_map *m)
{
	for (size_t i = 0; i < u->maps.n; i++)
		if (u->maps.v[i]->map == m && u->maps.v[i]->detached)
			return false;
	return m->fd >= 0 && map_is_attached(m);
}

static int attach_maps(struct cleat_session *s, struct unit *u)
{
	struct cleat_link *first = NULL;
	int err = 0;

	for (size_t i = 0; i < u->object->n_maps && !err; i++) {
		if (!wants_attach(u, &u->object->maps[i]))
			continue;
		err = map_attach(&u->object->maps[i], &first);
		if (!err)
			err = session_note_links(s, u, first);
	}
	return err;
}

/* Everywhere where it is wanted. A program that others stand in for is attached wholly or not. */
static int attach_program(struct cleat_session *s, struct unit *u, struct cleat_program *p)
{
	struct report *r = s->c->report;
	size_t links = s->c->links.n, lines = s->links.n, i;
	struct cleat_program *instead;
	int err = 0;

	for (i = 0; i < u->attaches.n && p->fd >= 0 && !err; i++) {
		size_t before = report_count(r);

		if (u->attaches.v[i].program != p)
			continue;
		err = attach_one(s, u, &u->attaches.v[i]);
		if (!err)
			continue;
		if (p->fallback) {
			links_undo(s->c, links);
			forget_links(s, lines);
		}
		err = program_fall_back(p, before, err, &instead);
		if (instead)
			return attach_program(s, u, instead);
	}
	return err;
}

static bool is_first_of_program(const struct unit *u, size_t i)
{
	size_t k = 0;

	while (u->attaches.v[k].program != u->attaches.v[i].program)
		k++;
	return k == i;
}

/* In the order in which they are written, or are in the object. */
static int attach(struct cleat_session *s, struct unit *u)
{
	int err = 0;
	size_t i;

	for (i = 0; i < u->attaches.n && !err; i++) {
		struct cleat_program *p = u->attaches.v[i].program;

		/* one that did not load: there is a word on it already; links: it stood in for another */
		if (is_first_of_program(u, i) && p->fd >= 0 && !cleat_program_link_at(p, 0))
			err = attach_program(s, u, p);
	}
	return err ? err : attach_maps(s, u);
}

CLEAT_API int cleat_session_start(struct cleat_session *s)
{
	int err = 0;
	size_t i;

	OPERATION(s->c);
	if (s->started)
		return report_error(s->c->report, EBUSY, "the units are started already");
	err = session_order(s);
	for (i = 0; i < s->units.n && !err; i++) {
		if (s->units.v[i]->object)
			err = unit_share(s->units.v, i, s->c->report) ?: unit_load(s->units.v[i]);
	}
	/* all of them are sound: only now something changes for others */
	for (i = 0; i < s->units.n && !err; i++) {
		if (s->units.v[i]->object)
			err = start_outputs(s, s->units.v[i]);
	}
	for (i = 0; i < s->units.n && !err; i++) {
		if (s->units.v[i]->object)
			err = attach(s, s->units.v[i]);
	}
	if (err)
		undo(s);
	else
		s->started = true;
	return err;
}

/* ---- running ------------------------------------------------------------------------------- */

CLEAT_API const char *cleat_session_link_at(const struct cleat_session *s, size_t i)
{
	return i < s->links.n ? s->links.v[i] : NULL;
}

CLEAT_API int cleat_session_fd(const struct cleat_session *s)
{
	return s->epoll;
}

/* The descriptor becomes readable when the first output has something to say. */
static void set_timer(struct cleat_session *s)
{
	struct itimerspec at = { 0 };
	uint64_t due = 0, one;

	for (size_t i = 0; i < s->units.n; i++) {
		for (size_t k = 0; k < s->units.v[i]->outputs.n; k++) {
			one = output_due(s->units.v[i]->outputs.v[k]);
			due = one && (!due || one < due) ? one : due;
		}
	}
	if (due == s->due)
		return;
	at.it_value.tv_sec = (time_t)(due / 1000000000);
	at.it_value.tv_nsec = (long)(due % 1000000000);
	/* Setting it takes back that it is readable. */
	timerfd_settime(s->timer, TFD_TIMER_ABSTIME, &at, NULL);
	s->due = due;
}

/* All of them are asked: buffers that wake nobody before they are half full have records, too. */
CLEAT_API int cleat_session_dispatch(struct cleat_session *s)
{
	int err = 0, total = 0, n;
	size_t i, k;

	OPERATION(s->c);
	for (i = 0; i < s->units.n; i++) {
		for (k = 0; k < s->units.v[i]->outputs.n; k++) {
			n = output_dispatch(s->units.v[i]->outputs.v[k]);
			if (n < 0)
				err = err ? err : n;
			else
				total += n;
		}
	}
	set_timer(s);
	return err ? err : total;
}

CLEAT_API int cleat_session_reopen(struct cleat_session *s)
{
	int err = 0, e;

	OPERATION(s->c);
	for (size_t i = 0; i < s->units.n; i++) {
		for (size_t k = 0; k < s->units.v[i]->outputs.n; k++) {
			e = output_reopen(s->units.v[i]->outputs.v[k]);
			err = err ? err : e;
		}
	}
	return err;
}

CLEAT_API int cleat_session_output_stats(const struct cleat_session *s, size_t i,
					 struct cleat_output_stats *stats)
{
	for (size_t k = 0; k < s->units.n; k++) {
		const struct unit *u = s->units.v[k];
		struct cleat_output_stats all;
		size_t size = stats->size;

		if (i >= u->outputs.n) {
			i -= u->outputs.n;
			continue;
		}
		all = *output_stats(u->outputs.v[i]);
		all.size = size;
		all.unit = u->files.name;
		all.label = cleat_output_label(u->outputs.v[i]);
		memcpy(stats, &all, MIN(size, sizeof(all)));
		return 0;
	}
	return -ENOENT;
}

CLEAT_API int cleat_session_output_at(const struct cleat_session *s, size_t i, const char **label,
				      uint64_t *records, uint64_t *lost)
{
	struct cleat_output_stats stats = { .size = sizeof(stats) };

	if (cleat_session_output_stats(s, i, &stats))
		return -ENOENT;
	*label = stats.label;
	*records = stats.records;
	*lost = stats.lost;
	return 0;
}
