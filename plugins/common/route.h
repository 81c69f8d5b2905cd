/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * route.h - routes that carry an encapsulation: from keys, added, looked up, changed and removed by
 * route netlink. Knows no encapsulation.
 */
#ifndef COMMON_ROUTE_H
#define COMMON_ROUTE_H

#include "common/netlink.h"

#define ROUTE_KEYS                                                                             \
	{ .name = "route", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,                     \
	  .help = "destination as ADDRESS[/LENGTH], 0.0.0.0/0 or ::/0 for any" },              \
	{ .name = "device", .help = "network interface that the route goes through" },         \
	{ .name = "gateway", .help = "address of the next hop" },                              \
	{ .name = "table", .help = "routing table: a number, main, local or default" },        \
	{ .name = "metric", .type = CLEAT_TYPE_UINT, .preset = "0",                            \
	  .help = "a lower one is preferred; apart from it, a destination has one route" },    \
	{ .name = "type", .type = CLEAT_TYPE_CHOICE, .choices = "unicast|local",               \
	  .preset = "unicast", .help = "local: packets to this machine" }

struct route {
	int family;
	uint8_t destination[16], gateway[16];
	uint8_t length, type;
	bool has_gateway;
	uint32_t ifindex, table, metric;
};

/* Do the keys make sense. Touches nothing. */
int route_check(struct cleat *c, const struct cleat_params *p);
/* One target for each route. */
int route_expand(struct cleat_program *prog, const struct cleat_params *p,
		 struct cleat_targets *out);
/* Read them, and find the interface. Returns 0 or -errno after saying why. */
int route_read(struct cleat *c, const struct cleat_params *p, struct route *r);

/* What a route carries: its type, and who writes it into a message. */
struct route_encap {
	uint16_t type; /* LWTUNNEL_ENCAP_* */
	void (*put)(struct nlmsghdr *h, const void *data);
	const void *data;
};

/* Add a route; -EEXIST when there is one. Or put it in the place of the one that is there. */
int route_add(struct netlink *nl, const struct route *r, const struct route_encap *e, bool replace);
/* Remove a route. */
int route_remove(struct netlink *nl, const struct route *r);
/*
 * Is there such a route (of any interface when r->ifindex is 0): 1, 0, or -errno. @fn sees what it
 * carries, a nested attribute or NULL.
 */
int route_find(struct netlink *nl, const struct route *r,
	       void (*fn)(void *user, uint16_t type, const struct nlattr *encap), void *user);

/* 'foresee' of what a route carries: it lasts as long as the route. */
int route_foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way);

/* Report why a route could not be added. */
int route_refused(struct cleat *c, const struct cleat_params *p, const struct netlink *nl, int err);

#endif
