/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sched_act.c - programs that are actions of traffic control: for filters of others to refer to, or
 * for all packets of an interface.
 *
 * Knows the keys and what a kernel says to them; the netlink messages are action.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "action.h"
#include "common/clsact.h"
#include "common/ifaces.h"
#include "common/netlink.h"
#include "common/progref.h"

static const struct cleat_section sections[] = {
	{ .pattern = "action", .flags = CLEAT_SECTION_ON_REQUEST },
};

static const struct cleat_key keys[] = {
	{ .name = "index",
	  .type = CLEAT_TYPE_UINT,
	  .help = "number of the action, for filters; the kernel chooses when not given" },
	{ .name = "otherwise",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "pipe|ok|drop|continue",
	  .preset = "pipe",
	  .help = "what is done with a packet of which the program says nothing (-1)" },
	{ .name = "interface",
	  .flags = CLEAT_KEY_REPEAT | CLEAT_KEY_INTERFACE,
	  .help = "run it for all packets of this interface; * and ? match several" },
	{ .name = "direction",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "ingress|egress",
	  .help = "with interface: packets that come in, or that go out" },
	{ .name = "priority",
	  .type = CLEAT_TYPE_UINT,
	  .help = "with interface: 1 to 65535, lower runs earlier; the kernel chooses" },
};

static int verdict(const char *word)
{
	return strcmp(word, "ok") == 0         ? TC_ACT_OK
	       : strcmp(word, "drop") == 0     ? TC_ACT_SHOT
	       : strcmp(word, "continue") == 0 ? TC_ACT_UNSPEC
					       : TC_ACT_PIPE;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	static const char *const of_filters[] = { "direction", "priority" };
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; !cleat_param(p, "interface") && i < 2; i++)
		if (cleat_param_given(p, of_filters[i]))
			return cleat_param_error(c, p, of_filters[i], EINVAL,
						 "'%s' goes with 'interface'", of_filters[i]);
	if (cleat_param(p, "interface") && !cleat_param(p, "direction")) {
		cleat_param_error(c, p, "interface", EINVAL, "in which direction?");
		cleat_hint(c, "write 'direction = ingress' or 'egress'");
		return -EINVAL;
	}
	if (cleat_param_given(p, "priority") &&
	    (!cleat_param_uint(p, "priority") || cleat_param_uint(p, "priority") > UINT16_MAX))
		return cleat_param_error(c, p, "priority", ERANGE, "priority is 1 to 65535");
	if (cleat_param_given(p, "index") &&
	    (!cleat_param_uint(p, "index") || cleat_param_uint(p, "index") > INT32_MAX))
		return cleat_param_error(c, p, "index", ERANGE, "index is 1 to 2147483647");
	return 0;
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	if (!cleat_param(p, "interface"))
		return 0;
	return ifaces_expand(cleat_program_context(prog), p, "interface", out);
}

/* ---- attaching ------------------------------------------------------------------------------- */

struct placed {
	struct match_all filter; /* without an interface: the action alone */
	bool made_clsact;
};

static int remove_placed(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	const struct match_all *m = &placed->filter;
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err && m->ifindex) {
		err = match_all_remove(&nl, m);
		if (!err && placed->made_clsact)
			err = clsact_remove_if_empty(&nl, m->ifindex);
	} else if (!err) {
		err = action_remove(&nl, &m->action);
		if (err == -EPERM)
			cleat_error(c, err, "action %u stays: a filter uses it", m->action.index);
	}
	netlink_close(&nl);
	return err == -ENODEV || err == -ENOENT ? 0 : err;
}

static int report(struct cleat *c, const struct cleat_params *p, struct netlink *nl,
		  const struct placed *placed, int err)
{
	uint32_t index = placed->filter.action.index;

	if (err == -EEXIST && index && !placed->filter.ifindex)
		return cleat_param_error(c, p, "index", err, "there is an action %u already",
					 index);
	if (err == -EEXIST)
		return cleat_param_error(
			c, p, "priority", err,
			"another filter has this priority, or there is an action %u", index);
	if (err == -EPERM)
		return cleat_error_sys(c, err, "cannot make an action");
	cleat_error(c, err, "cannot make %s: %s",
		    placed->filter.ifindex ? "a filter with this action" : "an action",
		    netlink_why(nl, err));
	if (err == -ENOENT || err == -EOPNOTSUPP)
		cleat_hint(c, "this kernel may be without act_bpf%s",
			   placed->filter.ifindex ? " or cls_matchall" : "");
	return err;
}

