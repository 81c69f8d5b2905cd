/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * theirs.h - sockets of another process, by descriptor or by the port that they are bound to. A
 * socket is not held: that would keep its port open when its owner has closed it. What is kept is
 * where to find it again.
 */
#ifndef COMMON_THEIRS_H
#define COMMON_THEIRS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <sys/socket.h>

/* Where a socket is: its process, its number there, and the address that it is bound to. */
struct theirs {
	int process; /* pidfd; -1: our own */
	int pid;
	int fd;
	uint64_t inode; /* which socket it is, whatever its number or address */
	int domain, type;
	struct sockaddr_storage address;
	socklen_t address_size;
};

/*
 * *process is a pidfd of @pid, or -1 for our own. Returns 0 or -errno after saying why about @key.
 */
int theirs_process(struct cleat *c, const struct cleat_params *p, const char *key, int pid,
		   int *process);

/* A descriptor of our own for what the process has as @fd. -errno without a diagnostic. */
int theirs_get(int process, int fd);

/* Report why descriptor @t->fd of process @t->pid did not take a program. Returns @err. */
int theirs_refused(struct cleat *c, const struct cleat_params *p, const struct theirs *t, int err);

/* Close what is kept for finding the process again. */
void theirs_release(const struct theirs *t);

/* Fill all but process, pid and fd of @t from @socket, a descriptor of our own. Returns 0 or -errno. */
int theirs_learn(struct theirs *t, int socket);

/*
 * Calls @fn for each descriptor of the process that is a socket; @socket is closed after it. Stops
 * when it returns other than 0, and returns that; or -errno when the process cannot be looked into.
 */
int theirs_each(int process, int pid, int (*fn)(void *user, int fd, int socket), void *user);

/* Are both bound to the same address, by the same protocol. */
bool theirs_equal(const struct theirs *a, const struct theirs *b);

/*
 * A descriptor of our own for @t; with @group another socket of that process will do that is bound to
 * the same address. -ENOENT when there is none any more, -errno.
 */
int theirs_again(const struct theirs *t, bool group);

#endif
