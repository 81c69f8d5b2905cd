/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tc.c - programs at the traffic control hooks of an interface: tcx links where the kernel has them
 * (6.6), direct-action filters in a clsact discipline where it has not; or filters of a discipline with
 * classes, which they put packets into.
 *
 * Knows both ways and which keys belong to which; the netlink messages are clsact.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clsact.h"
#include "common/ifaces.h"
#include "common/netlink.h"
#include "common/progref.h"

#define MOST 64 /* programs at one tcx hook; the kernel's limit */

static const struct cleat_section sections[] = {
	{ .pattern = "tc" },
	{ .pattern = "classifier" },
	{ .pattern = "tc/ingress",
	  .attach_type = BPF_TCX_INGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "tc/egress",
	  .attach_type = BPF_TCX_EGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "tcx/ingress",
	  .attach_type = BPF_TCX_INGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "tcx/egress",
	  .attach_type = BPF_TCX_EGRESS,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
};

static const struct cleat_key keys[] = {
	{ .name = "interface",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_INTERFACE,
	  .help = "network interface by name or number; * and ? match several" },
	{ .name = "direction",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "ingress|egress",
	  .help = "packets that come in, or that go out; needed where the section does not say" },
	{ .name = "via",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|tcx|clsact",
	  .preset = "auto",
	  .help = "how to attach: a tcx link (6.6), or a filter in a clsact discipline" },
	{ .name = "parent",
	  .help = "a filter of this queueing discipline or class (1: or 1:10), for what goes out" },
	{ .name = "classid",
	  .help = "with parent: class for packets (1:10), as the program decides" },
	{ .name = "direct-action",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes",
	  .help = "with parent: what the program returns is a verdict; no: a class, -1 for 'classid'" },
	{ .name = "priority",
	  .type = CLEAT_TYPE_UINT,
	  .help = "clsact or parent: 1 to 65535, lower runs earlier; the kernel chooses when not given" },
	{ .name = "handle",
	  .type = CLEAT_TYPE_UINT,
	  .help = "clsact or parent: number of the filter; the kernel chooses when not given" },
	ORDER_KEYS,
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* "1:10" as tc(8) writes it: two numbers in hex; *number is 0 when the key is not given. */
static int read_class(struct cleat *c, const struct cleat_params *p, const char *key, uint32_t *number)
{
	const char *text = cleat_param(p, key), *colon = text ? strchr(text, ':') : NULL;
	unsigned long major, minor;
	char *end;

	*number = 0;
	if (!text)
		return 0;
	if (colon && strspn(text, "0123456789abcdefABCDEF") == (size_t)(colon - text) &&
	    strspn(colon + 1, "0123456789abcdefABCDEF") == strlen(colon + 1)) {
		major = strtoul(text, &end, 16);
		minor = strtoul(colon + 1, &end, 16);
		if (major && major < 0xffff && minor <= 0xffff) {
			*number = (uint32_t)(major << 16 | minor);
			return 0;
		}
	}
	cleat_param_error(c, p, key, EINVAL, "'%s' is not MAJOR:MINOR", text);
	cleat_hint(c, "numbers in hex, as in 'tc qdisc' and 'tc class': 1: or 1:10");
	return -EINVAL;
}

/* What the section name says, the key need not. */
static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)text;
	if (!section->attach_type)
		return 0;
	return cleat_param_set(p, "direction",
			       section->attach_type == BPF_TCX_EGRESS ? "egress" : "ingress");
}

static bool is_ordered(const struct cleat_params *p)
{
	return cleat_param_given(p, "before") || cleat_param_given(p, "after") ||
	       cleat_param_given(p, "expected-revision");
}

