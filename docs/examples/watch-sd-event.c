/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* watch-sd-event.c - records in sd-event's event loop, until a signal comes. See watch.c. */
#include <cleat/sd-event.h>
#include <signal.h>

#include "watch.h"

static void on_end(void *user, int err)
{
	watch_complain(err);
	sd_event_exit(user, 1);
}

int main(int argc, char **argv)
{
	struct cleat_sd_event watcher;
	sd_event *loop = NULL;
	struct watch w;
	sigset_t signals;
	int status;

	/* sd-event takes signals that are blocked, and ends its loop without a function for them */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	status = watch_open(&w, argc, argv);
	if (status == 0 && sd_event_default(&loop) >= 0) {
		sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
		if (cleat_sd_event_start(&watcher, loop, w.reader, on_end, loop) == 0)
			status = sd_event_loop(loop);
		cleat_sd_event_stop(&watcher);
	}
	watch_close(&w);
	sd_event_unref(loop);
	return status;
}
