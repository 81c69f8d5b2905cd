/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sk_msg.c - programs that see what the sockets of a map send, and let it pass, drop it, or hand it
 * to another socket. How they are attached is common/sockmap.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>

#include "common/sockmap.h"

static const struct cleat_section sections[] = {
	{ .pattern = "sk_msg+",
	  .attach_type = BPF_SK_MSG_VERDICT,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL | CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = { SOCKMAP_KEYS };

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	return sockmap_attach(a, p, BPF_SK_MSG_VERDICT, "sk_msg");
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	return sockmap_find(a, p, BPF_SK_MSG_VERDICT, "sk_msg", note);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return sockmap_query(c, p, BPF_SK_MSG_VERDICT, NULL, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)c;
	(void)size;
	if (info->type != BPF_LINK_TYPE_SOCKMAP || info->sockmap.attach_type != BPF_SK_MSG_VERDICT)
		return -ENOENT;
	sockmap_describe(info, out);
	return 0;
}

static const struct cleat_program_plugin sk_msg = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "sk_msg",
			   "what the sockets of a sockmap send"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SK_MSG,
	.ctx_type = "sk_msg_md",
	.check = sockmap_check,
	.expand = sockmap_expand,
	.attach = attach,
	.replace = sockmap_replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = sockmap_foresee,
};
CLEAT_PLUGIN(sk_msg)
