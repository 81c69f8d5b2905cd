/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* watch-glib.c - records in GLib's event loop, until a signal comes. See watch.c. */
#include <cleat/glib.h>
#include <signal.h>

#include "watch.h"

static int status;

static gboolean on_signal(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

static void on_end(void *user, int err)
{
	watch_complain(err);
	status = 1;
	g_main_loop_quit(user);
}

int main(int argc, char **argv)
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	struct cleat_glib watcher;
	struct watch w;

	status = watch_open(&w, argc, argv);
	if (status == 0) {
		g_unix_signal_add(SIGTERM, on_signal, loop);
		cleat_glib_start(&watcher, NULL, w.reader, on_end, loop);
		g_main_loop_run(loop);
		cleat_glib_stop(&watcher);
	}
	watch_close(&w);
	g_main_loop_unref(loop);
	return status;
}
