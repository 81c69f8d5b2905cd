/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup.h - attaching to cgroups: their paths and ids, links, the older ways of attaching, and the
 * keys for these, for all program types that run in cgroups. Knows no program type.
 */
#ifndef COMMON_CGROUP_H
#define COMMON_CGROUP_H

#include "common/progref.h"

#define CGROUP_KEYS                                                                               \
	{ .name = "cgroup", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_CGROUP,    \
	  .help = "cgroup as a path, or below the mount of cgroup2; * and ? match several" },     \
	{ .name = "mode", .type = CLEAT_TYPE_CHOICE,                                              \
	  .choices = "auto|link|multi|override|exclusive", .preset = "auto",                      \
	  .help = "a link, or an older way: beside others, until one below, or alone" },          \
	{ .name = "preorder", .type = CLEAT_TYPE_BOOL, .preset = "no",                            \
	  .help = "run before the programs of the cgroups below, not after them (6.15)" },        \
	{ .name = "replace",                                                                      \
	  .help = "mode multi: take the place of this program, an id or a pinned path (5.6)" },   \
	ORDER_KEYS

/* Do these keys make sense together. Touches nothing. */
int cgroup_check(struct cleat *c, const struct cleat_params *p);
/* One target for each cgroup, with its path in the key. Reports with the nearest name. */
int cgroup_expand(struct cleat *c, const struct cleat_params *p, struct cleat_targets *out);
/*
 * Attach to the cgroup that the keys name; @what is for people: "cgroup_skb egress". Reports.
 */
int cgroup_attach(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		  const char *what);
/* The same, attached by another process without a link. */
int cgroup_find(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		const char *what);
/* 'foresee' for cgroup_attach(). */
int cgroup_foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way);
/* 'replace' for what cgroup_attach() made. */
int cgroup_replace(struct cleat_link *l, struct cleat_program *prog);
/*
 * Append what is attached to the cgroup: "program", @word as the fact @key when that is not NULL
 * ("direction"), "mode", "link".
 */
int cgroup_query(struct cleat *c, const struct cleat_params *p, uint32_t attach_type,
		 const char *key, const char *word, struct cleat_facts *out);
/* The cgroup of a link as a fact: its path, or its id when it is not below our mount. */
int cgroup_describe(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out);

#endif
