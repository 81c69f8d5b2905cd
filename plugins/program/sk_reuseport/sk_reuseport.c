/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sk_reuseport.c - programs that choose among the sockets that share a port.
 *
 * Knows that such sockets are a group, and that the program belongs to the group: any member can be
 * asked. How a process's sockets are had is in common/theirs.c.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/theirs.h"

#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif

#define MOST 64 /* groups at one port: addresses, protocols, families */

static const struct cleat_section sections[] = {
	{ .pattern = "sk_reuseport+",
	  .attach_type = BPF_SK_REUSEPORT_SELECT,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL | CLEAT_SECTION_ANY_TEXT },
	{ .pattern = "sk_reuseport/migrate+",
	  .attach_type = BPF_SK_REUSEPORT_SELECT_OR_MIGRATE,
	  .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	{ .name = "pid",
	  .type = CLEAT_TYPE_UINT,
	  .help = "process that has the sockets (kernel 5.6); its own when not given" },
	{ .name = "port",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_ONE_OF,
	  .help = "port that sockets of the process share, at each address" },
	{ .name = "fd",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_ONE_OF,
	  .help = "number of one of the sockets, in place of 'port'" },
	{ .name = "protocol",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "any|tcp|udp",
	  .preset = "any",
	  .help = "which sockets at the port" },
};

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	uint64_t port = cleat_param_uint(p, "port"), pid = cleat_param_uint(p, "pid");

	if (cleat_param_given(p, "fd") && cleat_param_given(p, "port"))
		return cleat_param_error(c, p, "fd", EINVAL, "'port' and 'fd' exclude each other");
	if (cleat_param_given(p, "fd") && cleat_param_given(p, "protocol"))
		return cleat_param_error(c, p, "protocol", EINVAL, "'protocol' goes with 'port'");
	if (cleat_param_given(p, "port") && (!port || port > UINT16_MAX))
		return cleat_param_error(c, p, "port", ERANGE, "port is 1 to 65535");
	if (cleat_param_given(p, "fd") && cleat_param_uint(p, "fd") > INT_MAX)
		return cleat_param_error(c, p, "fd", ERANGE, "'%s' is no descriptor",
					 cleat_param(p, "fd"));
	if (cleat_param_given(p, "pid") && (!pid || pid > INT_MAX))
		return cleat_param_error(c, p, "pid", EINVAL, "'%s' is no process id",
					 cleat_param(p, "pid"));
	return 0;
}

static int give(int socket, int program)
{
	return setsockopt(socket, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, &program, sizeof(program))
		       ? -errno
		       : 0;
}

/* 0 also when the group has gone. */
static int take_back(struct cleat *c, const void *data)
{
	const struct theirs *t = data;
	int fd = theirs_again(t, true), zero = 0, err = 0;

	theirs_release(t);
	if (fd < 0)
		return fd == -ENOENT
			       ? 0
			       : cleat_error_sys(c, fd, "cannot find the sockets of process %d",
						 t->pid);
	if (setsockopt(fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &zero, sizeof(zero)))
		err = -errno;
	close(fd);
	return err && err != -ENOENT
		       ? cleat_error_sys(c, err, "cannot detach from the sockets of process %d",
					 t->pid)
		       : 0;
}

static unsigned int port_of(const struct theirs *t)
{
	const struct sockaddr_in *in = (const void *)&t->address;
	const struct sockaddr_in6 *in6 = (const void *)&t->address;

	return t->domain == AF_INET    ? ntohs(in->sin_port)
	       : t->domain == AF_INET6 ? ntohs(in6->sin6_port)
				       : 0;
}

/* ---- groups ------------------------------------------------------------------------------------- */

struct groups {
	struct theirs v[MOST];
	size_t n;
	unsigned int port; /* wanted */
	int type; /* wanted; 0: any */
	bool unshared; /* there was a socket at the port, but not to be shared */
};

static bool is_shared(int socket)
{
	int on = 0;
	socklen_t n = sizeof(on);

	return getsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, &n) == 0 && on;
}

static bool is_connected(int socket)
{
	struct sockaddr_storage peer;
	socklen_t n = sizeof(peer);

	return getpeername(socket, (struct sockaddr *)&peer, &n) == 0;
}