/* Such a discipline has packets that go out, and no order but its filters'. */
static int check_parent(struct cleat *c, const struct cleat_params *p)
{
	static const char *const with_parent[] = { "classid", "direct-action" };
	const char *via = cleat_param(p, "via"), *direction = cleat_param(p, "direction");
	uint32_t number;
	int err;

	for (size_t i = 0; i < 2 && !cleat_param(p, "parent"); i++)
		if (cleat_param_given(p, with_parent[i]))
			return cleat_param_error(c, p, with_parent[i], EINVAL,
						 "'%s' goes with 'parent'", with_parent[i]);
	if (!cleat_param(p, "parent"))
		return 0;
	err = read_class(c, p, "parent", &number);
	if (!err)
		err = read_class(c, p, "classid", &number);
	if (err)
		return err;
	if (!is(via, "auto"))
		return cleat_param_error(c, p, "via", EINVAL, "'parent' is another place than %s",
					 via);
	if (direction && is(direction, "ingress"))
		return cleat_param_error(c, p, "parent", EINVAL,
					 "what comes in passes no queueing discipline with classes");
	return 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const struct cleat_section *section = cleat_program_section(prog);
	const char *direction = cleat_param(p, "direction"), *via = cleat_param(p, "via");
	const char *of_clsact = cleat_param_given(p, "priority") ? "priority"
				: cleat_param_given(p, "handle") ? "handle"
								 : NULL;
	int err = check_parent(c, p);

	if (err)
		return err;
	if (!direction && !cleat_param(p, "parent")) {
		cleat_param_error(c, p, "interface", EINVAL, "in which direction?");
		cleat_hint(c, "write 'direction = ingress' or 'egress', or SEC(\"tcx/ingress\")");
		return -EINVAL;
	}
	if (section->attach_type && direction &&
	    is(direction, "egress") != (section->attach_type == BPF_TCX_EGRESS))
		return cleat_param_error(c, p, "direction", EINVAL,
					 "direction %s, but the section is '%s'", direction,
					 section->pattern);
	if (of_clsact && is(via, "tcx"))
		return cleat_param_error(c, p, of_clsact, EINVAL,
					 "'%s' is for 'via = clsact': tcx has 'before' and 'after'",
					 of_clsact);
	if (is_ordered(p) && (is(via, "clsact") || of_clsact || cleat_param(p, "parent")))
		return cleat_param_error(c, p, order_key(p), EINVAL,
					 "'%s' is for tcx: filters have 'priority'", order_key(p));
	if (cleat_param_given(p, "priority") &&
	    (!cleat_param_uint(p, "priority") || cleat_param_uint(p, "priority") > UINT16_MAX))
		return cleat_param_error(c, p, "priority", ERANGE, "priority is 1 to 65535");
	if (cleat_param_given(p, "handle") &&
	    (!cleat_param_uint(p, "handle") || cleat_param_uint(p, "handle") > UINT32_MAX))
		return cleat_param_error(c, p, "handle", ERANGE, "handle is 1 to 4294967295");
	return order_check(c, p);
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return ifaces_expand(cleat_program_context(prog), p, "interface", out);
}

/* ---- tcx ------------------------------------------------------------------------------------- */

static uint32_t attach_type(bool egress)
{
	return egress ? BPF_TCX_EGRESS : BPF_TCX_INGRESS;
}

/* A kernel with tcx can say what is there. */
static bool has_tcx(int ifindex, bool egress)
{
	union bpf_attr attr = {
		.query = { .target_ifindex = (uint32_t)ifindex,
			   .attach_type = attach_type(egress) },
	};
	int err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));

	return err == 0 || err == -ENOENT || err == -ENOSPC;
}

static int attach_tcx(struct cleat_attach *a, int ifindex, bool egress, const struct order *order,
		      const char *where)
{
	union bpf_attr attr = { 0 };

	attr.link_create.target_ifindex = (uint32_t)ifindex;
	attr.link_create.attach_type = attach_type(egress);
	attr.link_create.flags = order->flags;
	attr.link_create.tcx.relative_id = order->relative;
	attr.link_create.tcx.expected_revision = order->revision;
	return cleat_attach_link(a, &attr, "tcx on %s", where);
}

