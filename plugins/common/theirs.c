/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * theirs.c - sockets of another process; see theirs.h.
 */
#include "common/theirs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/fds.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

int theirs_process(struct cleat *c, const struct cleat_params *p, const char *key, int pid,
		   int *process)
{
	*process = -1;
	if (pid == getpid())
		return 0;
	*process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (*process >= 0)
		return 0;
	if (errno == ESRCH || errno == EINVAL)
		return cleat_param_error(c, p, key, ESRCH, "no process %d", pid);
	cleat_error_sys(c, errno, "cannot open process %d", pid);
	if (errno == ENOSYS)
		cleat_hint(c, "needs kernel 5.6");
	return -errno;
}

int theirs_get(int process, int fd)
{
	int ours = process < 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3)
			       : (int)syscall(SYS_pidfd_getfd, process, fd, 0);

	return ours < 0 ? -errno : ours;
}

int theirs_refused(struct cleat *c, const struct cleat_params *p, const struct theirs *t, int err)
{
	switch (err) {
	case -EBADF:
		return cleat_param_error(c, p, "fd", EBADF, "process %d has no descriptor %d",
					 t->pid, t->fd);
	case -ENOTSOCK:
		return cleat_param_error(c, p, "fd", ENOTSOCK,
					 "descriptor %d of process %d is not a socket", t->fd,
					 t->pid);
	case -ESRCH: /* since it was opened */
		return cleat_param_error(c, p, "pid", ESRCH, "no process %d", t->pid);
	}
	cleat_error_sys(c, err, "cannot attach to descriptor %d of process %d", t->fd, t->pid);
	if (err == -EPERM)
		cleat_hint(c, "needs CAP_SYS_PTRACE or a process of the same user, and a socket "
			      "whose filter is not locked");
	return err;
}

void theirs_release(const struct theirs *t)
{
	if (t->process >= 0)
		close(t->process);
}

static int get_number(int socket, int option, int *value)
{
	socklen_t n = sizeof(*value);

	return getsockopt(socket, SOL_SOCKET, option, value, &n) ? -errno : 0;
}

int theirs_learn(struct theirs *t, int socket)
{
	int err = get_number(socket, SO_DOMAIN, &t->domain);
	struct stat st;

	if (!err)
		err = get_number(socket, SO_TYPE, &t->type);
	if (!err && fstat(socket, &st))
		err = -errno;
	if (!err)
		t->inode = st.st_ino;
	memset(&t->address, 0, sizeof(t->address));
	t->address_size = sizeof(t->address);
	if (!err && getsockname(socket, (struct sockaddr *)&t->address, &t->address_size))
		err = -errno;
	return err;
}

struct visit {
	int process;
	int (*fn)(void *user, int fd, int socket);
	void *user;
};

static int visit(void *user, int fd)
{
	const struct visit *v = user;
	int ours = theirs_get(v->process, fd), result;

	if (ours < 0)
		return ours == -EBADF ? 0 : ours; /* closed in between */
	result = v->fn(v->user, fd, ours);
	close(ours);
	return result;
}

int theirs_each(int process, int pid, int (*fn)(void *user, int fd, int socket), void *user)
{
	struct visit v = { .process = process, .fn = fn, .user = user };

	return fds_each(pid, "socket", visit, &v);
}

bool theirs_equal(const struct theirs *a, const struct theirs *b)
{
	return a->domain == b->domain && a->type == b->type && a->address_size == b->address_size &&
	       memcmp(&a->address, &b->address, a->address_size) == 0;
}

struct search {
	const struct theirs *wanted;
	bool group;
	int found;
};

static bool is_wanted(const struct search *s, int socket)
{
	struct theirs now = { 0 };

	return theirs_learn(&now, socket) == 0 &&
	       (now.inode == s->wanted->inode || (s->group && theirs_equal(s->wanted, &now)));
}

static int match(void *user, int fd, int socket)
{
	struct search *s = user;

	(void)fd;
	if (!is_wanted(s, socket))
		return 0;
	s->found = fcntl(socket, F_DUPFD_CLOEXEC, 3);
	return s->found < 0 ? -errno : 1;
}

int theirs_again(const struct theirs *t, bool group)
{
	struct search s = { .wanted = t, .group = group, .found = -1 };
	int fd = theirs_get(t->process, t->fd), err;

	if (fd >= 0) {
		if (is_wanted(&s, fd))
			return fd;
		close(fd);
	}
	/* The pidfd has said that this process is no more; its number may be another's. */
	if (fd == -ESRCH)
		return -ENOENT;
	err = theirs_each(t->process, t->pid, match, &s);
	return s.found >= 0 ? s.found : err < 0 && err != -ESRCH ? err : -ENOENT;
}
