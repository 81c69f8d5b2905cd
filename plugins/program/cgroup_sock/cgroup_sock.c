/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_sock.c - programs that allow or refuse sockets to the processes of a cgroup.
 *
 * Knows the sections; hooks of cgroups are common/cghook.c's, cgroups common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "common/cghook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "cgroup/sock_create", .attach_type = BPF_CGROUP_INET_SOCK_CREATE },
	{ .pattern = "cgroup/sock_release", .attach_type = BPF_CGROUP_INET_SOCK_RELEASE },
	{ .pattern = "cgroup/sock",
	  .attach_type = BPF_CGROUP_INET_SOCK_CREATE,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "cgroup/post_bind4", .attach_type = BPF_CGROUP_INET4_POST_BIND },
	{ .pattern = "cgroup/post_bind6", .attach_type = BPF_CGROUP_INET6_POST_BIND },
};

static const struct cghook hooks = CGHOOK("cgroup_sock", sections);

static const struct cleat_key keys[] = {
	CGHOOK_KEY("sock_create|sock_release|post_bind4|post_bind6"),
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

static const struct cleat_program_plugin cgroup_sock = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "cgroup_sock",
			   "sockets that the processes of a cgroup make, bind and release"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_CGROUP_SOCK,
	.ctx_type = "bpf_sock",
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
CLEAT_PLUGIN(cgroup_sock)