static int report_tcx(struct cleat *c, const struct cleat_params *p, int err, const char *where)
{
	if (order_blamed(c, p, err, where))
		return err;
	switch (err) {
	case -EEXIST:
		return cleat_error(c, err, "this very program is attached at %s already", where);
	case -ERANGE:
		return cleat_error(c, err, "there are %d programs at %s already: more cannot be",
				   MOST, where);
	case -EOPNOTSUPP:
		cleat_param_error(c, p, "via", EOPNOTSUPP, "this kernel has no tcx links");
		cleat_hint(c, "'via = clsact' works on any");
		return err;
	default:
		return cleat_error_sys(c, err, "cannot attach to %s", where);
	}
}

/* ---- clsact ---------------------------------------------------------------------------------- */

struct placed {
	struct filter filter;
	bool made_clsact;
};

static int remove_placed(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err)
		err = clsact_remove(&nl, &placed->filter);
	/* with the discipline went its filters */
	if (err == -EINVAL && placed->filter.parent)
		err = 0;
	if (!err && placed->made_clsact)
		err = clsact_remove_if_empty(&nl, placed->filter.ifindex);
	netlink_close(&nl);
	return err == -ENODEV || err == -ENOENT ? 0 : err;
}

static int read_parent(struct cleat *c, const struct cleat_params *p, struct filter *f)
{
	int err = read_class(c, p, "parent", &f->parent);

	return err ? err : read_class(c, p, "classid", &f->classid);
}

#define MADE_CLSACT "made clsact"

static int note_placed(struct cleat_attach *a, const struct placed *placed, const char *where)
{
	const struct filter *f = &placed->filter;
	int err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed),
				    "tc on %s, by %s, priority %u, handle %u", where,
				    f->parent ? "a filter" : "clsact", f->priority, f->handle);

	return err ? err
		   : cleat_attach_stays(a, NULL, "%s", placed->made_clsact ? MADE_CLSACT : "");
}

static int report_clsact(struct cleat *c, const struct cleat_params *p, struct netlink *nl,
			 const struct filter *f, int err, const char *where)
{
	if (err == -EEXIST || (err == -EINVAL && f->priority && !nl->why[0]))
		return cleat_param_error(c, p, "priority", err,
					 "another filter has priority %u at %s already",
					 f->priority, where);
	if (err == -EPERM)
		return cleat_error_sys(c, err, "cannot attach to %s", where);
	return cleat_error(c, err, "cannot attach to %s by %s: %s", where,
			   f->parent ? "a filter" : "clsact", netlink_why(nl, err));
}

static int attach_clsact(struct cleat_attach *a, const struct cleat_params *p, int ifindex,
			 bool egress, const char *where)
{
	struct cleat *c = cleat_attach_context(a);
	struct cleat_program *prog = cleat_attach_program(a);
	struct placed placed = {
		.filter = {
			.ifindex = ifindex,
			.egress = egress,
			.matches = !cleat_param_bool(p, "direct-action"),
			.priority = (uint16_t)cleat_param_uint(p, "priority"),
			.handle = (uint32_t)cleat_param_uint(p, "handle"),
			.id = progref_id(cleat_attach_fd(a)),
		},
	};
	struct netlink nl;
	int err = netlink_open(c, &nl), made = 0;

	if (!err)
		err = read_parent(c, p, &placed.filter);
	if (err)
		goto out;
	if (!placed.filter.parent)
		made = clsact_make(&nl, ifindex);
	if (made < 0) {
		err = report_clsact(c, p, &nl, &placed.filter, made, where);
		goto out;
	}
	placed.made_clsact = made;
	err = clsact_add(&nl, &placed.filter, cleat_attach_fd(a), cleat_program_name(prog));
	if (err) {
		report_clsact(c, p, &nl, &placed.filter, err, where);
		if (made)
			clsact_remove_if_empty(&nl, ifindex);
		goto out;
	}
	err = note_placed(a, &placed, where);
out:
	netlink_close(&nl);
	return err;
}

/* ---- attaching ------------------------------------------------------------------------------- */

