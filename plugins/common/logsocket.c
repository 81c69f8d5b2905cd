/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * logsocket.c - see logsocket.h.
 */
#include "common/logsocket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* How long a daemon may be busy: meanwhile nobody reads the ring. */
static const struct timeval patience = { .tv_usec = 250000 };

struct logsocket {
	struct cleat *c;
	int fd;
	struct sockaddr_un to;
};

int log_choice(const char *choices, const char *word)
{
	size_t n = strlen(word);
	int i = 0;

	for (const char *at = choices; at; at = strchr(at, '|'), i++) {
		at += *at == '|';
		if (strncmp(at, word, n) == 0 && (at[n] == '|' || !at[n]))
			return i;
	}
	return -1;
}

int logsocket_check(struct cleat *c, const struct cleat_params *p)
{
	const char *path = cleat_param(p, "socket");
	const struct sockaddr_un to;

	if (path[0] != '/')
		return cleat_param_error(c, p, "socket", EINVAL, "'%s' is no absolute path", path);
	if (strlen(path) >= sizeof(to.sun_path))
		return cleat_param_error(c, p, "socket", EINVAL, "'%s' is too long for a socket", path);
	return 0;
}

/* Does anybody listen. Entries go by name: a daemon may be started anew. */
static int try_connect(const struct logsocket *s)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&s->to, sizeof(s->to)))
		err = -errno;
	close(fd);
	return err;
}

int logsocket_open(struct cleat *c, const struct cleat_params *p, struct logsocket **out)
{
	const char *path = cleat_param(p, "socket");
	struct logsocket *s = calloc(1, sizeof(*s));
	int err;

	*out = NULL;
	if (!s)
		return cleat_error(c, ENOMEM, "out of memory");
	s->c = c;
	s->to.sun_family = AF_UNIX;
	memcpy(s->to.sun_path, path, strlen(path));
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = s->fd < 0 ? -errno : try_connect(s);
	if (!err && setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)))
		err = -errno;
	if (err) {
		cleat_error_sys(c, err, "no log daemon at %s", path);
		logsocket_close(s);
		return err;
	}
	*out = s;
	return 0;
}

int logsocket_send(struct logsocket *s, const struct iovec *parts, size_t n, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .header = {
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS,
			      .cmsg_len = CMSG_LEN(sizeof(int)),
		      } };
	struct msghdr message = {
		.msg_name = &s->to,
		.msg_namelen = sizeof(s->to),
		.msg_iov = (struct iovec *)parts,
		.msg_iovlen = n,
	};

	if (fd >= 0) {
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.room);
	}
	while (sendmsg(s->fd, &message, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int logsocket_failed(struct logsocket *s, int err)
{
	return cleat_error_sys(s->c, err, "cannot send records to %s", s->to.sun_path);
}

void logsocket_close(struct logsocket *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

/* ---- outputs ------------------------------------------------------------------------------- */

int log_output_open(struct log_output *l, struct cleat *c, const struct cleat_params *p)
{
	l->severity = log_choice(LOG_SEVERITIES, cleat_param(p, "severity"));
	l->tag = strdup(cleat_param(p, "tag"));
	l->entry = cleat_text_new();
	return l->tag && l->entry ? logsocket_open(c, p, &l->socket) :
				    cleat_error(c, ENOMEM, "out of memory");
}

void log_output_close(struct log_output *l)
{
	logsocket_close(l->socket);
	cleat_text_free(l->entry);
	free(l->tag);
}

int log_output_note_severity(const struct log_output *l)
{
	return l->severity < LOG_SEVERITY_WARNING ? l->severity : LOG_SEVERITY_WARNING;
}

int log_output_send(struct log_output *l)
{
	struct iovec part;

	part.iov_base = (void *)cleat_text_data(l->entry, &part.iov_len);
	return logsocket_send(l->socket, &part, 1, -1);
}
