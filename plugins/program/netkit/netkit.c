/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netkit.c - programs that decide what passes from one end of a netkit device to the other.
 *
 * Knows that both programs are attached at the primary end; interfaces are common/ifaces.c's, the
 * order among several programs is common/progref.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "common/ifaces.h"
#include "common/progref.h"

#define MOST 64 /* programs at one end; the kernel's limit */

static const struct cleat_section sections[] = {
	{ .pattern = "netkit/primary", .attach_type = BPF_NETKIT_PRIMARY },
	{ .pattern = "netkit/peer", .attach_type = BPF_NETKIT_PEER },
};

static const struct cleat_key keys[] = {
	{ .name = "interface",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_INTERFACE,
	  .help = "primary end of a netkit device by name or number; * and ? match several" },
	{ .name = "end",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "primary|peer",
	  .help = "whose packets: what that end sends; the section says it" },
	ORDER_KEYS,
};

static const char *end_of(uint32_t attach_type)
{
	return attach_type == BPF_NETKIT_PEER ? "peer" : "primary";
}

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)text;
	return cleat_param_set(p, "end", end_of(section->attach_type));
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	const struct cleat_section *section = cleat_program_section(prog);
	struct cleat *c = cleat_program_context(prog);
	const char *end = cleat_param(p, "end");

	if (end && strcmp(end, end_of(section->attach_type)) != 0) {
		cleat_param_error(c, p, "end", EINVAL, "end %s, but the section is '%s'", end,
				  section->pattern);
		cleat_hint(c, "write 'section = netkit/%s' in [program %s]", end,
			   cleat_program_name(prog));
		return -EINVAL;
	}
	return order_check(c, p);
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return ifaces_expand(cleat_program_context(prog), p, "interface", out);
}

static int report(struct cleat *c, const struct cleat_params *p, int err, const char *where)
{
	const char *name = cleat_param(p, "interface");

	if (order_blamed(c, p, err, where))
		return err;
	switch (err) {
	case -ENXIO:
		return cleat_param_error(c, p, "interface", err, "'%s' is no netkit device", name);
	case -EACCES:
		cleat_param_error(c, p, "interface", err,
				  "'%s' is the peer end: programs are attached at the primary one",
				  name);
		cleat_hint(c, "SEC(\"netkit/peer\") at the primary end sees what this one sends");
		return err;
	case -EEXIST:
		return cleat_error(c, err, "this very program is attached at %s already", where);
	case -ERANGE:
		return cleat_error(c, err, "there are %d programs at %s already: more cannot be",
				   MOST, where);
	case -EOPNOTSUPP:
	case -EINVAL:
		return cleat_error(c, EOPNOTSUPP, "this kernel has no netkit devices");
	default:
		return cleat_error_sys(c, err, "cannot attach to %s", where);
	}
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	uint32_t type = cleat_program_section(cleat_attach_program(a))->attach_type;
	struct cleat *c = cleat_attach_context(a);
	int ifindex = ifaces_index(c, p, "interface"), err;
	union bpf_attr attr = { 0 };
	struct order order;
	char where[64];

	if (ifindex < 0)
		return ifindex;
	err = order_read(c, p, &order);
	if (err)
		return err;
	snprintf(where, sizeof(where), "%.40s, %s", cleat_param(p, "interface"), end_of(type));
	attr.link_create.target_ifindex = (uint32_t)ifindex;
	attr.link_create.attach_type = type;
	attr.link_create.flags = order.flags;
	attr.link_create.netkit.relative_id = order.relative;
	attr.link_create.netkit.expected_revision = order.revision;
	err = cleat_attach_link(a, &attr, "netkit on %s", where);
	order_release(&order);
	return err ? report(c, p, err, where) : 0;
}

/* ---- what is there --------------------------------------------------------------------------- */

struct there {
	uint32_t programs[MOST], links[MOST];
	uint32_t n;
};

static int read_there(uint32_t ifindex, uint32_t type, struct there *t)
{
	union bpf_attr attr = {
		.query = {
			.target_ifindex = ifindex,
			.attach_type = type,
			.prog_ids = (uintptr_t)t->programs,
			.link_ids = (uintptr_t)t->links,
			.count = MOST,
		},
	};
	int err;

	memset(t, 0, sizeof(*t));
	err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	if (!err)
		t->n = attr.query.count < MOST ? attr.query.count : MOST;
	return err == -ENOENT ? 0 : err;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	static const uint32_t types[] = { BPF_NETKIT_PRIMARY, BPF_NETKIT_PEER };
	const char *end = cleat_param(p, "end");
	int ifindex = ifaces_index(c, p, "interface"), err = 0;
	struct there there;

	if (ifindex < 0)
		return ifindex;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !err; i++) {
		if (end && strcmp(end, end_of(types[i])) != 0)
			continue;
		err = read_there((uint32_t)ifindex, types[i], &there);
		for (uint32_t k = 0; k < there.n && !err; k++) {
			cleat_facts_number(out, "program", there.programs[k]);
			cleat_facts_text(out, "end", "%s", end_of(types[i]));
			if (there.links[k])
				cleat_facts_number(out, "link", there.links[k]);
		}
	}
	return err ? report(c, p, err, cleat_param(p, "interface")) : 0;
}

static bool is_there(uint32_t ifindex, const struct bpf_link_info *info)
{
	struct there there;

	if (read_there(ifindex, info->netkit.attach_type, &there))
		return false;
	for (uint32_t i = 0; i < there.n; i++)
		if (there.links[i] == info->id)
			return true;
	return false;
}

/*
 * The kernel tells the number of the end whose packets are seen, which may be in another namespace
 * and says nothing here; the primary end that it was attached at knows the link.
 */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct if_nameindex *all, *i;

	(void)c;
	(void)size;
	if (info->type != BPF_LINK_TYPE_NETKIT)
		return -ENOENT;
	if (!info->netkit.ifindex) {
		cleat_facts_bool(out, "detached", true);
		return 0;
	}
	all = if_nameindex();
	for (i = all; i && i->if_index; i++)
		if (is_there(i->if_index, info))
			break;
	if (i && i->if_index)
		ifaces_fact(out, i->if_index, true);
	else
		ifaces_fact(out, info->netkit.ifindex, false);
	if (all)
		if_freenameindex(all);
	cleat_facts_text(out, "end", "%s", end_of(info->netkit.attach_type));
	return 0;
}

static const struct cleat_program_plugin netkit = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "netkit",
			   "packets between the two ends of a netkit device"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SCHED_CLS,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(netkit)
