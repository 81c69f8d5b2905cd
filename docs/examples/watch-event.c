/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* watch-event.c - records in libevent's event loop, until a signal comes. See watch.c. */
#include <cleat/event.h>
#include <signal.h>

#include "watch.h"

static int status;

static void on_signal(evutil_socket_t number, short events, void *base)
{
	(void)number;
	(void)events;
	event_base_loopbreak(base);
}

static void on_end(void *user, int err)
{
	watch_complain(err);
	status = 1;
	event_base_loopbreak(user);
}

int main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct event *signal = evsignal_new(base, SIGTERM, on_signal, base);
	struct cleat_event watcher;
	struct watch w;

	status = watch_open(&w, argc, argv);
	if (status == 0) {
		evsignal_add(signal, NULL);
		if (cleat_event_start(&watcher, base, w.reader, on_end, base) == 0) {
			event_base_dispatch(base);
			cleat_event_stop(&watcher);
		}
	}
	watch_close(&w);
	event_free(signal);
	event_base_free(base);
	return status;
}
