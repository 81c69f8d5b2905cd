/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * action.c - BPF actions of traffic control by route netlink; see action.h.
 */
#include "action.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_bpf.h>
#include <string.h>

#define HANDLE 1 /* there is one such filter of a priority */

static uint32_t parent_of(bool egress)
{
	return TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* The first of a list of actions, in an attribute of @type. @prog_fd -1: only its kind and index. */
static void put_action(struct nlmsghdr *h, uint16_t type, const struct action *a, int prog_fd,
		       const char *name)
{
	struct tc_act_bpf parms = { .index = a->index, .action = a->otherwise };
	struct nlattr *list = mnl_attr_nest_start(h, type);
	struct nlattr *first = mnl_attr_nest_start(h, 1), *options;

	mnl_attr_put_strz(h, TCA_ACT_KIND, "bpf");
	if (prog_fd < 0 && a->index)
		mnl_attr_put_u32(h, TCA_ACT_INDEX, a->index);
	if (prog_fd >= 0) {
		options = mnl_attr_nest_start(h, TCA_ACT_OPTIONS);
		mnl_attr_put(h, TCA_ACT_BPF_PARMS, sizeof(parms), &parms);
		mnl_attr_put_u32(h, TCA_ACT_BPF_FD, (uint32_t)prog_fd);
		mnl_attr_put_strz(h, TCA_ACT_BPF_NAME, name);
		mnl_attr_nest_end(h, options);
	}
	mnl_attr_nest_end(h, first);
	mnl_attr_nest_end(h, list);
}

static struct nlmsghdr *begin_action(void *request, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *h = netlink_begin(request, type, flags);
	struct tcamsg *tca = mnl_nlmsg_put_extra_header(h, sizeof(*tca));

	tca->tca_family = AF_UNSPEC;
	return h;
}

static struct nlmsghdr *begin_filter(void *request, uint16_t type, uint16_t flags,
				     const struct match_all *m)
{
	struct nlmsghdr *h = netlink_begin(request, type, flags);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(h, sizeof(*tc));

	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = m->ifindex;
	tc->tcm_parent = parent_of(m->egress);
	tc->tcm_handle = HANDLE;
	tc->tcm_info = TC_H_MAKE((uint32_t)m->priority << 16, htons(ETH_P_ALL));
	mnl_attr_put_strz(h, TCA_KIND, "matchall");
	return h;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_kind(const struct nlattr *a, const char *kind)
{
	return strncmp(mnl_attr_get_str(a), kind, mnl_attr_get_payload_len(a)) == 0;
}

static void read_options(const struct nlattr *options, struct action *out)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, options)
	{
		const struct tc_act_bpf *parms = mnl_attr_get_payload(a);

		if (mnl_attr_get_type(a) == TCA_ACT_BPF_PARMS &&
		    mnl_attr_get_payload_len(a) >= sizeof(*parms)) {
			out->index = parms->index;
			out->otherwise = parms->action;
		} else if (mnl_attr_get_type(a) == TCA_ACT_BPF_ID &&
			   mnl_attr_validate(a, MNL_TYPE_U32) >= 0) {
			out->id = mnl_attr_get_u32(a);
		}
	}
}

/* Each BPF action of a list. */
static void read_list(const struct nlattr *list, void (*each)(const struct action *a, void *user),
		      void *user)
{
	const struct nlattr *entry, *a;

	mnl_attr_for_each_nested(entry, list)
	{
		struct action action = { 0 };
		bool bpf = false;

		mnl_attr_for_each_nested(a, entry)
		{
			if (mnl_attr_get_type(a) == TCA_ACT_KIND)
				bpf = is_kind(a, "bpf");
			else if ((mnl_attr_get_type(a) & NLA_TYPE_MASK) == TCA_ACT_OPTIONS && bpf)
				read_options(a, &action);
		}
		if (bpf && action.index)
			each(&action, user);
	}
}

struct listing {
	void (*each)(const struct action *a, void *user);
	void *user;
};

static void read_actions(const struct nlmsghdr *h, void *user)
{
	const struct listing *l = user;
	const struct nlattr *a;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(struct tcamsg))
		return;
	mnl_attr_for_each(a, h, sizeof(struct tcamsg))
	{
		if (mnl_attr_get_type(a) == TCA_ACT_TAB)
			read_list(a, l->each, l->user);
	}
}

/* ---- actions --------------------------------------------------------------------------------- */

static void learn_index(const struct action *a, void *user)
{
	struct action *mine = user;

	mine->index = a->index;
}

int action_make(struct netlink *nl, struct action *a, int prog_fd, const char *name)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h =
		begin_action(request, RTM_NEWACTION, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO);
	struct listing l = { .each = learn_index, .user = a };

	put_action(h, TCA_ACT_TAB, a, prog_fd, name);
	return netlink_talk(nl, h, read_actions, &l);
}

int action_change(struct netlink *nl, const struct action *a, int prog_fd, const char *name)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin_action(request, RTM_NEWACTION, NLM_F_REPLACE);

	put_action(h, TCA_ACT_TAB, a, prog_fd, name);
	return netlink_talk(nl, h, NULL, NULL);
}

