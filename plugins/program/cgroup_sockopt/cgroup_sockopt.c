/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_sockopt.c - programs that see, refuse and change socket options in a cgroup.
 *
 * Knows the sections; hooks of cgroups are common/cghook.c's, cgroups common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "common/cghook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "cgroup/getsockopt", .attach_type = BPF_CGROUP_GETSOCKOPT },
	{ .pattern = "cgroup/setsockopt", .attach_type = BPF_CGROUP_SETSOCKOPT },
};

static const struct cghook hooks = CGHOOK("cgroup_sockopt", sections);

static const struct cleat_key keys[] = {
	CGHOOK_KEY("getsockopt|setsockopt"),
	CGROUP_KEYS,
};

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)text;
	return cghook_parse(&hooks, p, section);
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	return cghook_check(&hooks, prog, p);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	return cghook_attach(&hooks, a, p);
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	(void)note;
	return cghook_find(&hooks, a, p);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return cghook_query(&hooks, c, p, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)size;
	return cghook_describe(&hooks, c, info, out);
}

static const struct cleat_program_plugin cgroup_sockopt = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "cgroup_sockopt",
			   "socket options that the processes of a cgroup get and set"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_CGROUP_SOCKOPT,
	.ctx_type = "bpf_sockopt",
	.parse_target = parse_target,
	.check = check,
	.expand = cghook_expand,
	.attach = attach,
	.replace = cgroup_replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = cgroup_foresee,
};
CLEAT_PLUGIN(cgroup_sockopt)