static bool goes_out(const struct cleat_params *p)
{
	return cleat_param(p, "parent") || is(cleat_param(p, "direction"), "egress");
}

/* "eth0, ingress" */
static void name_place(const struct cleat_params *p, char *where, size_t size)
{
	const char *parent = cleat_param(p, "parent");

	snprintf(where, size, "%.40s, %s%.12s", cleat_param(p, "interface"),
		 parent ? "parent " : "",
		 parent        ? parent
		 : goes_out(p) ? "egress"
			       : "ingress");
}

/* The keys leave no choice. */
static bool wants_filter(const struct cleat_params *p)
{
	return cleat_param(p, "parent") || is(cleat_param(p, "via"), "clsact") ||
	       cleat_param_given(p, "priority") || cleat_param_given(p, "handle");
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *via = cleat_param(p, "via");
	bool egress = goes_out(p);
	int ifindex = ifaces_index(c, p, "interface"), err;
	struct order order;
	char where[64];

	if (ifindex < 0)
		return ifindex;
	name_place(p, where, sizeof(where));
	if (wants_filter(p))
		return attach_clsact(a, p, ifindex, egress, where);
	err = order_read(c, p, &order);
	if (err)
		return err;
	err = attach_tcx(a, ifindex, egress, &order, where);
	if (err == -EINVAL && !has_tcx(ifindex, egress))
		err = -EOPNOTSUPP;
	if (err == -EOPNOTSUPP && is(via, "auto") && !order.given)
		err = attach_clsact(a, p, ifindex, egress, where);
	else if (err)
		report_tcx(c, p, err, where);
	order_release(&order);
	return err;
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	struct netlink nl;
	int err;

	if (!placed)
		return -EAGAIN; /* a kernel link */
	err = netlink_open(c, &nl);
	if (!err) {
		err = clsact_change(&nl, &placed->filter, cleat_program_fd(prog),
				    cleat_program_name(prog));
		if (err)
			cleat_error(c, err, "%s: cannot replace the program: %s",
				    cleat_link_what(l), netlink_why(&nl, err));
		else
			placed->filter.id = progref_id(cleat_program_fd(prog));
	}
	netlink_close(&nl);
	return err;
}

/* ---- what is there --------------------------------------------------------------------------- */

struct tcx {
	uint32_t programs[MOST], links[MOST];
	uint32_t n;
	uint64_t revision;
};

static int read_tcx(uint32_t ifindex, uint32_t type, struct tcx *tcx)
{
	union bpf_attr attr = {
		.query = {
			.target_ifindex = ifindex,
			.attach_type = type,
			.prog_ids = (uintptr_t)tcx->programs,
			.link_ids = (uintptr_t)tcx->links,
			.count = MOST,
		},
	};
	int err;

	memset(tcx, 0, sizeof(*tcx));
	err = cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	if (err)
		return err;
	tcx->n = attr.query.count < MOST ? attr.query.count : MOST;
	tcx->revision = attr.query.revision;
	return 0;
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	int ifindex = ifaces_index(cleat_program_context(prog), p, "interface");

	if (ifindex < 0)
		return ifindex;
	if (!wants_filter(p) &&
	    (!is(cleat_param(p, "via"), "auto") || is_ordered(p) || has_tcx(ifindex, goes_out(p))))
		return 0;
	way->name = cleat_param(p, "parent") ? "filter" : "clsact filter";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

static void keep_ours(const struct filter *f, void *user)
{
	struct filter *ours = user;

	if (f->id != ours->id || ours->handle)
		return;
	ours->priority = f->priority;
	ours->handle = f->handle;
}

/* By its program: what the kernel chose is not known. */
static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = {
		.filter = {
			.ifindex = ifaces_index(c, p, "interface"),
			.egress = goes_out(p),
			.matches = !cleat_param_bool(p, "direct-action"),
			.id = progref_id(cleat_attach_fd(a)),
		},
		.made_clsact = is(note, MADE_CLSACT),
	};
	struct filter *f = &placed.filter;
	struct netlink nl;
	char where[64];
	int err = f->ifindex < 0 ? f->ifindex : netlink_open(c, &nl);

	if (err)
		return err;
	err = read_parent(c, p, f);
	if (!err)
		err = clsact_list(&nl, f, keep_ours, f);
	netlink_close(&nl);
	if (err || !f->handle)
		return err ? err : -ENOENT;
	name_place(p, where, sizeof(where));
	return note_placed(a, &placed, where);
}