int action_list(struct netlink *nl, void (*each)(const struct action *a, void *user), void *user)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin_action(request, RTM_GETACTION, NLM_F_DUMP);
	struct listing l = { .each = each, .user = user };
	struct action any = { 0 };

	put_action(h, TCA_ACT_TAB, &any, -1, NULL);
	return netlink_talk(nl, h, read_actions, &l);
}

struct search {
	const struct action *wanted;
	bool found;
};

static void match(const struct action *a, void *user)
{
	struct search *s = user;

	if (a->index == s->wanted->index && a->id == s->wanted->id)
		s->found = true;
}

int action_remove(struct netlink *nl, const struct action *a)
{
	char request[NETLINK_REQUEST];
	struct search s = { .wanted = a };
	struct nlmsghdr *h;
	int err = action_list(nl, match, &s);

	if (err || !s.found)
		return err;
	h = begin_action(request, RTM_DELACTION, 0);
	put_action(h, TCA_ACT_TAB, a, -1, NULL);
	err = netlink_talk(nl, h, NULL, NULL);
	return err == -ENOENT ? 0 : err;
}

/* ---- filters --------------------------------------------------------------------------------- */

/* Of a filter: the options' action, handed to @each. */
static void read_filter(const struct nlmsghdr *h, void (*each)(const struct action *a, void *user),
			void *user)
{
	const struct nlattr *a, *b;
	bool match_all = false;

	mnl_attr_for_each(a, h, sizeof(struct tcmsg))
	{
		if (mnl_attr_get_type(a) == TCA_KIND)
			match_all = is_kind(a, "matchall");
		if (mnl_attr_get_type(a) != TCA_OPTIONS || !match_all)
			continue;
		mnl_attr_for_each_nested(b, a)
		{
			if (mnl_attr_get_type(b) == TCA_MATCHALL_ACT)
				read_list(b, each, user);
		}
	}
}

/* The echo says no more than the priority. */
static void read_echo(const struct nlmsghdr *h, void *user)
{
	struct match_all *m = user;
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type == RTM_NEWTFILTER && mnl_nlmsg_get_payload_len(h) >= sizeof(*tc))
		m->priority = (uint16_t)(TC_H_MAJ(tc->tcm_info) >> 16);
}

struct filter_listing {
	const struct match_all *wanted;
	struct listing actions;
};

/* Each priority is there once without a handle: the chain, not a filter. */
static void read_wanted(const struct nlmsghdr *h, void *user)
{
	struct filter_listing *l = user;
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type == RTM_NEWTFILTER && mnl_nlmsg_get_payload_len(h) >= sizeof(*tc) &&
	    tc->tcm_handle == HANDLE &&
	    (uint16_t)(TC_H_MAJ(tc->tcm_info) >> 16) == l->wanted->priority)
		read_filter(h, l->actions.each, l->actions.user);
}

/* The actions of the filter with this priority. */
static int match_all_read(struct netlink *nl, const struct match_all *m,
			  void (*each)(const struct action *a, void *user), void *user)
{
	char request[NETLINK_REQUEST];
	struct filter_listing l = { .wanted = m, .actions = { .each = each, .user = user } };
	struct nlmsghdr *h = netlink_begin(request, RTM_GETTFILTER, NLM_F_DUMP);
	struct tcmsg *tc = mnl_nlmsg_put_extra_header(h, sizeof(*tc));
	int err;

	tc->tcm_family = AF_UNSPEC;
	tc->tcm_ifindex = m->ifindex;
	tc->tcm_parent = parent_of(m->egress);
	err = netlink_talk(nl, h, read_wanted, &l);
	/* No such discipline: nothing in it. */
	return err == -EINVAL || err == -ENOENT ? 0 : err;
}

int match_all_add(struct netlink *nl, struct match_all *m, int prog_fd, const char *name)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h =
		begin_filter(request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, m);
	struct nlattr *options = mnl_attr_nest_start(h, TCA_OPTIONS);
	int err;

	put_action(h, TCA_MATCHALL_ACT, &m->action, prog_fd, name);
	mnl_attr_nest_end(h, options);
	err = netlink_talk(nl, h, read_echo, m);
	if (!err)
		match_all_read(nl, m, learn_index, &m->action);
	return err;
}

static void keep_index(const struct action *a, void *user)
{
	struct action *mine = user;

	if (a->id == mine->id)
		*mine = *a;
}

int match_all_find(struct netlink *nl, struct match_all *m)
{
	int err;

	m->action.index = 0;
	err = match_all_read(nl, m, keep_index, &m->action);
	return err ? err : m->action.index != 0;
}

int match_all_remove(struct netlink *nl, const struct match_all *m)
{
	char request[NETLINK_REQUEST];
	struct search s = { .wanted = &m->action };
	int err = match_all_read(nl, m, match, &s);

	if (err || !s.found)
		return err;
	return netlink_talk(nl, begin_filter(request, RTM_DELTFILTER, 0, m), NULL, NULL);
}
