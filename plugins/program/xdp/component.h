/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * component.h - a program that shares its interface with others, under a dispatcher: its keys, and what the
 * plugin's callbacks of these names do then. Knows messages; pins and order are dispatcher.c's.
 */
#ifndef XDP_COMPONENT_H
#define XDP_COMPONENT_H

#include "dispatcher.h"

/* The keys, for the table. */
#define COMPONENT_KEYS                                                                                           \
	{ .name = "dispatcher",                                                                                  \
	  .type = CLEAT_TYPE_CHOICE,                                                                             \
	  .choices = "auto|no|yes",                                                                              \
	  .preset = "auto",                                                                                      \
	  .flags = CLEAT_KEY_LOAD,                                                                               \
	  .help = "share the interface with others; auto: when one of the next two keys is given" },             \
		{ .name = "priority",                                                                            \
		  .type = CLEAT_TYPE_UINT,                                                                       \
		  .flags = CLEAT_KEY_LOAD,                                                                       \
		  .help = "under a dispatcher, the lowest runs first; as the object says, or 50" },              \
	{                                                                                                        \
		.name = "chain-call", .type = CLEAT_TYPE_CHOICE,                                                 \
		.choices = "none|aborted|drop|pass|tx|redirect",                                                 \
		.flags = CLEAT_KEY_LOAD | CLEAT_KEY_REPEAT,                                                      \
		.help = "under a dispatcher, the result that lets the next one run; as the object says, or pass" \
	}

/* What was attached without a link, and what undoing it needs; also a descriptor, so that nothing can take our id. */
struct placed {
	int ifindex;
	uint32_t mode;
	int prog_fd;
	/* under a dispatcher: what the keys say, for the program that takes its place */
	bool has_priority, has_chain;
	uint32_t priority, chain;
};

/* Closes what is held, and leaves the program. */
void placed_leave(const void *data);

/* Is it to be, or was it loaded as, one that shares its interface. */
bool component_wanted(const struct cleat_params *p);
bool component_is(int prog_fd);

int component_check(struct cleat *c, const struct cleat_params *p);
int component_prepare(struct cleat_program *prog, const struct cleat_params *p,
		      struct cleat_load *load);
/* @over: id of a program that is replaced, and is no dispatcher; or 0. @mode: XDP_FLAGS_*_MODE, or 0. */
int component_attach(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		     int ifindex, uint32_t mode, uint32_t over);
int component_replace(struct cleat_link *l, struct placed *placed, struct cleat_program *prog);
/* -ENOENT: it is not under a dispatcher there. */
int component_find(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		   int ifindex);
/* Facts of all programs under the interface's dispatcher; false: it has none. */
bool component_facts(struct netlink *nl, int ifindex, struct cleat_facts *out);

#endif
