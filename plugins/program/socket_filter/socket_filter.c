/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * socket_filter.c - programs that see what a socket receives: a packet socket of our own on an
 * interface, which nobody reads, so that the program counts and looks; or a socket of another
 * process, where the program decides what arrives.
 *
 * Knows socket options; how a process's sockets are had is in common/theirs.c. Refuses to know protocols.
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
#include <unistd.h>

#include "common/ifaces.h"
#include "common/theirs.h"

#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

static const struct cleat_section sections[] = {
	{ .pattern = "socket+", .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	{ .name = "interface",
	  .flags = CLEAT_KEY_REPEAT | CLEAT_KEY_ONE_OF | CLEAT_KEY_INTERFACE,
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

/* ---- a socket and its program ---------------------------------------------------------------- */

struct placed {
	int fd; /* a socket of our own; -1: theirs */
	bool reuseport;
	struct theirs theirs;
};

static int set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

static int give(int fd, bool reuseport, int program)
{
	return set_option(fd, SOL_SOCKET, reuseport ? SO_ATTACH_REUSEPORT_EBPF : SO_ATTACH_BPF,
			  program);
}

/* 0 also when their socket has gone. */
static int take_back(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	int fd, err;

	if (placed->fd >= 0) {
		close(placed->fd);
		return 0;
	}
	fd = theirs_again(&placed->theirs, placed->reuseport);
	err = fd < 0 ? fd
		     : set_option(fd, SOL_SOCKET,
				  placed->reuseport ? SO_DETACH_REUSEPORT_BPF : SO_DETACH_FILTER, 0);
	if (fd >= 0)
		close(fd);
	theirs_release(&placed->theirs);
	return err && err != -ENOENT ? cleat_error_sys(c, err, "cannot detach from process %d",
						       placed->theirs.pid)
				     : 0;
}

/* ---- a socket of our own --------------------------------------------------------------------- */


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
	struct placed placed = { .fd = -1 };
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
	placed.fd = fd;
	return cleat_attach_undo(a, take_back, &placed, sizeof(placed), "socket filter on %s%s%s",
				 cleat_param(p, "interface"), type == ETH_P_ALL ? "" : ", ",
				 type == ETH_P_ALL ? "" : protocol);
}

/* ---- a socket that is there ------------------------------------------------------------------ */

static int attach_socket(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = { .fd = -1, .reuseport = cleat_param_bool(p, "reuseport") };
	struct theirs *t = &placed.theirs;
	int fd, err;

	t->fd = (int)cleat_param_uint(p, "fd");
	t->pid = cleat_param_given(p, "pid") ? (int)cleat_param_uint(p, "pid") : getpid();
	err = theirs_process(c, p, "pid", t->pid, &t->process);
	if (err)
		return err;
	fd = theirs_get(t->process, t->fd);
	err = fd < 0 ? fd : theirs_learn(t, fd);
	if (!err)
		err = give(fd, placed.reuseport, cleat_attach_fd(a));
	if (fd >= 0)
		close(fd);
	if (!err)
		return cleat_attach_undo(a, take_back, &placed, sizeof(placed),
					 "%s on descriptor %d of process %d",
					 placed.reuseport ? "reuseport program" : "socket filter",
					 t->fd, t->pid);
	if (err == -EINVAL && placed.reuseport)
		cleat_param_error(c, p, "reuseport", EINVAL,
				  "descriptor %d of process %d does not share its port", t->fd,
				  t->pid);
	else
		theirs_refused(c, p, t, err);
	theirs_release(t);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	return cleat_param_given(p, "fd") ? attach_socket(a, p) : attach_interface(a, p);
}

/* A socket has one filter, and takes the new one in its place. */
static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	const struct placed *placed = cleat_link_undo_data(l);
	int fd = placed->fd >= 0 ? placed->fd : theirs_again(&placed->theirs, placed->reuseport), err;

	err = fd < 0 ? fd : give(fd, placed->reuseport, cleat_program_fd(prog));
	if (fd >= 0 && fd != placed->fd)
		close(fd);
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

static const struct cleat_program_plugin socket_filter = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "socket_filter",
			   "packets of an interface, and what a socket receives"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.ctx_type = "__sk_buff",
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = replace,
	.foresee = foresee,
};
CLEAT_PLUGIN(socket_filter)
