/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * socket_filter.c - programs that see what a socket receives: a packet socket of our own on an
 * interface, which nobody reads, so that the program counts and looks; or a socket of another
 * process, where the program decides what arrives.
 *
 * Knows socket options and how a descriptor of another process is had; refuses to know protocols.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/ifaces.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

static const struct cleat_section sections[] = {
	{ .pattern = "socket+" },
};

static const struct cleat_key keys[] = {
	{ .name = "interface",
	  .flags = CLEAT_KEY_REPEAT | CLEAT_KEY_ONE_OF,
	  .help = "interface whose packets the program sees; * and ? match several; 'any': all" },
	{ .name = "protocol",
	  .preset = "all",
	  .help = "which packets of the interface: all, ip, ipv6, arp, ... or an ethernet type" },
	{ .name = "outgoing",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes",
	  .help = "packets that this machine sends, too (no: kernel 4.20)" },
	{ .name = "promiscuous",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "packets to other machines, too" },
	{ .name = "fd",
	  .type = CLEAT_TYPE_UINT,
	  .flags = CLEAT_KEY_ONE_OF,
	  .help = "number of a socket that is there already, in the process 'pid'" },
	{ .name = "pid",
	  .type = CLEAT_TYPE_UINT,
	  .help = "process that has the socket 'fd' (kernel 5.6); its own when not given" },
	{ .name = "reuseport",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no",
	  .help = "choose among the sockets that share the port of 'fd', in place of filtering" },
};

static const struct {
	const char *name;
	uint16_t type;
} protocols[] = {
	{ "all", ETH_P_ALL },      { "ip", ETH_P_IP },         { "ipv4", ETH_P_IP },
	{ "ipv6", ETH_P_IPV6 },    { "arp", ETH_P_ARP },       { "vlan", ETH_P_8021Q },
	{ "mpls", ETH_P_MPLS_UC }, { "lldp", 0x88cc },         { "pppoe", ETH_P_PPP_SES },
	{ "eapol", ETH_P_PAE },    { "loopback", ETH_P_LOOP },
};

#define N_PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

/* The text behind the slash is a name that people give, and means nothing. */
static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)p;
	(void)section;
	(void)text;
	return 0;
}

static int find_protocol(struct cleat *c, const struct cleat_params *p, uint16_t *type)
{
	const char *name = cleat_param(p, "protocol"), *names[N_PROTOCOLS];
	unsigned long number;
	char *end;

	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		names[i] = protocols[i].name;
		if (strcmp(name, names[i]) == 0) {
			*type = protocols[i].type;
			return 0;
		}
	}
	number = strtoul(name, &end, 0);
	if (name[0] >= '0' && name[0] <= '9' && !*end && number && number <= UINT16_MAX) {
		*type = (uint16_t)number;
		return 0;
	}
	cleat_param_error(c, p, "protocol", EINVAL,
			  "no protocol '%s': a name, or a type as '0x88cc'", name);
	cleat_hint_nearest(c, name, names, N_PROTOCOLS);
	return -EINVAL;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	static const char *const of_interface[] = { "protocol", "outgoing", "promiscuous" };
	static const char *const of_socket[] = { "pid", "reuseport" };
	struct cleat *c = cleat_program_context(prog);
	bool interface = cleat_param_given(p, "interface"), fd = cleat_param_given(p, "fd");
	uint16_t type;

	if (interface && fd)
		return cleat_param_error(c, p, "fd", EINVAL,
					 "'interface' and 'fd' exclude each other");
	for (size_t i = 0; fd && i < sizeof(of_interface) / sizeof(of_interface[0]); i++)
		if (cleat_param_given(p, of_interface[i]))
			return cleat_param_error(c, p, of_interface[i], EINVAL,
						 "'%s' goes with 'interface'", of_interface[i]);
	for (size_t i = 0; !fd && i < sizeof(of_socket) / sizeof(of_socket[0]); i++)
		if (cleat_param_given(p, of_socket[i]))
			return cleat_param_error(c, p, of_socket[i], EINVAL, "'%s' goes with 'fd'",
						 of_socket[i]);
	return interface ? find_protocol(c, p, &type) : 0;
}

static bool is_any(const struct cleat_params *p)
{
	return cleat_param_count(p, "interface") == 1 &&
	       strcmp(cleat_param(p, "interface"), "any") == 0;
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	if (!cleat_param_given(p, "interface") || is_any(p))
		return 0;
	return ifaces_expand(cleat_program_context(prog), p, "interface", out);
}

/* ---- a socket of our own --------------------------------------------------------------------- */

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

/*
 * Nobody reads it: what the program lets through fills the smallest buffer there is, and is dropped
 * from then on. The program runs before the buffer is looked at, so it sees every packet.
 */
