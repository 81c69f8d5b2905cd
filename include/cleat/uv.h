/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * uv.h - a reader in libuv's event loop. Header only: a program that includes it links libuv
 * (pkg-config libuv), and libcleat does not.
 */
#ifndef CLEAT_UV_H
#define CLEAT_UV_H

#include <errno.h>
#include <uv.h>

#include <cleat/reader.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A reader that a loop watches; the caller's, and untouched by it until it is stopped. */
struct cleat_uv {
	uv_poll_t poll;
	struct cleat_reader *reader;
	cleat_ended_fn *ended;
	void *user;
};

static inline void cleat_uv_readable(uv_poll_t *poll, int status, int events)
{
	struct cleat_uv *w = (struct cleat_uv *)poll->data;
	int n = status;

	(void)events;
	if (n == 0)
		n = cleat_reader_dispatch(w->reader);
	if (n >= 0)
		return;
	uv_poll_stop(poll);
	if (w->ended)
		w->ended(w->user, n);
}

/*
 * Dispatch @r, a reader or a group, in the loop's thread whenever there are records. @ended (or NULL)
 * is called when that ended by itself. Returns 0 or libuv's error, which is a negative errno; then
 * there is nothing to stop.
 */
static inline int cleat_uv_start(struct cleat_uv *w, uv_loop_t *loop, struct cleat_reader *r,
				 cleat_ended_fn *ended, void *user)
{
	int err;

	w->reader = r;
	w->ended = ended;
	w->user = user;
	err = uv_poll_init(loop, &w->poll, cleat_reader_fd(r));
	if (err)
		return err;
	w->poll.data = w;
	return uv_poll_start(&w->poll, UV_READABLE, cleat_uv_readable);
}

/*
 * Watch it no longer. libuv lets go of @w in its next turn, and calls @closed (or NULL) then: run the
 * loop once more before @w goes and before the reader is closed.
 */
static inline void cleat_uv_stop(struct cleat_uv *w, uv_close_cb closed)
{
	uv_close((uv_handle_t *)&w->poll, closed);
}

#ifdef __cplusplus
}
#endif

#endif
