/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockmap.h - attaching to the maps that hold sockets: by a link (6.10), or by the older way; what
 * is attached there, and a link's map. Knows no program type.
 */
#ifndef COMMON_SOCKMAP_H
#define COMMON_SOCKMAP_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#define SOCKMAP_KEYS                                                                           \
	{ .name = "map", .type = CLEAT_TYPE_MAP,                                               \
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,                                      \
	  .help = "map of sockets (sockmap or sockhash) of the same object" },                 \
	{ .name = "via", .type = CLEAT_TYPE_CHOICE, .choices = "auto|link|attach",             \
	  .preset = "auto",                                                                    \
	  .help = "how to attach: a link (6.10), or without one, as older kernels do" }

/* Are they maps that hold sockets. Touches nothing. */
int sockmap_check(struct cleat_program *prog, const struct cleat_params *p);
/* One target for each map. */
int sockmap_expand(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_targets *out);
/* Attach to the map that the key names; @what is for people: "sk_msg". Reports. */
int sockmap_attach(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		   const char *what);
/* The same, attached by another process without a link, with what it noted. */
int sockmap_find(struct cleat_attach *a, const struct cleat_params *p, uint32_t attach_type,
		 const char *what, const char *note);
/* 'foresee' for sockmap_attach(). */
int sockmap_foresee(struct cleat_program *prog, const struct cleat_params *p,
		    struct cleat_way *way);
/* 'replace' for what sockmap_attach() made. */
int sockmap_replace(struct cleat_link *l, struct cleat_program *prog);
/* Append "program" for what is attached; @hook, when not NULL, is said of it. */
int sockmap_query(struct cleat *c, const struct cleat_params *p, uint32_t attach_type,
		  const char *hook, struct cleat_facts *out);
/* The map of a link as facts. */
void sockmap_describe(const struct bpf_link_info *info, struct cleat_facts *out);

#endif