static int collect(void *user, int fd, int socket)
{
	struct groups *g = user;
	struct theirs t = { .fd = fd };

	if (theirs_learn(&t, socket) || port_of(&t) != g->port || is_connected(socket) ||
	    (g->type && t.type != g->type))
		return 0;
	if (!is_shared(socket)) {
		g->unshared = true;
		return 0;
	}
	for (size_t i = 0; i < g->n; i++)
		if (theirs_equal(&g->v[i], &t))
			return 0;
	if (g->n == MOST)
		return -E2BIG;
	g->v[g->n++] = t;
	return 0;
}

static int attach_group(struct cleat_attach *a, const struct cleat_params *p, int process, int pid,
			struct theirs *t)
{
	struct cleat *c = cleat_attach_context(a);
	int socket = theirs_get(process, t->fd), err;

	if (socket < 0) {
		err = socket;
	} else {
		err = theirs_learn(t, socket);
		if (!err)
			err = give(socket, cleat_attach_fd(a));
		close(socket);
	}
	if (err == -EINVAL)
		return cleat_param_error(c, p, cleat_param_given(p, "fd") ? "fd" : "port", EINVAL,
					 "descriptor %d of process %d does not share its port",
					 t->fd, pid);
	t->pid = pid;
	if (err)
		return theirs_refused(c, p, t, err);
	t->process = process < 0 ? -1 : fcntl(process, F_DUPFD_CLOEXEC, 3);
	return cleat_attach_undo(a, take_back, t, sizeof(*t),
				 "sk_reuseport at port %u of process %d, descriptor %d", port_of(t),
				 pid, t->fd);
}

static int find_groups(struct cleat *c, const struct cleat_params *p, int process, int pid,
		       struct groups *g)
{
	const char *protocol = cleat_param(p, "protocol");
	int err;

	g->port = (unsigned int)cleat_param_uint(p, "port");
	g->type = protocol[0] == 't' ? SOCK_STREAM : protocol[0] == 'u' ? SOCK_DGRAM : 0;
	err = theirs_each(process, pid, collect, g);
	if (err == -E2BIG)
		return cleat_param_error(c, p, "port", err, "more than %d addresses at port %u",
					 MOST, g->port);
	if (err) {
		cleat_error_sys(c, err, "cannot look into process %d", pid);
		if (err == -EPERM || err == -EACCES)
			cleat_hint(c, "needs CAP_SYS_PTRACE, or a process of the same user");
		return err;
	}
	if (g->n)
		return 0;
	if (!g->unshared)
		return cleat_param_error(c, p, "port", ENOENT,
					 "process %d has no socket at port %u", pid, g->port);
	cleat_param_error(c, p, "port", EINVAL, "process %d does not share port %u", pid, g->port);
	cleat_hint(c, "its sockets need SO_REUSEPORT");
	return -EINVAL;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	int pid = cleat_param_given(p, "pid") ? (int)cleat_param_uint(p, "pid") : getpid(), process;
	struct groups g = { 0 };
	int err = theirs_process(c, p, "pid", pid, &process);

	if (err)
		return err;
	if (cleat_param_given(p, "fd"))
		g.v[g.n++].fd = (int)cleat_param_uint(p, "fd");
	else
		err = find_groups(c, p, process, pid, &g);
	for (size_t i = 0; i < g.n && !err; i++)
		err = attach_group(a, p, process, pid, &g.v[i]);
	if (process >= 0)
		close(process);
	return err;
}

/* The group takes the new program in the old one's place. */
static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	const struct theirs *t = cleat_link_undo_data(l);
	int fd = t ? theirs_again(t, true) : -EINVAL, err = fd < 0 ? fd : 0;

	if (!err) {
		err = give(fd, cleat_program_fd(prog));
		close(fd);
	}
	return err ? cleat_error_sys(c, err, "%s: cannot replace the program", cleat_link_what(l))
		   : 0;
}

/* With its socket it ends; one of our own ends with us. */
static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	(void)p;
	way->name = "socket";
	way->lasts = CLEAT_LASTS_PROCESS;
	return 0;
}

static const struct cleat_program_plugin sk_reuseport = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "sk_reuseport",
			   "which of the sockets that share a port gets a packet"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SK_REUSEPORT,
	.ctx_type = "sk_reuseport_md",
	.check = check,
	.attach = attach,
	.replace = replace,
	.foresee = foresee,
};
CLEAT_PLUGIN(sk_reuseport)
