/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * event.h - a reader in libevent's event loop. Header only: a program that includes it links libevent
 * (pkg-config libevent_core), and libcleat does not.
 */
#ifndef CLEAT_EVENT_H
#define CLEAT_EVENT_H

#include <errno.h>
#include <event2/event.h>
#include <stddef.h>

#include <cleat/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A reader that a loop watches; the caller's, and untouched by it until it is stopped. */
struct cleat_event {
	struct event *event;
	struct cleat_reader *reader;
	cleat_ended_fn *ended;
	void *user;
};

static inline void cleat_event_readable(evutil_socket_t fd, short events, void *data)
{
	struct cleat_event *w = (struct cleat_event *)data;
	int n = cleat_reader_dispatch(w->reader);

	(void)fd;
	(void)events;
	if (n >= 0)
		return;
	event_del(w->event);
	if (w->ended)
		w->ended(w->user, n);
}

/* Watch it no longer; also one that did not start. */
static inline void cleat_event_stop(struct cleat_event *w)
{
	if (w->event)
		event_free(w->event);
	w->event = NULL;
}

/*
 * Dispatch @r, a reader or a group, in the loop's thread whenever there are records. @ended (or NULL)
 * is called when that ended by itself. Returns 0 or -ENOMEM.
 */
static inline int cleat_event_start(struct cleat_event *w, struct event_base *base,
				    struct cleat_reader *r, cleat_ended_fn *ended, void *user)
{
	w->reader = r;
	w->ended = ended;
	w->user = user;
	w->event = event_new(base, cleat_reader_fd(r), EV_READ | EV_PERSIST, cleat_event_readable, w);
	if (w->event && event_add(w->event, NULL) == 0)
		return 0;
	cleat_event_stop(w);
	return -ENOMEM;
}

#ifdef __cplusplus
}
#endif

#endif
