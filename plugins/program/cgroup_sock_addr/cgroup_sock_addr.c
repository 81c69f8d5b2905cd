/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_sock_addr.c - programs that see, refuse and change addresses that the sockets of a cgroup
 * use.
 *
 * Knows the sections; hooks of cgroups are common/cghook.c's, cgroups common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "common/cghook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "cgroup/bind4", .attach_type = BPF_CGROUP_INET4_BIND },
	{ .pattern = "cgroup/bind6", .attach_type = BPF_CGROUP_INET6_BIND },
	{ .pattern = "cgroup/connect4", .attach_type = BPF_CGROUP_INET4_CONNECT },
	{ .pattern = "cgroup/connect6", .attach_type = BPF_CGROUP_INET6_CONNECT },
	{ .pattern = "cgroup/connect_unix", .attach_type = BPF_CGROUP_UNIX_CONNECT },
	{ .pattern = "cgroup/sendmsg4", .attach_type = BPF_CGROUP_UDP4_SENDMSG },
	{ .pattern = "cgroup/sendmsg6", .attach_type = BPF_CGROUP_UDP6_SENDMSG },
	{ .pattern = "cgroup/sendmsg_unix", .attach_type = BPF_CGROUP_UNIX_SENDMSG },
	{ .pattern = "cgroup/recvmsg4", .attach_type = BPF_CGROUP_UDP4_RECVMSG },
	{ .pattern = "cgroup/recvmsg6", .attach_type = BPF_CGROUP_UDP6_RECVMSG },
	{ .pattern = "cgroup/recvmsg_unix", .attach_type = BPF_CGROUP_UNIX_RECVMSG },
	{ .pattern = "cgroup/getpeername4", .attach_type = BPF_CGROUP_INET4_GETPEERNAME },
	{ .pattern = "cgroup/getpeername6", .attach_type = BPF_CGROUP_INET6_GETPEERNAME },
	{ .pattern = "cgroup/getpeername_unix", .attach_type = BPF_CGROUP_UNIX_GETPEERNAME },
	{ .pattern = "cgroup/getsockname4", .attach_type = BPF_CGROUP_INET4_GETSOCKNAME },
	{ .pattern = "cgroup/getsockname6", .attach_type = BPF_CGROUP_INET6_GETSOCKNAME },
	{ .pattern = "cgroup/getsockname_unix", .attach_type = BPF_CGROUP_UNIX_GETSOCKNAME },
};

static const struct cghook hooks = CGHOOK("cgroup_sock_addr", sections);

static const struct cleat_key keys[] = {
	CGHOOK_KEY("bind4|bind6|connect4|connect6|connect_unix|sendmsg4|sendmsg6|sendmsg_unix|"
		   "recvmsg4|recvmsg6|recvmsg_unix|getpeername4|getpeername6|getpeername_unix|"
		   "getsockname4|getsockname6|getsockname_unix"),
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

static const struct cleat_program_plugin cgroup_sock_addr = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "cgroup_sock_addr",
			   "addresses that the sockets of a cgroup bind, connect and send to"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	.ctx_type = "bpf_sock_addr",
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
CLEAT_PLUGIN(cgroup_sock_addr)
