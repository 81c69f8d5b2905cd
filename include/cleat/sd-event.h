/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sd-event.h - a reader in sd-event's event loop. Header only: a program that includes it links libsystemd
 * (pkg-config libsystemd), and libcleat does not.
 */
#ifndef CLEAT_SD_EVENT_H
#define CLEAT_SD_EVENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include <cleat/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A reader that a loop watches; the caller's, and untouched by it until it is stopped. */
struct cleat_sd_event {
	sd_event_source *source;
	struct cleat_reader *reader;
	cleat_ended_fn *ended;
	void *user;
};

static inline int cleat_sd_event_readable(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct cleat_sd_event *w = (struct cleat_sd_event *)data;
	int n = cleat_reader_dispatch(w->reader);

	(void)fd;
	(void)events;
	if (n >= 0)
		return 0;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (w->ended)
		w->ended(w->user, n);
	return 0;
}

/*
 * Dispatch @r, a reader or a group, in the loop's thread whenever there are records. @ended (or NULL)
 * is called when that ended by itself. Returns 0 or sd_event_add_io()'s negative errno.
 */
static inline int cleat_sd_event_start(struct cleat_sd_event *w, sd_event *loop,
				       struct cleat_reader *r, cleat_ended_fn *ended, void *user)
{
	int err;

	w->source = NULL;
	w->reader = r;
	w->ended = ended;
	w->user = user;
	err = sd_event_add_io(loop, &w->source, cleat_reader_fd(r), EPOLLIN, cleat_sd_event_readable, w);
	return err < 0 ? err : 0;
}

/* Watch it no longer; also one that did not start. */
static inline void cleat_sd_event_stop(struct cleat_sd_event *w)
{
	if (w->source)
		sd_event_source_set_enabled(w->source, SD_EVENT_OFF);
	w->source = sd_event_source_unref(w->source);
}

#ifdef __cplusplus
}
#endif

#endif
