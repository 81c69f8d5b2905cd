/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sink.c - lines to standard output, standard error or a file. Knows descriptors and how a write
 * may go wrong; refuses to know what a line says.
 */
#include "common/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A burst of records is written in pieces of this size. */
#define GATHER (64u << 10)

struct sink {
	struct cleat *c;
	struct cleat_text *text;
	char *to;
	int fd;
	bool owned;
};

int sink_check(struct cleat *c, const struct cleat_params *p)
{
	const char *to = cleat_param(p, "to");
	static const char *const words[] = { "stdout", "stderr" };
	int err;

	if (to[0] == '/' || strcmp(to, "stdout") == 0 || strcmp(to, "stderr") == 0)
		return 0;
	err = cleat_param_error(c, p, "to", EINVAL,
				"'%s' is neither stdout, stderr nor an absolute path", to);
	cleat_hint_nearest(c, to, words, 2);
	return err;
}

int sink_open(struct cleat *c, const struct cleat_params *p, struct sink **out)
{
	const char *to = cleat_param(p, "to");
	struct sink *s = calloc(1, sizeof(*s));
	int err = 0;

	*out = NULL;
	if (!s)
		return cleat_error(c, ENOMEM, "out of memory");
	s->c = c;
	s->fd = -1;
	s->text = cleat_text_new();
	s->to = strdup(to);
	if (!s->text || !s->to) {
		err = cleat_error(c, ENOMEM, "out of memory");
	} else if (to[0] == '/') {
		/* Whole lines at the end: several units may write to one file, and it may be rotated
		 * by copying. */
		s->fd = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
		s->owned = true;
		if (s->fd < 0)
			err = cleat_error_sys(c, errno, "cannot open %s to write records", to);
	} else {
		s->fd = strcmp(to, "stderr") == 0 ? STDERR_FILENO : STDOUT_FILENO;
	}
	if (err) {
		sink_close(s);
		return err;
	}
	*out = s;
	return 0;
}

struct cleat_text *sink_text(struct sink *s)
{
	return s->text;
}

int sink_record(struct sink *s, const struct cleat_record *r, unsigned int flags,
		const char *otherwise)
{
	size_t before, after;
	int err;

	cleat_text_data(s->text, &before);
	err = cleat_record_format(r, flags, s->text);
	if (err == -ENOMEM)
		return cleat_error(s->c, ENOMEM, "out of memory");
	cleat_text_data(s->text, &after);
	if (after == before)
		cleat_text_add(s->text, "%s", otherwise);
	return 0;
}

int sink_line_end(struct sink *s)
{
	size_t length;

	cleat_text_data(s->text, &length);
	return length >= GATHER ? sink_flush(s) : 0;
}

static int write_all(int fd, const char *data, size_t length)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };

	while (length) {
		ssize_t n = write(fd, data, length);

		if (n >= 0) {
			data += n;
			length -= (size_t)n;
		} else if (errno == EAGAIN) {
			/* Somebody made our terminal or pipe non-blocking: lines are not thrown away. */
			poll(&writable, 1, -1);
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

int sink_flush(struct sink *s)
{
	size_t length;
	const char *data = cleat_text_data(s->text, &length);
	int err = write_all(s->fd, data, length);

	cleat_text_clear(s->text);
	if (err)
		cleat_error_sys(s->c, err, "cannot write records to %s", s->to);
	return err;
}

void sink_close(struct sink *s)
{
	if (!s)
		return;
	if (s->fd >= 0 && s->text)
		sink_flush(s);
	if (s->owned && s->fd >= 0)
		close(s->fd);
	cleat_text_free(s->text);
	free(s->to);
	free(s);
}

void sink_time(struct cleat_text *t, bool utc)
{
	char date[32], zone[8] = "Z";
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (utc) {
		gmtime_r(&now.tv_sec, &tm);
	} else {
		localtime_r(&now.tv_sec, &tm);
		strftime(zone, sizeof(zone), "%z", &tm);
	}
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	cleat_text_add(t, "%s.%06ld%s", date, now.tv_nsec / 1000, zone);
}
