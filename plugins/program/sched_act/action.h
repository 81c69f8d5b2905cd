/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * action.h - BPF actions of traffic control, alone or in a filter that matches all packets, by
 * route netlink. Knows no keys and no messages.
 */
#ifndef SCHED_ACT_ACTION_H
#define SCHED_ACT_ACTION_H

#include "common/netlink.h"

struct action {
	uint32_t index; /* 0: the kernel chooses, and it is filled in */
	uint32_t id; /* of the program */
	int otherwise; /* TC_ACT_*: when the program returns -1 */
};

/* A filter that matches all packets and has one action. */
struct match_all {
	int ifindex;
	bool egress;
	uint16_t priority; /* 0: the kernel chooses, and it is filled in */
	uint32_t handle; /* filled in */
	struct action action;
};

/* Make an action that filters of others can refer to. -EEXIST when the index is taken. */
int action_make(struct netlink *nl, struct action *a, int prog_fd, const char *name);
/* Swap its program, also of one that is in a filter. */
int action_change(struct netlink *nl, const struct action *a, int prog_fd, const char *name);
/* Remove it if its program is @a->id still; 0 also when it is gone; -EPERM while filters use it. */
int action_remove(struct netlink *nl, const struct action *a);
/* Each BPF action there is. */
int action_list(struct netlink *nl, void (*each)(const struct action *a, void *user), void *user);

/* The same in a filter. */
int match_all_add(struct netlink *nl, struct match_all *m, int prog_fd, const char *name);
/* Is it there, with this priority and @m->action.id. Fills in the action's index. Returns 1, 0 or -errno. */
int match_all_find(struct netlink *nl, struct match_all *m);
int match_all_remove(struct netlink *nl, const struct match_all *m);

#endif
