/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sk_lookup.c - programs that choose the socket for a new connection or a datagram.
 *
 * Knows the kernel's refusals; namespaces are common/netns.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <unistd.h>

#include "common/netns.h"

static const struct cleat_section sections[] = {
	{ .pattern = "sk_lookup+",
	  .attach_type = BPF_SK_LOOKUP,
	  .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	{ .name = "netns", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT, .help = NETNS_HELP },
};

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return netns_expand(cleat_program_context(prog), p, "netns", out);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = cleat_param(p, "netns");
	union bpf_attr attr = { 0 };
	int fd = netns_open(c, p, "netns"), err;

	if (fd < 0)
		return fd;
	attr.link_create.target_fd = (uint32_t)fd;
	attr.link_create.attach_type = BPF_SK_LOOKUP;
	err = cleat_attach_link(a, &attr, "sk_lookup in namespace %s", name);
	close(fd);
	if (!err)
		return 0;
	if (err == -E2BIG)
		return cleat_error(c, err, "namespace '%s' has 64 such programs: more cannot be",
				   name);
	cleat_error_sys(c, err, "cannot attach to namespace '%s'", name);
	if (err == -EINVAL)
		cleat_hint(c, "needs kernel 5.9");
	return err;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return netns_query(c, p, "netns", BPF_SK_LOOKUP, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)c;
	(void)size;
	return netns_describe(info, BPF_SK_LOOKUP, "netns", out);
}

static const struct cleat_program_plugin sk_lookup = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "sk_lookup",
			   "the socket for a new connection or a datagram"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SK_LOOKUP,
	.ctx_type = "bpf_sk_lookup",
	.expand = expand,
	.attach = attach,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(sk_lookup)
