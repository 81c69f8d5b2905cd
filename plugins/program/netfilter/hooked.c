/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooked.c - the BPF programs at a hook of netfilter; see hooked.h.
 *
 * Knows the messages of nfnetlink_hook (5.14, with the ids of programs since 6.4), which a kernel may
 * have as a module or not at all.
 */
#include "hooked.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "common/netlink.h"

/* <linux/netfilter/nfnetlink_hook.h>, which older headers lack or have in part. */
#define SUBSYSTEM 12
#define MESSAGE_GET 0
#define HOOK_NUMBER 1
#define HOOK_PRIORITY 2
#define HOOK_CHAIN 6
#define CHAIN_WHAT 1
#define CHAIN_TYPE 2
#define CHAIN_TYPE_BPF 2
#define BPF_PROGRAM 1

struct listing {
	void (*each)(uint32_t program, int32_t priority, void *user);
	void *user;
};

static uint32_t number(const struct nlattr *a)
{
	return mnl_attr_validate(a, MNL_TYPE_U32) < 0 ? 0 : ntohl(mnl_attr_get_u32(a));
}

/* The attribute of @nest with this number, or NULL. */
static const struct nlattr *inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

/* The id of the program, or 0: another kind of hook. */
static uint32_t program_of(const struct nlattr *chain)
{
	const struct nlattr *type = inside(chain, CHAIN_TYPE), *what = inside(chain, CHAIN_WHAT);
	const struct nlattr *id;

	if (!type || !what || number(type) != CHAIN_TYPE_BPF)
		return 0;
	id = inside(what, BPF_PROGRAM);
	return id ? number(id) : 0;
}

static void read_hook(const struct nlmsghdr *h, void *user)
{
	const struct listing *l = user;
	uint32_t program = 0, priority = 0;
	const struct nlattr *a;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(struct nfgenmsg))
		return;
	mnl_attr_for_each(a, h, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(a) == HOOK_PRIORITY)
			priority = number(a);
		else if (mnl_attr_get_type(a) == HOOK_CHAIN)
			program = program_of(a);
	}
	if (program)
		l->each(program, (int32_t)priority, l->user);
}

static int list(struct netlink *nl, uint32_t family, uint32_t hook, struct listing *l)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = netlink_begin(request, SUBSYSTEM << 8 | MESSAGE_GET, NLM_F_DUMP);
	struct nfgenmsg *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));

	g->nfgen_family = (uint8_t)family;
	g->version = NFNETLINK_V0;
	mnl_attr_put_u32(h, HOOK_NUMBER, htonl(hook));
	return netlink_talk(nl, h, read_hook, l);
}

int hooked_programs(uint32_t family, uint32_t hook,
		    void (*each)(uint32_t program, int32_t priority, void *user), void *user)
{
	struct listing l = { .each = each, .user = user };
	struct netlink nl;
	int err = netlink_open_to(&nl, NETLINK_NETFILTER);

	if (!err)
		err = list(&nl, family, hook, &l);
	netlink_close(&nl);
	switch (err) {
	case -EINVAL: /* no such subsystem */
	case -EPROTONOSUPPORT: /* none at all */
	case -EPERM:
		return -EOPNOTSUPP;
	case -EAFNOSUPPORT: /* and nothing can be there */
		return 0;
	}
	return err;
}
