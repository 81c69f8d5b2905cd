/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * progref.h - other programs and links: by id, by pinned path, and as the place before or after
 * which a new one goes.
 */
#ifndef COMMON_PROGREF_H
#define COMMON_PROGREF_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/*
 * A descriptor of the program that key @key names, by its id or the path where it is pinned; or -errno
 * after saying why.
 */
int progref_open(struct cleat *c, const struct cleat_params *p, const char *key);

/* The id of a program by its descriptor, or 0. */
uint32_t progref_id(int fd);

/* The name of a program by its id: as many bytes as @name has; "" when it cannot be had. */
void progref_name(uint32_t id, char *name, size_t size);

/* What a link runs, and where: for 'progref_link'. */
struct link_place {
	uint32_t program;
	uint32_t ifindex;	/* of an XDP link */
	uint64_t cgroup_id;	/* of a cgroup link */
	uint32_t attach_type;	/* likewise */
};

/*
 * The kernel link of @type (BPF_LINK_TYPE_XDP, BPF_LINK_TYPE_CGROUP) that runs this program there.
 * Returns a descriptor of it and sets *id, or -1.
 */
int progref_link(uint32_t type, const struct link_place *place, uint32_t *id);

/* A place among others, as kernels have it that keep several programs at one hook in order. */
struct order {
	uint32_t flags; /* BPF_F_BEFORE, BPF_F_AFTER, BPF_F_LINK, BPF_F_ID */
	uint32_t relative; /* an id, or a descriptor that order_release() closes */
	uint64_t revision;
	bool given; /* any of the keys */
	int fd;
};

/* The keys 'before', 'after' and 'expected-revision', for key tables. */
#define ORDER_KEYS                                                                                \
	{ .name = "before",                                                                       \
	  .help = "run before this one: id of a program, link:ID, a pinned path, or 'all'" },     \
	{ .name = "after",                                                                        \
	  .help = "run after this one: id of a program, link:ID, a pinned path, or 'all'" },      \
	{ .name = "expected-revision", .type = CLEAT_TYPE_UINT,                                   \
	  .help = "attach only if what is attached has this revision still" }

/* Do these keys make sense. Touches nothing. */
int order_check(struct cleat *c, const struct cleat_params *p);
/* Read them; release in any case. Returns 0 or -errno after saying why. */
int order_read(struct cleat *c, const struct cleat_params *p, struct order *o);
void order_release(struct order *o);
/* The key that was given, for messages: "before", "after" or "expected-revision". */
const char *order_key(const struct cleat_params *p);
/*
 * Report what a kernel said to the keys when they are to blame for @err. @where: "eth0, ingress".
 * Returns false when they are not, and reports nothing.
 */
bool order_blamed(struct cleat *c, const struct cleat_params *p, int err, const char *where);

#endif
