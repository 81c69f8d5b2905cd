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
#include <sys/stat.h>
#include <unistd.h>

/* A burst of records is written in pieces of this size. */
#define GATHER (64u << 10)

struct sink {
	struct cleat_output *o;
	struct cleat *c;
	struct cleat_text *text;
	char *to;
	mode_t mode;
	int fd;
	bool owned;
	/* The end of a line that is written in part: it goes before everything else. */
	char *torn;
	size_t torn_length;
	bool torn_note; /* it is no record */
};

/* Octal, whether it begins with a 0 or not. */
static int read_mode(const char *text, mode_t *mode)
{
	char *end;
	unsigned long value = strtoul(text, &end, 8);

	*mode = (mode_t)value;
	return *text < '0' || *text > '7' || *end || value > 0777 ? -EINVAL : 0;
}

int sink_check(struct cleat *c, const struct cleat_params *p)
{
	const char *to = cleat_param(p, "to"), *mode = cleat_param(p, "mode");
	static const char *const words[] = { "stdout", "stderr" };
	mode_t bits;
	int err;

	if (read_mode(mode, &bits))
		return cleat_param_error(c, p, "mode", EINVAL,
					 "'%s' is no octal number up to 0777", mode);
	if (to[0] == '/')
		return 0;
	if (strcmp(to, "stdout") != 0 && strcmp(to, "stderr") != 0) {
		err = cleat_param_error(c, p, "to", EINVAL,
					"'%s' is neither stdout, stderr nor an absolute path", to);
		cleat_hint_nearest(c, to, words, 2);
		return err;
	}
	if (cleat_param_given(p, "mode"))
		return cleat_param_error(c, p, "mode", EINVAL, "%s has its permissions already", to);
	return 0;
}

/*
 * At the end of the file, whole lines: several units may write to one, and it may be rotated by
 * copying. A FIFO that nobody reads is an error, not a wait.
 */
static int open_file(const struct sink *s)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(s->to, flags | O_EXCL, s->mode);

	/* It is new: the permissions that were asked for, whatever the umask is. */
	if (fd >= 0 && fchmod(fd, s->mode)) {
		int err = -errno;

		close(fd);
		return err;
	}
	if (fd < 0 && errno == EEXIST)
		fd = open(s->to, flags, s->mode);
	return fd < 0 ? -errno : fd;
}

static int open_destination(struct sink *s)
{
	if (s->to[0] == '/') {
		s->fd = open_file(s);
		s->owned = true;
		if (s->fd < 0)
			return cleat_error_sys(s->c, s->fd, "cannot open %s to write records", s->to);
		return 0;
	}
	s->fd = strcmp(s->to, "stderr") == 0 ? STDERR_FILENO : STDOUT_FILENO;
	return 0;
}

int sink_open(struct cleat_output *o, const struct cleat_params *p, struct sink **out)
{
	struct cleat *c = cleat_output_context(o);
	struct sink *s = calloc(1, sizeof(*s));
	int err;

	*out = NULL;
	if (!s)
		return cleat_error(c, ENOMEM, "out of memory");
	s->o = o;
	s->c = c;
	s->fd = -1;
	s->text = cleat_text_new();
	s->to = strdup(cleat_param(p, "to"));
	read_mode(cleat_param(p, "mode"), &s->mode);
	err = s->text && s->to ? open_destination(s) : cleat_error(c, ENOMEM, "out of memory");
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

bool sink_is_terminal(const struct sink *s)
{
	return isatty(s->fd);
}

/* *written is how much of it was. */
static int write_all(int fd, const char *data, size_t length, size_t *written)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };

	*written = 0;
	while (*written < length) {
		ssize_t n = write(fd, data + *written, length - *written);

		if (n >= 0) {
			*written += (size_t)n;
		} else if (errno == EAGAIN) {
			/* A pipe that is full: lines are not thrown away, the kernel counts what it drops. */
			poll(&writable, 1, -1);
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

static int write_torn(struct sink *s)
{
	size_t written;
	int err;

	if (!s->torn)
		return 0;
	err = write_all(s->fd, s->torn, s->torn_length, &written);
	s->torn_length -= written;
	memmove(s->torn, s->torn + written, s->torn_length);
	if (err)
		return err;
	free(s->torn);
	s->torn = NULL;
	return 0;
}

/* The rest of this line will not be written. */
static void give_up_torn(struct sink *s)
{
	if (s->torn && !s->torn_note)
		cleat_output_failed(s->o, 1);
	free(s->torn);
	s->torn = NULL;
}

static uint64_t count_lines(const char *data, size_t length)
{
	const char *end = data + length;
	uint64_t n = 0;

	while ((data = memchr(data, '\n', (size_t)(end - data)))) {
		data++;
		n++;
	}
	return n;
}

/* Only @written of this was: keep the rest of a line that was begun, count those that were not. */
static void keep_torn(struct sink *s, const char *data, size_t length, size_t written, bool note)
{
	const char *rest = data + written, *end;

	length -= written;
	if (written && rest[-1] != '\n') {
		end = memchr(rest, '\n', length);
		s->torn_length = end ? (size_t)(end + 1 - rest) : length;
		s->torn = malloc(s->torn_length);
		s->torn_note = note;
		if (s->torn)
			memcpy(s->torn, rest, s->torn_length);
		else if (!note)
			cleat_output_failed(s->o, 1);
		rest += s->torn_length;
		length -= s->torn_length;
	}
	if (!note)
		cleat_output_failed(s->o, count_lines(rest, length));
}

static int write_text(struct sink *s, bool note)
{
	size_t length, written = 0;
	const char *data = cleat_text_data(s->text, &length);
	int err = write_torn(s);

	if (!err)
		err = write_all(s->fd, data, length, &written);
	if (err)
		keep_torn(s, data, length, written, note);
	cleat_text_clear(s->text);
	return err ? cleat_error_sys(s->c, err, "cannot write records to %s", s->to) : 0;
}

int sink_flush(struct sink *s)
{
	return write_text(s, false);
}

int sink_line_end(struct sink *s)
{
	size_t length;

	cleat_text_data(s->text, &length);
	return length >= GATHER ? sink_flush(s) : 0;
}

int sink_note_end(struct sink *s)
{
	return write_text(s, true);
}

int sink_reopen(struct sink *s)
{
	int fd, err;

	if (!s->owned)
		return 0;
	fd = open_file(s);
	if (fd < 0)
		return cleat_error_sys(s->c, fd, "cannot open %s anew: records go where they went", s->to);
	err = sink_flush(s);
	give_up_torn(s);
	close(s->fd);
	s->fd = fd;
	return err;
}

void sink_close(struct sink *s)
{
	size_t length;

	if (!s)
		return;
	if (s->text && s->fd >= 0) {
		cleat_text_data(s->text, &length);
		if (length)
			sink_flush(s);
		write_torn(s);
		give_up_torn(s);
	}
	if (s->owned && s->fd >= 0)
		close(s->fd);
	cleat_text_free(s->text);
	free(s->to);
	free(s);
}
