/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * glib.h - a reader in GLib's event loop. Header only: a program that includes it links GLib
 * (pkg-config glib-2.0), and libcleat does not.
 */
#ifndef CLEAT_GLIB_H
#define CLEAT_GLIB_H

#include <glib-unix.h>
#include <glib.h>

#include <cleat/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A reader that a loop watches; the caller's, and untouched by it until it is stopped. */
struct cleat_glib {
	GSource *source;
	struct cleat_reader *reader;
	cleat_ended_fn *ended;
	void *user;
};

static inline gboolean cleat_glib_readable(gint fd, GIOCondition condition, gpointer data)
{
	struct cleat_glib *w = (struct cleat_glib *)data;
	int n = cleat_reader_dispatch(w->reader);

	(void)fd;
	(void)condition;
	if (n >= 0)
		return TRUE;
	if (w->ended)
		w->ended(w->user, n);
	return FALSE;
}

/*
 * Dispatch @r, a reader or a group, in the thread of @context (NULL: the default one) whenever there
 * are records. @ended (or NULL) is called when that ended by itself. Does not fail.
 */
static inline void cleat_glib_start(struct cleat_glib *w, GMainContext *context,
				    struct cleat_reader *r, cleat_ended_fn *ended, void *user)
{
	w->reader = r;
	w->ended = ended;
	w->user = user;
	w->source = g_unix_fd_source_new(cleat_reader_fd(r), G_IO_IN);
	g_source_set_callback(w->source, (GSourceFunc)(void (*)(void))cleat_glib_readable, w, NULL);
	g_source_attach(w->source, context);
}

/* Watch it no longer. */
static inline void cleat_glib_stop(struct cleat_glib *w)
{
	g_source_destroy(w->source);
	g_source_unref(w->source);
	w->source = NULL;
}

#ifdef __cplusplus
}
#endif

#endif
