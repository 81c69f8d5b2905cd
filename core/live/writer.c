/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * writer.c - records for programs, in memory that the plugin of the map shares with the kernel: what is
 * common to all such maps. Refuses to know how a record lies there.
 */
#include <poll.h>
#include <time.h>

#include "live/context.h"

struct cleat_writer {
	struct cleat_map *map;
	const struct cleat_map_plugin *ops;
	int fd;
	void *data;
};

CLEAT_API int cleat_writer_open(struct cleat_map *m, struct cleat_writer **out)
{
	struct cleat_writer *w;
	int err;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	*out = NULL;
	if (m->fd < 0)
		return report_error(m->c->report, EBADF, "the map is not created yet");
	if (!m->plugin || !m->plugin->map->writer_open)
		return report_error(m->c->report, EOPNOTSUPP,
				    "maps of type '%s' take no records from user space",
				    m->type ? m->type->name : "unknown");
	w = calloc(1, sizeof(*w));
	if (!w)
		return report_oom(m->c->report);
	w->map = m;
	w->ops = m->plugin->map;
	w->fd = -1;
	err = w->ops->writer_open(m, w);
	if (err) {
		/* The plugin released its own. */
		if (w->fd >= 0)
			close(w->fd);
		free(w);
		return err;
	}
	*out = w;
	return 0;
}

CLEAT_API void cleat_writer_close(struct cleat_writer *w)
{
	if (!w)
		return;
	w->ops->writer_close(w);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

CLEAT_API int cleat_writer_reserve(struct cleat_writer *w, size_t bytes, void **data)
{
	*data = NULL;
	return w->ops->writer_reserve(w, bytes, data);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

CLEAT_API int cleat_writer_wait(struct cleat_writer *w, size_t bytes, int timeout_ms, void **data)
{
	struct pollfd wait = { .fd = w->fd, .events = POLLIN };
	const int64_t end = now_ms() + timeout_ms;
	int err = cleat_writer_reserve(w, bytes, data);

	while (err == -ENOSPC) {
		int64_t left = timeout_ms < 0 ? -1 : end - now_ms();

		if (timeout_ms >= 0 && left <= 0)
			break;
		if (poll(&wait, 1, (int)left) < 0)
			return -errno;
		err = cleat_writer_reserve(w, bytes, data);
	}
	return err;
}

CLEAT_API void cleat_writer_submit(struct cleat_writer *w, void *data)
{
	w->ops->writer_end(w, data, false);
}

CLEAT_API void cleat_writer_discard(struct cleat_writer *w, void *data)
{
	w->ops->writer_end(w, data, true);
}

CLEAT_API int cleat_writer_fd(const struct cleat_writer *w)
{
	return w->fd;
}

CLEAT_API void cleat_writer_set_fd(struct cleat_writer *w, int fd)
{
	w->fd = fd;
}

CLEAT_API void cleat_writer_set_data(struct cleat_writer *w, void *data)
{
	w->data = data;
}

CLEAT_API void *cleat_writer_data(const struct cleat_writer *w)
{
	return w->data;
}
