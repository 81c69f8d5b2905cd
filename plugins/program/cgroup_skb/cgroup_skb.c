/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_skb.c - programs that see and drop what the processes of a cgroup send and receive.
 *
 * Knows the two directions; cgroups and the ways of attaching to them are common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/cgroup.h"

static const struct cleat_section sections[] = {
	{ .pattern = "cgroup_skb/ingress",
	  .attach_type = BPF_CGROUP_INET_INGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL | CLEAT_SECTION_HAS_ATTACH_TYPE },
	{ .pattern = "cgroup_skb/egress",
	  .attach_type = BPF_CGROUP_INET_EGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "cgroup/skb" },
};

static const struct cleat_key keys[] = {
	{ .name = "direction",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "ingress|egress",
	  .help = "what is received, or what is sent; needed where the section does not say" },
	CGROUP_KEYS,
};

/* What the section says, or NULL. */
static const char *section_direction(const struct cleat_section *s)
{
	return s->flags & CLEAT_SECTION_HAS_ATTACH_TYPE   ? "ingress"
	       : s->attach_type == BPF_CGROUP_INET_EGRESS ? "egress"
							  : NULL;
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	const char *direction = section_direction(section);

	(void)c;
	(void)text;
	return direction ? cleat_param_set(p, "direction", direction) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const struct cleat_section *section = cleat_program_section(prog);
	const char *direction = cleat_param(p, "direction"), *own = section_direction(section);

	if (!direction) {
		cleat_param_error(c, p, "cgroup", EINVAL, "in which direction?");
		cleat_hint(
			c,
			"write 'direction = ingress' or 'egress', or SEC(\"cgroup_skb/egress\")");
		return -EINVAL;
	}
	if (own && strcmp(direction, own) != 0)
		return cleat_param_error(c, p, "direction", EINVAL,
					 "direction %s, but the section is '%s'", direction,
					 section->pattern);
	return cgroup_check(c, p);
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return cgroup_expand(cleat_program_context(prog), p, out);
}

static uint32_t attach_type(const char *direction)
{
	return strcmp(direction, "egress") == 0 ? BPF_CGROUP_INET_EGRESS : BPF_CGROUP_INET_INGRESS;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const char *direction = cleat_param(p, "direction");
	char what[32];

	snprintf(what, sizeof(what), "cgroup_skb %s", direction);
	return cgroup_attach(a, p, attach_type(direction), what);
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	const char *direction = cleat_param(p, "direction");
	char what[32];

	(void)note;
	snprintf(what, sizeof(what), "cgroup_skb %s", direction);
	return cgroup_find(a, p, attach_type(direction), what);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	static const char *const directions[] = { "ingress", "egress" };
	const char *direction = cleat_param(p, "direction");
	int err = 0;

	for (size_t i = 0; i < 2 && !err; i++)
		if (!direction || strcmp(direction, directions[i]) == 0)
			err = cgroup_query(c, p, attach_type(directions[i]), "direction",
					   directions[i], out);
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)size;
	if (info->type != BPF_LINK_TYPE_CGROUP ||
	    (info->cgroup.attach_type != BPF_CGROUP_INET_INGRESS &&
	     info->cgroup.attach_type != BPF_CGROUP_INET_EGRESS))
		return -ENOENT;
	cgroup_describe(c, info, out);
	cleat_facts_text(out, "direction", "%s",
			 info->cgroup.attach_type == BPF_CGROUP_INET_EGRESS ? "egress" : "ingress");
	return 0;
}

static const struct cleat_program_plugin cgroup_skb = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "cgroup_skb",
			   "packets that the processes of a cgroup send and receive"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_CGROUP_SKB,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = cgroup_replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = cgroup_foresee,
};
CLEAT_PLUGIN(cgroup_skb)
