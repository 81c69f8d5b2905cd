/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * clsact.h - BPF classifiers in the clsact queueing discipline, or in another one that has classes, by
 * route netlink. Knows no keys, no links and no messages.
 */
#ifndef COMMON_CLSACT_H
#define COMMON_CLSACT_H

#include "common/netlink.h"

struct filter {
	int ifindex;
	bool egress;
	uint32_t parent; /* another discipline or class in clsact's place; 0: clsact, by @egress */
	uint32_t classid; /* what packets are given to; 0: nothing is said */
	bool matches; /* the program says whether a packet matches, and not what is done with it */
	uint16_t priority; /* 0: the kernel chooses, and it is filled in */
	uint32_t handle; /* likewise */
	uint32_t id; /* of the program */
};

/* Make the discipline. Returns 1 when it was made, 0 when it was there, or -errno. */
int clsact_make(struct netlink *nl, int ifindex);
/* Remove it when no filter is left in it. */
int clsact_remove_if_empty(struct netlink *nl, int ifindex);

/* Add a filter; *f learns what the kernel chose. -EEXIST when the place is taken. */
int clsact_add(struct netlink *nl, struct filter *f, int prog_fd, const char *name);
/* Swap the program of a filter that is there. */
int clsact_change(struct netlink *nl, const struct filter *f, int prog_fd, const char *name);
/* Remove a filter if its program is @f->id still; 0 also when it is gone. */
int clsact_remove(struct netlink *nl, const struct filter *f);

/* Each BPF filter where @place is (interface and direction, or parent), in the order in which they run. */
int clsact_list(struct netlink *nl, const struct filter *place,
		void (*each)(const struct filter *f, void *user), void *user);

#endif
