/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dispatcher.h - many XDP programs on one interface, as libxdp's protocol has it in version 2: who is under
 * the dispatcher of an interface, and putting one in or out, together with all others who follow it. Knows pins,
 * locks and order; refuses to know keys and messages.
 */
#ifndef XDP_DISPATCHER_H
#define XDP_DISPATCHER_H

#include "device.h"
#include "dispatchprog.h"

/* A program under a dispatcher. */
struct component {
	int fd;
	uint32_t id;
	uint32_t priority; /* the lowest first */
	uint32_t chain; /* actions after which the next one runs, bit by bit */
	uint32_t flags; /* BPF_F_XDP_HAS_FRAGS */
	char name[BPF_OBJ_NAME_LEN + 1];
	uint8_t tag[BPF_TAG_SIZE];
	uint64_t loaded_at;
	bool is_new;
};

/* What an interface has. */
enum dispatcher_is {
	DISPATCHER_NONE, /* nothing */
	DISPATCHER_OURS, /* one of the protocol, whoever made it */
	DISPATCHER_UNKNOWN, /* one of another version, or without its pins */
	DISPATCHER_OTHER, /* a program that is no dispatcher */
};

struct dispatcher {
	enum dispatcher_is is;
	int fd;
	uint32_t id; /* of the program that is there */
	uint32_t mode; /* XDP_FLAGS_*_MODE that it is in */
	uint32_t version; /* of its protocol, where it is one */
	size_t n;
	struct component all[DISPATCHER_SLOTS];
};

/*
 * What is on the interface. Returns 0 or -errno, no diagnostic; release in any case. Programs of a dispatcher
 * are in the order in which they run.
 */
int dispatcher_read(struct netlink *nl, int ifindex, struct dispatcher *d);
void dispatcher_release(struct dispatcher *d);
/* The program's place in it, or -1. */
int dispatcher_index(const struct dispatcher *d, uint32_t program);

/* One change to an interface. */
struct dispatcher_change {
	struct netlink *nl;
	int ifindex;
	uint32_t mode; /* wanted, XDP_FLAGS_*_MODE; 0: the driver's, or generic */
	uint32_t over; /* a program that is no dispatcher, to be replaced; 0: none */
	uint32_t remove; /* a program's id; 0: none */
	const struct component *add; /* its fd stays the caller's; or NULL */
	uint32_t made_in; /* the mode that the new dispatcher is in */
	struct dispatcher found; /* what was there at the last try: released by the caller */
};

/*
 * Builds a dispatcher of those that are there and those that change, and puts it in the old one's place at
 * once; from the start again when somebody else was faster. Returns 0 or -errno, no diagnostic:
 * -EBUSY what is there does not let another in (see 'found'), -E2BIG there is no more room, -EEXIST the program
 * is there already, -ENOENT the one to remove is not, -EAGAIN others changed it without end, -ENOTDIR there is no
 * BPF file system, -ETXTBSY its folder is locked, -EINVAL this kernel cannot attach a program a second time (5.10),
 * -EMEDIUMTYPE its mode is another; others as the kernel says.
 */
int dispatcher_apply(struct dispatcher_change *ch);

/* What the kernel knows of the program behind m->fd: id, name, tag, time. Returns 0 or -errno. */
int dispatcher_look(struct component *m);

/* What remains of one whose interface is gone: its folder, if the program is in there. */
void dispatcher_sweep(int ifindex, uint32_t program);

/* Where pins are: /sys/fs/bpf/xdp, or as LIBXDP_BPFFS says. */
void dispatcher_root(char *path, size_t size);

#endif
