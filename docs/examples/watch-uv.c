/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* watch-uv.c - records in libuv's event loop, until a signal comes. See watch.c. */
#include <cleat/uv.h>

#include "watch.h"

static int status;

static void on_signal(uv_signal_t *signal, int number)
{
	(void)number;
	uv_stop(signal->loop);
}

static void on_end(void *user, int err)
{
	watch_complain(err);
	status = 1;
	uv_stop(user);
}

int main(int argc, char **argv)
{
	uv_loop_t *loop = uv_default_loop();
	struct cleat_uv watcher;
	uv_signal_t signal;
	struct watch w;

	status = watch_open(&w, argc, argv);
	if (status == 0) {
		uv_signal_init(loop, &signal);
		uv_signal_start(&signal, on_signal, SIGTERM);
		if (cleat_uv_start(&watcher, loop, w.reader, on_end, loop) == 0) {
			uv_run(loop, UV_RUN_DEFAULT);
			cleat_uv_stop(&watcher, NULL);
		}
		uv_close((uv_handle_t *)&signal, NULL);
		/* once more, so that libuv lets go of both */
		uv_run(loop, UV_RUN_DEFAULT);
		uv_loop_close(loop);
	}
	watch_close(&w);
	return status;
}