static int set_up(struct cleat *c, const struct cleat_params *p, int fd, int prog_fd, int ifindex,
		  uint16_t type)
{
	struct packet_mreq all = { .mr_ifindex = ifindex, .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(type),
		.sll_ifindex = ifindex,
	};
	const char *name = cleat_param(p, "interface");
	int err = set_option(fd, SOL_SOCKET, SO_RCVBUF, 1);

	if (!err)
		err = set_option(fd, SOL_SOCKET, SO_ATTACH_BPF, prog_fd);
	if (err)
		return cleat_error_sys(c, err, "cannot give a packet socket the program");
	if (!cleat_param_bool(p, "outgoing")) {
		err = set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
		if (err)
			return cleat_param_error(c, p, "outgoing", err,
						 "this kernel always shows outgoing packets");
	}
	if (cleat_param_bool(p, "promiscuous") && ifindex &&
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)))
		return cleat_error_sys(c, errno, "cannot see all packets of '%s'", name);
	/* From here on packets arrive, and no earlier. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return cleat_error_sys(c, errno, "cannot listen on '%s'", name);
	return 0;
}

static int attach_interface(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	int ifindex = is_any(p) ? 0 : ifaces_index(c, p, "interface"), fd, err;
	const char *protocol = cleat_param(p, "protocol");
	uint16_t type = 0;

	if (ifindex < 0)
		return ifindex;
	err = find_protocol(c, p, &type);
	if (err)
		return err;
	/* Protocol 0: it receives nothing until it is bound. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot open a packet socket");
	err = set_up(c, p, fd, cleat_attach_fd(a), ifindex, type);
	if (err) {
		close(fd);
		return err;
	}
	return cleat_attach_hold(a, fd, "socket filter on %s%s%s", cleat_param(p, "interface"),
				 type == ETH_P_ALL ? "" : ", ", type == ETH_P_ALL ? "" : protocol);
}

/* ---- a socket that is there ------------------------------------------------------------------ */

/* A descriptor of our own for what process @pid has as @fd. */
static int open_theirs(struct cleat *c, const struct cleat_params *p, int *out)
{
	int pid = cleat_param_given(p, "pid") ? (int)cleat_param_uint(p, "pid") : getpid();
	int number = (int)cleat_param_uint(p, "fd"), process, err;

	if (pid == getpid()) {
		*out = fcntl(number, F_DUPFD_CLOEXEC, 3);
		return *out >= 0 ? 0
				 : cleat_param_error(c, p, "fd", errno, "no descriptor %d", number);
	}
	process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return errno == ESRCH || errno == EINVAL
			       ? cleat_param_error(c, p, "pid", ESRCH, "no process %d", pid)
			       : cleat_error_sys(c, errno, "cannot open process %d", pid);
	*out = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	err = *out < 0 ? errno : 0;
	close(process);
	switch (err) {
	case 0:
		return 0;
	case EBADF:
		return cleat_param_error(c, p, "fd", EBADF, "process %d has no descriptor %d", pid,
					 number);
	case EPERM:
		cleat_error_sys(c, err, "cannot take descriptor %d of process %d", number, pid);
		cleat_hint(c, "needs CAP_SYS_PTRACE, or a process of the same user");
		return -err;
	default:
		return cleat_error_sys(c, err, "cannot take descriptor %d of process %d", number,
				       pid);
	}
}

struct theirs {
	int fd;
	bool reuseport;
};

static int detach_theirs(struct cleat *c, const void *data)
{
	const struct theirs *t = data;
	int err = set_option(t->fd, SOL_SOCKET,
			     t->reuseport ? SO_DETACH_REUSEPORT_BPF : SO_DETACH_FILTER, 0);

	(void)c;
	close(t->fd);
	return err == -ENOENT ? 0 : err;
}

static int attach_socket(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct theirs theirs = { .fd = -1, .reuseport = cleat_param_bool(p, "reuseport") };
	unsigned int number = (unsigned int)cleat_param_uint(p, "fd");
	unsigned int pid = cleat_param_given(p, "pid") ? (unsigned int)cleat_param_uint(p, "pid")
						       : (unsigned int)getpid();
	int err = open_theirs(c, p, &theirs.fd);

	if (err)
		return err;
	err = set_option(theirs.fd, SOL_SOCKET,
			 theirs.reuseport ? SO_ATTACH_REUSEPORT_EBPF : SO_ATTACH_BPF,
			 cleat_attach_fd(a));
	if (!err)
		return cleat_attach_undo(a, detach_theirs, &theirs, sizeof(theirs),
					 "%s on descriptor %u of process %u",
					 theirs.reuseport ? "reuseport program" : "socket filter",
					 number, pid);
	close(theirs.fd);
	if (err == -ENOTSOCK)
		return cleat_param_error(c, p, "fd", ENOTSOCK,
					 "descriptor %u of process %u is not a socket", number,
					 pid);
	if (err == -EINVAL && theirs.reuseport)
		return cleat_param_error(c, p, "reuseport", EINVAL,
					 "descriptor %u of process %u does not share its port",
					 number, pid);
	cleat_error_sys(c, err, "cannot attach to descriptor %u of process %u", number, pid);
	if (err == -EPERM)
		cleat_hint(c, "its owner may have locked the filter of the socket");
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	return cleat_param_given(p, "fd") ? attach_socket(a, p) : attach_interface(a, p);
}

static const struct cleat_program_plugin socket_filter = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "socket_filter",
			   "packets of an interface, and what a socket receives"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
};
CLEAT_PLUGIN(socket_filter)
