/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.c - when what units name has changed: everything that could tell wakes, then one look decides. Knows
 * who tells (netlink, inotify, the process connector) and how long to wait for quiet; refuses to know what
 * is done about it.
 */
#include <fcntl.h>
#include <glob.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

#include <cleat/watch.h>

#include "base/file.h"
#include "base/text.h"
#include "live/world.h"
#include "unit/unit.h"

#define MS 1000000ull
#define QUIET (10 * MS) /* after the last sign of a change */
#define PATIENCE (100 * MS) /* after the first */
#define OFTEN (500 * MS) /* where nobody tells of processes */
#define SELDOM (60000 * MS) /* in any case */

#define KOBJECT_EVENTS 1 /* the group of the kernel's own, not udev's */

struct cleat_watch {
	struct world world;
	struct buf seen; /* what there was */
	int epoll, timer;
	int names, links, processes,
		modules; /* inotify and netlink sockets; -1: not needed, or not to be had */
	bool asks; /* for processes: nobody tells */
	uint64_t first; /* sign of a change that was not looked at; 0: none */
	uint64_t last; /* time at which everything was looked at */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static void wake_at(const struct cleat_watch *w, uint64_t when)
{
	const struct itimerspec at = { .it_value = { .tv_sec = (time_t)(when / (1000 * MS)),
						     .tv_nsec = (long)(when % (1000 * MS)) } };

	/* Setting it takes back that it is readable. */
	timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/* ---- files and cgroups ----------------------------------------------------------------------- */

#define COMES_AND_GOES                                                                      \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD)

static void watch_folders(const struct cleat_watch *w, const char *pattern)
{
	glob_t found = { 0 };

	if (!strpbrk(pattern, "*?["))
		inotify_add_watch(w->names, *pattern ? pattern : "/", COMES_AND_GOES);
	else if (glob(pattern, GLOB_ONLYDIR, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			inotify_add_watch(w->names, found.gl_pathv[i], COMES_AND_GOES);
	globfree(&found);
}

/*
 * The folder it is in, and those above it from which a part could come: where there is a pattern, or
 * nothing yet.
 */
static void watch_path(const struct cleat_watch *w, const char *path)
{
	_free_ char *part = text_dup(path);
	char *slash = part;

	if (!part || path[0] != '/')
		return;
	while ((slash = strchr(slash, '/'))) {
		size_t length = strcspn(slash + 1, "/");
		char *end = slash + 1 + length, then = *end;
		bool there;

		*end = '\0';
		there = !strpbrk(slash + 1, "*?[") && access(part, F_OK) == 0;
		*slash = '\0';
		if (!then || !there)
			watch_folders(w, part);
		*slash = '/';
		*end = then;
		slash = end;
	}
}

static void watch_paths(const struct cleat_watch *w)
{
	for (size_t i = 0; i < w->world.things.n; i++) {
		const struct world_thing *t = &w->world.things.v[i];
		_free_ char *real = NULL;

		if (t->kind != WORLD_FILE && t->kind != WORLD_CGROUP)
			continue;
		watch_path(w, t->pattern);
		real = path_real(t->pattern);
		if (real && !streq(real, t->pattern))
			watch_path(w, real);
	}
}

/* ---- who tells ------------------------------------------------------------------------------- */

static int listen_to(int protocol, unsigned int groups)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
	_close_ int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return take_fd(&fd);
}

/* Needs CAP_NET_ADMIN, and the first network and user namespaces. */
static int listen_to_processes(void)
{
	struct {
		_Alignas(NLMSG_ALIGNTO) struct nlmsghdr head;
		struct cn_msg message;
		enum proc_cn_mcast_op op;
	} __attribute__((packed)) request = {
		.head = { .nlmsg_len = sizeof(request), .nlmsg_type = NLMSG_DONE },
		.message = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof(request.op) },
		.op = PROC_CN_MCAST_LISTEN,
	};
	_close_ int fd = listen_to(NETLINK_CONNECTOR, CN_IDX_PROC);

	if (fd < 0 || send(fd, &request, sizeof(request), 0) != sizeof(request))
		return -1;
	return take_fd(&fd);
}

/* One that is gone can no more be asked for its name: was it there when everything was looked at. */
static bool was_there(const struct cleat_watch *w, unsigned int pid)
{
	char word[16];

	snprintf(word, sizeof(word), " %u ", pid);
	return w->seen.data && strstr(w->seen.data, word);
}

static bool matters(const struct cleat_watch *w, const struct proc_event *event)
{
	switch (event->what) {
	case PROC_EVENT_FORK:
		return event->event_data.fork.child_pid == event->event_data.fork.child_tgid &&
		       world_wants_process(&w->world,
					   (unsigned int)event->event_data.fork.child_pid);
	case PROC_EVENT_EXEC:
		return world_wants_process(&w->world,
					   (unsigned int)event->event_data.exec.process_tgid);
	case PROC_EVENT_COMM:
		return world_wants_process(&w->world,
					   (unsigned int)event->event_data.comm.process_tgid);
	case PROC_EVENT_EXIT:
		return was_there(w, (unsigned int)event->event_data.exit.process_pid);
	default:
		return false;
	}
}

/* Does the connector tell of processes that matter. What it lost may have been one. */
static bool tells_of_processes(const struct cleat_watch *w)
{
	const size_t head = NLMSG_LENGTH(sizeof(struct cn_msg));
	_Alignas(NLMSG_ALIGNTO) char data[512];
	struct proc_event event;
	bool tells = false;
	ssize_t n;

	for (;;) {
		n = recv(w->processes, data, sizeof(data), 0);
		if (n < 0 && errno != ENOBUFS)
			return tells;
		tells |= n < 0;
		if (n < (ssize_t)(head + sizeof(event)))
			continue;
		memcpy(&event, data + head, sizeof(event));
		tells |= matters(w, &event);
	}
}

/* Modules have events of their own; all others are none of ours. */
static bool tells_of_modules(const struct cleat_watch *w)
{
	bool tells = false;
	char data[4096];
	ssize_t n;

	while ((n = recv(w->modules, data, sizeof(data) - 1, 0)) > 0) {
		data[n] = '\0';
		tells |= strstr(data, "@/module/") != NULL;
	}
	return tells;
}

static bool drain(int fd)
{
	_Alignas(struct inotify_event) char data[16384];
	bool any = false;

	while (fd >= 0 && read(fd, data, sizeof(data)) > 0)
		any = true;
	return any;
}

static bool anybody_tells(const struct cleat_watch *w)
{
	bool tells = drain(w->names);

	tells |= drain(w->links);
	tells |= w->processes >= 0 && tells_of_processes(w);
	tells |= w->modules >= 0 && tells_of_modules(w);
	drain(w->timer);
	return tells;
}

/* ---- looking --------------------------------------------------------------------------------- */

/* Is it another than last time. Folders that are new are watched before they are looked into. */
static int look(struct cleat_watch *w)
{
	struct buf seen = { 0 };
	bool same;

	if (w->names >= 0)
		watch_paths(w);
	world_look(&w->world, &seen);
	if (seen.failed) {
		buf_free(&seen);
		return -ENOMEM;
	}
	same = seen.len == w->seen.len &&
	       (!seen.len || memcmp(seen.data, w->seen.data, seen.len) == 0);
	buf_free(&w->seen);
	w->seen = seen;
	return !same;
}

static void wait_for_more(struct cleat_watch *w, uint64_t time)
{
	if (!w->first)
		w->first = time;
	wake_at(w, MIN(time + QUIET, w->first + PATIENCE));
}

CLEAT_API int cleat_watch_dispatch(struct cleat_watch *w)
{
	bool tells = anybody_tells(w), due;
	uint64_t time = now();
	int changed;

	due = time - w->last >= SELDOM;
	if (tells && !(w->first && time - w->first >= PATIENCE)) {
		wait_for_more(w, time);
		return 0;
	}
	changed = look(w);
	w->first = 0;
	if (changed || due)
		w->last = time;
	wake_at(w, w->asks ? time + OFTEN : w->last + SELDOM);
	return changed < 0 ? changed : changed || due;
}

CLEAT_API int cleat_watch_fd(const struct cleat_watch *w)
{
	return w->epoll;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* The units' files, those they would have beside them, and their objects. */
static int add_unit(struct world *w, const struct unit *u, const char *cgroupfs)
{
	int err = 0;

	for (size_t i = 0; i < u->files.paths.n && !err; i++) {
		_free_ char *dropins = text_format("%s.d/*.ini", u->files.paths.v[i]);

		err = dropins ? world_add(w, WORLD_FILE, dropins) : -ENOMEM;
		if (!err)
			err = world_add(w, WORLD_FILE, u->files.paths.v[i]);
	}
	if (!err && u->object)
		err = world_add(w, WORLD_FILE, u->object->path);
	for (size_t i = 0; i < u->attaches.n && !err; i++)
		err = world_add_params(w, u->attaches.v[i].params, cgroupfs);
	for (size_t i = 0; i < u->maps.n && !err; i++)
		if (u->maps.v[i]->map->params)
			err = world_add_params(w, u->maps.v[i]->map->params, cgroupfs);
	return err;
}

static int add_all(struct world *w, struct cleat_session *s)
{
	const char *cgroupfs = cleat_cgroupfs(session_context(s));
	int err = 0;

	for (size_t i = 0; i < cleat_session_count(s) && !err; i++)
		err = add_unit(w, session_unit(s, i), cgroupfs);
	for (const char *const *dir = unit_dirs; *dir && !err; dir++) {
		_free_ char *all = path_join(*dir, "*.ini");

		err = all ? world_add(w, WORLD_FILE, all) : -ENOMEM;
	}
	return err;
}

static int wait_on(const struct cleat_watch *w, int fd)
{
	struct epoll_event readable = { .events = EPOLLIN };

	return fd >= 0 ? epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &readable) : 0;
}

/* Only who tells of something that matters is listened to. */
static int listen_to_all(struct cleat_watch *w, struct report *r)
{
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	w->names = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (world_has(&w->world, WORLD_INTERFACE))
		w->links = listen_to(NETLINK_ROUTE, RTMGRP_LINK);
	if (world_has(&w->world, WORLD_MODULES))
		w->modules = listen_to(NETLINK_KOBJECT_UEVENT, KOBJECT_EVENTS);
	if (world_has(&w->world, WORLD_PROCESS))
		w->processes = listen_to_processes();
	w->asks = world_has(&w->world, WORLD_PROCESS) && w->processes < 0;
	if (w->epoll < 0 || w->timer < 0 || w->names < 0 || wait_on(w, w->timer) ||
	    wait_on(w, w->names) || wait_on(w, w->links) || wait_on(w, w->modules) ||
	    wait_on(w, w->processes))
		return report_sys(r, errno, "cannot make a descriptor to wait on");
	return 0;
}

CLEAT_API void cleat_watch_free(struct cleat_watch *w)
{
	if (!w)
		return;
	cleanup_close(&w->names);
	cleanup_close(&w->links);
	cleanup_close(&w->processes);
	cleanup_close(&w->modules);
	cleanup_close(&w->timer);
	cleanup_close(&w->epoll);
	buf_free(&w->seen);
	world_free(&w->world);
	free(w);
}

CLEAT_API int cleat_watch_new(struct cleat_session *s, struct cleat_watch **out)
{
	struct cleat *c = session_context(s);
	struct cleat_watch *w;
	size_t before;
	int err;

	OPERATION(c);
	*out = NULL;
	before = report_count(c->report);
	w = calloc(1, sizeof(*w));
	if (!w)
		return report_oom(c->report);
	w->epoll = w->timer = w->names = w->links = w->processes = w->modules = -1;
	err = add_all(&w->world, s);
	report_drop(c->report, before); /* no cgroup2 here: who needs it says so */
	err = err ? report_oom(c->report) : listen_to_all(w, c->report);
	if (!err && look(w) < 0)
		err = report_oom(c->report);
	if (err) {
		cleat_watch_free(w);
		return err;
	}
	w->last = now();
	wake_at(w, w->asks ? w->last + OFTEN : w->last + SELDOM);
	c->watched = true;
	*out = w;
	return 0;
}