static void filter_fact(const struct filter *f, void *user)
{
	struct cleat_facts *out = user;

	cleat_facts_number(out, "program", f->id);
	if (f->parent) {
		cleat_facts_text(out, "parent", "%x:%.0x", f->parent >> 16, f->parent & 0xffff);
		cleat_facts_bool(out, "direct-action", !f->matches);
	} else {
		cleat_facts_text(out, "direction", f->egress ? "egress" : "ingress");
		cleat_facts_text(out, "via", "clsact");
	}
	if (f->classid)
		cleat_facts_text(out, "classid", "%x:%.0x", f->classid >> 16, f->classid & 0xffff);
	cleat_facts_number(out, "priority", f->priority);
	cleat_facts_number(out, "handle", f->handle);
}

static int query_filters(struct cleat *c, const struct filter *place, struct cleat_facts *out)
{
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = clsact_list(&nl, place, filter_fact, out);
		if (err)
			cleat_error_sys(c, err, "cannot ask for the filters");
	}
	netlink_close(&nl);
	return err;
}

/* tcx runs before clsact. */
static int query_direction(struct cleat *c, int ifindex, bool egress, struct cleat_facts *out)
{
	const struct filter place = { .ifindex = ifindex, .egress = egress };
	struct tcx tcx;

	if (read_tcx((uint32_t)ifindex, attach_type(egress), &tcx))
		tcx.n = 0;
	for (uint32_t i = 0; i < tcx.n; i++) {
		cleat_facts_number(out, "program", tcx.programs[i]);
		cleat_facts_text(out, "direction", egress ? "egress" : "ingress");
		cleat_facts_text(out, "via", "tcx");
		if (tcx.links[i])
			cleat_facts_number(out, "link", tcx.links[i]);
	}
	if (tcx.n)
		cleat_facts_number(out, egress ? "egress-revision" : "ingress-revision",
				   tcx.revision);
	return query_filters(c, &place, out);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	const char *direction = cleat_param(p, "direction");
	int ifindex = ifaces_index(c, p, "interface"), err = 0;
	struct filter place = { .ifindex = ifindex };

	if (ifindex < 0)
		return ifindex;
	if (cleat_param(p, "parent")) {
		err = read_class(c, p, "parent", &place.parent);
		return err ? err : query_filters(c, &place, out);
	}
	if (!direction || is(direction, "ingress"))
		err = query_direction(c, ifindex, false, out);
	if (!err && (!direction || is(direction, "egress")))
		err = query_direction(c, ifindex, true, out);
	return err;
}

/* The interface number may be another namespace's: it is ours when the link is there. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	bool ours = false;
	struct tcx tcx;

	(void)c;
	(void)size;
	if (info->type != BPF_LINK_TYPE_TCX)
		return -ENOENT;
	if (!info->tcx.ifindex) {
		cleat_facts_bool(out, "detached", true);
		return 0;
	}
	if (read_tcx(info->tcx.ifindex, info->tcx.attach_type, &tcx) == 0)
		for (uint32_t i = 0; i < tcx.n; i++)
			ours = ours || tcx.links[i] == info->id;
	ifaces_fact(out, info->tcx.ifindex, ours);
	cleat_facts_text(out, "direction",
			 info->tcx.attach_type == BPF_TCX_EGRESS ? "egress" : "ingress");
	return 0;
}

static const struct cleat_program_plugin tc = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "tc",
			   "packets at the traffic control hooks of an interface"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SCHED_CLS,
	.ctx_type = "__sk_buff",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = foresee,
};
CLEAT_PLUGIN(tc)
