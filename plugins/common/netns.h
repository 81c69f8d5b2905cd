/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netns.h - network namespaces by name, path or process; links to them, what is attached to them,
 * and doing something inside one. Knows no program type.
 */
#ifndef COMMON_NETNS_H
#define COMMON_NETNS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#define NETNS_HELP                                                                               \
	"network namespace: a name as for ip-netns(8) or a path, * and ? match several; pid:N; " \
	"or 'self' for one's own"

/*
 * One target for each namespace that the values of the repeatable key @key name, each once. A glob
 * that matches none is reported; a name that is not there when it is opened.
 */
int netns_expand(struct cleat *c, const struct cleat_params *p, const char *key,
		 struct cleat_targets *out);

/* A descriptor of the namespace that @key names, or -errno after saying why. */
int netns_open(struct cleat *c, const struct cleat_params *p, const char *key);

/*
 * Does @run(@data) inside namespace @fd, in a thread of its own, while the caller waits: nothing has
 * to be found again afterwards. Returns what it returned, or -errno without a diagnostic.
 */
int netns_run(int fd, int (*run)(void *data), void *data);

/* Append "program" for each one attached to the namespace that @key names; reports. */
int netns_query(struct cleat *c, const struct cleat_params *p, const char *key,
		uint32_t attach_type, struct cleat_facts *out);

/* The namespace of a link as fact @key: by its name, 'self', or as 'net:[INODE]'. */
void netns_fact(struct cleat_facts *out, const char *key, uint32_t inode);

/* 'describe' for links of @attach_type. */
int netns_describe(const struct bpf_link_info *info, uint32_t attach_type, const char *key,
		   struct cleat_facts *out);

#endif
