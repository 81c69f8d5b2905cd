/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * clsact.c - BPF classifiers in queueing disciplines; see clsact.h.
 */
#include "common/clsact.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

static uint32_t parent_of(bool egress)
{
	return TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

static uint32_t place_of(const struct filter *f)
{
	return f->parent ? f->parent : parent_of(f->egress);
}

static struct nlmsghdr *begin(void *request, uint16_t type, uint16_t flags, int ifindex,
			      struct tcmsg **tc)
{
	struct nlmsghdr *h = netlink_begin(request, type, flags);

	*tc = mnl_nlmsg_put_extra_header(h, sizeof(**tc));
	(*tc)->tcm_family = AF_UNSPEC;
	(*tc)->tcm_ifindex = ifindex;
	return h;
}

static struct nlmsghdr *begin_qdisc(void *request, uint16_t type, uint16_t flags, int ifindex)
{
	struct tcmsg *tc;
	struct nlmsghdr *h = begin(request, type, flags, ifindex, &tc);

	tc->tcm_parent = TC_H_CLSACT;
	tc->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	mnl_attr_put_strz(h, TCA_KIND, "clsact");
	return h;
}

static struct nlmsghdr *begin_filter(void *request, uint16_t type, uint16_t flags,
				     const struct filter *f)
{
	struct tcmsg *tc;
	struct nlmsghdr *h = begin(request, type, flags, f->ifindex, &tc);

	tc->tcm_parent = place_of(f);
	tc->tcm_handle = f->handle;
	tc->tcm_info = TC_H_MAKE((uint32_t)f->priority << 16, htons(ETH_P_ALL));
	mnl_attr_put_strz(h, TCA_KIND, "bpf");
	return h;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct listing {
	int ifindex;
	uint32_t parent;
	bool any_kind; /* count filters that are not BPF, too */
	size_t n;
	void (*each)(const struct filter *f, void *user);
	void *user;
};

static void read_options(const struct nlattr *options, struct filter *f)
{
	const struct nlattr *a;

	f->matches = true;
	mnl_attr_for_each_nested(a, options)
	{
		if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
			continue;
		if (mnl_attr_get_type(a) == TCA_BPF_ID)
			f->id = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == TCA_BPF_CLASSID)
			f->classid = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == TCA_BPF_FLAGS)
			f->matches = !(mnl_attr_get_u32(a) & TCA_BPF_FLAG_ACT_DIRECT);
	}
}

static void read_filter(const struct nlmsghdr *h, void *user)
{
	struct listing *l = user;
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);
	struct filter f = { .ifindex = l->ifindex };
	const struct nlattr *a;
	bool bpf = false;

	/* Each priority is there once without a handle: the chain, not a filter. */
	if (h->nlmsg_type != RTM_NEWTFILTER || mnl_nlmsg_get_payload_len(h) < sizeof(*tc) ||
	    !tc->tcm_handle)
		return;
	if (tc->tcm_parent == parent_of(true))
		f.egress = true;
	else if (tc->tcm_parent != parent_of(false))
		f.parent = tc->tcm_parent;
	f.handle = tc->tcm_handle;
	f.priority = (uint16_t)(TC_H_MAJ(tc->tcm_info) >> 16);
	mnl_attr_for_each(a, h, sizeof(*tc))
	{
		if (mnl_attr_get_type(a) == TCA_KIND)
			bpf = strncmp(mnl_attr_get_str(a), "bpf", mnl_attr_get_payload_len(a)) == 0;
		else if (mnl_attr_get_type(a) == TCA_OPTIONS)
			read_options(a, &f);
	}
	if (!bpf && !l->any_kind)
		return;
	l->n++;
	if (l->each)
		l->each(&f, l->user);
}

static int list(struct netlink *nl, struct listing *l)
{
	char request[NETLINK_REQUEST];
	struct tcmsg *tc;
	struct nlmsghdr *h = begin(request, RTM_GETTFILTER, NLM_F_DUMP, l->ifindex, &tc);
	int err;

	tc->tcm_parent = l->parent;
	err = netlink_talk(nl, h, read_filter, l);
	/* No such discipline: nothing in it. */
	return err == -EINVAL || err == -ENOENT ? 0 : err;
}

int clsact_list(struct netlink *nl, const struct filter *place,
		void (*each)(const struct filter *f, void *user), void *user)
{
	struct listing l = {
		.ifindex = place->ifindex, .parent = place_of(place), .each = each, .user = user
	};

	return list(nl, &l);
}

/* ---- the discipline -------------------------------------------------------------------------- */

int clsact_make(struct netlink *nl, int ifindex)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin_qdisc(request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, ifindex);
	int err = netlink_talk(nl, h, NULL, NULL);

	return err == -EEXIST ? 0 : err ? err : 1;
}

int clsact_remove_if_empty(struct netlink *nl, int ifindex)
{
	char request[NETLINK_REQUEST];

	for (int egress = 0; egress <= 1; egress++) {
		struct listing l = { .ifindex = ifindex,
				     .parent = parent_of(egress),
				     .any_kind = true };
		int err = list(nl, &l);

		if (err || l.n)
			return err;
	}
	return netlink_talk(nl, begin_qdisc(request, RTM_DELQDISC, 0, ifindex), NULL, NULL);
}

/* ---- filters --------------------------------------------------------------------------------- */

struct echo {
	struct filter *f;
};

static void read_echo(const struct nlmsghdr *h, void *user)
{
	struct echo *echo = user;
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);

	if (h->nlmsg_type != RTM_NEWTFILTER || mnl_nlmsg_get_payload_len(h) < sizeof(*tc))
		return;
	echo->f->handle = tc->tcm_handle;
	echo->f->priority = (uint16_t)(TC_H_MAJ(tc->tcm_info) >> 16);
}

static void put_program(struct nlmsghdr *h, const struct filter *f, int prog_fd, const char *name)
{
	struct nlattr *nest = mnl_attr_nest_start(h, TCA_OPTIONS);

	mnl_attr_put_u32(h, TCA_BPF_FD, (uint32_t)prog_fd);
	mnl_attr_put_strz(h, TCA_BPF_NAME, name);
	if (f->classid)
		mnl_attr_put_u32(h, TCA_BPF_CLASSID, f->classid);
	if (!f->matches)
		mnl_attr_put_u32(h, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	mnl_attr_nest_end(h, nest);
}

int clsact_add(struct netlink *nl, struct filter *f, int prog_fd, const char *name)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h =
		begin_filter(request, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, f);
	struct echo echo = { .f = f };

	put_program(h, f, prog_fd, name);
	return netlink_talk(nl, h, read_echo, &echo);
}

int clsact_change(struct netlink *nl, const struct filter *f, int prog_fd, const char *name)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin_filter(request, RTM_NEWTFILTER, 0, f);

	put_program(h, f, prog_fd, name);
	return netlink_talk(nl, h, NULL, NULL);
}

struct search {
	const struct filter *wanted;
	bool found;
};

static void match(const struct filter *f, void *user)
{
	struct search *s = user;

	if (f->handle == s->wanted->handle && f->priority == s->wanted->priority &&
	    f->id == s->wanted->id)
		s->found = true;
}

int clsact_remove(struct netlink *nl, const struct filter *f)
{
	char request[NETLINK_REQUEST];
	struct search s = { .wanted = f };
	int err = clsact_list(nl, f, match, &s);

	if (err || !s.found)
		return err;
	return netlink_talk(nl, begin_filter(request, RTM_DELTFILTER, 0, f), NULL, NULL);
}