static int make(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		struct placed *placed)
{
	const char *name = cleat_program_name(cleat_attach_program(a));
	struct cleat *c = cleat_attach_context(a);
	struct match_all *m = &placed->filter;
	int fd = cleat_attach_fd(a), err, made;

	if (!m->ifindex) {
		err = action_make(nl, &m->action, fd, name);
		return err ? report(c, p, nl, placed, err) : 0;
	}
	made = clsact_make(nl, m->ifindex);
	if (made < 0)
		return cleat_error(c, made, "cannot make a clsact discipline on '%s': %s",
				   cleat_param(p, "interface"), netlink_why(nl, made));
	placed->made_clsact = made;
	err = match_all_add(nl, m, fd, name);
	if (!err)
		return 0;
	report(c, p, nl, placed, err);
	if (made)
		clsact_remove_if_empty(nl, m->ifindex);
	return err;
}

#define PRIORITY "priority %u"
#define MADE_CLSACT ", made clsact"

static int note_placed(struct cleat_attach *a, const struct cleat_params *p,
		       const struct placed *placed)
{
	const struct match_all *m = &placed->filter;
	int err;

	if (m->ifindex)
		err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed),
					"action bpf index %u on %s, %s, priority %u",
					m->action.index, cleat_param(p, "interface"),
					cleat_param(p, "direction"), m->priority);
	else
		err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed),
					"action bpf index %u", m->action.index);
	return err ? err
		   : cleat_attach_stays(a, NULL, PRIORITY "%s", m->priority,
					placed->made_clsact ? MADE_CLSACT : "");
}

/* What the keys say. */
static int read_placed(struct cleat_attach *a, const struct cleat_params *p, struct placed *placed)
{
	struct match_all *m = &placed->filter;

	*placed = (struct placed) {
		.filter = {
			.priority = (uint16_t)cleat_param_uint(p, "priority"),
			.action = {
				.index = (uint32_t)cleat_param_uint(p, "index"),
				.id = progref_id(cleat_attach_fd(a)),
				.otherwise = verdict(cleat_param(p, "otherwise")),
			},
		},
	};
	if (!cleat_param(p, "interface"))
		return 0;
	m->ifindex = ifaces_index(cleat_attach_context(a), p, "interface");
	m->egress = strcmp(cleat_param(p, "direction"), "egress") == 0;
	return m->ifindex < 0 ? m->ifindex : 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct placed placed;
	struct netlink nl;
	int err = read_placed(a, p, &placed);

	if (err)
		return err;
	err = netlink_open(cleat_attach_context(a), &nl);
	if (!err)
		err = make(a, p, &nl, &placed);
	netlink_close(&nl);
	return err ? err : note_placed(a, p, &placed);
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	way->name = cleat_param(p, "interface") ? "filter" : "action";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

static void keep_ours(const struct action *a, void *user)
{
	struct action *ours = user;

	if (a->id == ours->id)
		ours->index = a->index;
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct placed placed;
	struct match_all *m = &placed.filter;
	unsigned int priority = 0;
	struct netlink nl;
	int err = read_placed(a, p, &placed);

	if (err)
		return err;
	if (sscanf(note, PRIORITY, &priority) == 1)
		m->priority = (uint16_t)priority;
	placed.made_clsact = strstr(note, MADE_CLSACT);
	m->action.index = 0;
	err = netlink_open(cleat_attach_context(a), &nl);
	if (!err)
		err = m->ifindex ? match_all_find(&nl, m) : action_list(&nl, keep_ours, &m->action);
	netlink_close(&nl);
	if (err < 0)
		return err;
	return m->action.index ? note_placed(a, p, &placed) : -ENOENT;
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = action_change(&nl, &placed->filter.action, cleat_program_fd(prog),
				    cleat_program_name(prog));
		if (err)
			cleat_error(c, err, "%s: cannot replace the program: %s",
				    cleat_link_what(l), netlink_why(&nl, err));
		else
			placed->filter.action.id = progref_id(cleat_program_fd(prog));
	}
	netlink_close(&nl);
	return err;
}

/* ---- what is there --------------------------------------------------------------------------- */

struct wanted {
	uint32_t index; /* 0: any */
	struct cleat_facts *out;
};

static void action_fact(const struct action *a, void *user)
{
	const struct wanted *w = user;

	if (w->index && a->index != w->index)
		return;
	cleat_facts_number(w->out, "program", a->id);
	cleat_facts_number(w->out, "index", a->index);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	struct wanted w = { .index = (uint32_t)cleat_param_uint(p, "index"), .out = out };
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = action_list(&nl, action_fact, &w);
		if (err)
			cleat_error_sys(c, err, "cannot ask for the actions");
	}
	netlink_close(&nl);
	return err;
}

static const struct cleat_program_plugin sched_act = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "sched_act",
			   "actions of traffic control"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SCHED_ACT,
	.ctx_type = "__sk_buff",
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = replace,
	.query = query,
	.find = find,
	.foresee = foresee,
};
CLEAT_PLUGIN(sched_act)
