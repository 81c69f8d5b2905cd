/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * route.c - routes that carry an encapsulation; see route.h.
 */
#include "common/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "common/ifaces.h"
#include "common/targets.h"

#define V6_METRIC 1024 /* what the kernel makes of 0 */

static size_t address_size(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

static int read_destination(struct cleat *c, const struct cleat_params *p, const char *text,
			    struct route *r)
{
	const char *slash = strchr(text, '/');
	char address[64];
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long length;
	char *end;

	if (n >= sizeof(address))
		goto bad;
	memcpy(address, text, n);
	address[n] = '\0';
	r->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(r->family, address, r->destination) != 1)
		goto bad;
	length = address_size(r->family) * 8;
	if (slash) {
		unsigned long most = length;

		length = strtoul(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || *end || length > most)
			goto bad;
	}
	r->length = (uint8_t)length;
	for (size_t bit = length; bit < address_size(r->family) * 8; bit++)
		if (r->destination[bit / 8] & (0x80 >> bit % 8))
			return cleat_param_error(c, p, "route", EINVAL,
						 "'%s' has bits behind its length", text);
	return 0;
bad:
	return cleat_param_error(c, p, "route", EINVAL, "'%s' is not ADDRESS[/LENGTH]", text);
}

static int read_table(struct cleat *c, const struct cleat_params *p, struct route *r)
{
	static const struct {
		const char *name;
		uint32_t number;
	} names[] = { { "main", RT_TABLE_MAIN },
		      { "local", RT_TABLE_LOCAL },
		      { "default", RT_TABLE_DEFAULT } };
	const char *text = cleat_param(p, "table");
	unsigned long n;
	char *end;

	r->table = r->type == RTN_LOCAL ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
	if (!text)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i].name) == 0) {
			r->table = names[i].number;
			return 0;
		}
	}
	n = strtoul(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || !n || n > UINT32_MAX)
		return cleat_param_error(c, p, "table", EINVAL,
					 "'%s' is no table: a number, main, local or default",
					 text);
	r->table = (uint32_t)n;
	return 0;
}

/* All but the interface, for the route @text. */
static int read_keys(struct cleat *c, const struct cleat_params *p, const char *text,
		     struct route *r)
{
	const char *gateway = cleat_param(p, "gateway");
	int err;

	memset(r, 0, sizeof(*r));
	err = read_destination(c, p, text, r);
	if (err)
		return err;
	r->type = strcmp(cleat_param(p, "type"), "local") == 0 ? RTN_LOCAL : RTN_UNICAST;
	if (cleat_param_uint(p, "metric") > UINT32_MAX)
		return cleat_param_error(c, p, "metric", ERANGE, "metric is 0 to 4294967295");
	r->metric = (uint32_t)cleat_param_uint(p, "metric");
	if (gateway) {
		r->has_gateway = true;
		if (inet_pton(r->family, gateway, r->gateway) != 1)
			return cleat_param_error(c, p, "gateway", EINVAL,
						 "'%s' is no IPv%c address", gateway,
						 r->family == AF_INET6 ? '6' : '4');
	}
	return read_table(c, p, r);
}

int route_check(struct cleat *c, const struct cleat_params *p)
{
	struct route r;
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "route") && !err; i++)
		err = read_keys(c, p, cleat_param_nth(p, "route", i), &r);
	if (!err && !cleat_param(p, "device") && !cleat_param(p, "gateway"))
		return cleat_param_error(c, p, "route", EINVAL,
					 "where to? 'device' or 'gateway' is missing");
	return err;
}

int route_expand(struct cleat_program *prog, const struct cleat_params *p,
		 struct cleat_targets *out)
{
	return targets_each(cleat_program_context(prog), p, "route", out);
}

int route_read(struct cleat *c, const struct cleat_params *p, struct route *r)
{
	int err = read_keys(c, p, cleat_param(p, "route"), r), ifindex;

	if (err || !cleat_param(p, "device"))
		return err;
	ifindex = ifaces_index(c, p, "device");
	if (ifindex < 0)
		return ifindex;
	r->ifindex = (uint32_t)ifindex;
	return 0;
}

/* ---- messages ----------------------------------------------------------------------------------- */

static struct nlmsghdr *begin(void *request, uint16_t type, uint16_t flags, const struct route *r,
			      struct rtmsg **rt)
{
	struct nlmsghdr *h = netlink_begin(request, type, flags);

	*rt = mnl_nlmsg_put_extra_header(h, sizeof(**rt));
	(*rt)->rtm_family = (unsigned char)r->family;
	return h;
}

static void put_route(struct nlmsghdr *h, struct rtmsg *rt, const struct route *r)
{
	size_t size = address_size(r->family);

	rt->rtm_dst_len = r->length;
	rt->rtm_type = r->type;
	rt->rtm_table = RT_TABLE_UNSPEC;
	if (r->length)
		mnl_attr_put(h, RTA_DST, size, r->destination);
	mnl_attr_put_u32(h, RTA_TABLE, r->table);
	if (r->ifindex)
		mnl_attr_put_u32(h, RTA_OIF, r->ifindex);
	if (r->has_gateway)
		mnl_attr_put(h, RTA_GATEWAY, size, r->gateway);
	if (r->metric)
		mnl_attr_put_u32(h, RTA_PRIORITY, r->metric);
}

int route_add(struct netlink *nl, const struct route *r, const struct route_encap *e, bool replace)
{
	char request[NETLINK_REQUEST];
	struct rtmsg *rt;
	struct nlmsghdr *h = begin(request, RTM_NEWROUTE,
				   NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL), r, &rt);
	struct nlattr *nest;

	put_route(h, rt, r);
	rt->rtm_protocol = RTPROT_STATIC;
	rt->rtm_scope = r->type == RTN_LOCAL ? RT_SCOPE_HOST
			: r->has_gateway     ? RT_SCOPE_UNIVERSE
					     : RT_SCOPE_LINK;
	mnl_attr_put_u16(h, RTA_ENCAP_TYPE, e->type);
	nest = mnl_attr_nest_start(h, RTA_ENCAP);
	e->put(h, e->data);
	mnl_attr_nest_end(h, nest);
	return netlink_talk(nl, h, NULL, NULL);
}

int route_remove(struct netlink *nl, const struct route *r)
{
	char request[NETLINK_REQUEST];
	struct rtmsg *rt;
	struct nlmsghdr *h = begin(request, RTM_DELROUTE, 0, r, &rt);

	put_route(h, rt, r);
	rt->rtm_scope = RT_SCOPE_NOWHERE; /* any */
	return netlink_talk(nl, h, NULL, NULL);
}

/* ---- looking ------------------------------------------------------------------------------------ */

struct search {
	const struct route *wanted;
	void (*fn)(void *user, uint16_t type, const struct nlattr *encap);
	void *user;
	size_t n;
};

static uint32_t metric_of(const struct route *r)
{
	return r->metric || r->family == AF_INET ? r->metric : V6_METRIC;
}

static void look(const struct nlmsghdr *h, void *user)
{
	struct search *s = user;
	const struct rtmsg *rt = mnl_nlmsg_get_payload(h);
	const struct route *w = s->wanted;
	struct route r = { .family = w->family };
	const struct nlattr *a, *encap = NULL;
	uint16_t type = LWTUNNEL_ENCAP_NONE;

	if (h->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(h) < sizeof(*rt) ||
	    rt->rtm_family != w->family || rt->rtm_dst_len != w->length ||
	    rt->rtm_flags & RTM_F_CLONED)
		return;
	r.table = rt->rtm_table;
	mnl_attr_for_each(a, h, sizeof(*rt))
	{
		uint16_t n = mnl_attr_get_payload_len(a);

		switch (mnl_attr_get_type(a)) {
		case RTA_DST:
			if (n == address_size(w->family))
				memcpy(r.destination, mnl_attr_get_payload(a), n);
			break;
		case RTA_TABLE:
			r.table = n == 4 ? mnl_attr_get_u32(a) : 0;
			break;
		case RTA_PRIORITY:
			r.metric = n == 4 ? mnl_attr_get_u32(a) : 0;
			break;
		case RTA_OIF:
			r.ifindex = n == 4 ? mnl_attr_get_u32(a) : 0;
			break;
		case RTA_ENCAP_TYPE:
			type = n == 2 ? mnl_attr_get_u16(a) : LWTUNNEL_ENCAP_NONE;
			break;
		case RTA_ENCAP:
			encap = a;
			break;
		}
	}
	if (r.table != w->table || r.metric != metric_of(w) ||
	    (w->ifindex && r.ifindex != w->ifindex) ||
	    memcmp(r.destination, w->destination, sizeof(r.destination)) != 0)
		return;
	s->n++;
	if (s->fn)
		s->fn(s->user, type, encap);
}

int route_find(struct netlink *nl, const struct route *r,
	       void (*fn)(void *user, uint16_t type, const struct nlattr *encap), void *user)
{
	struct search s = { .wanted = r, .fn = fn, .user = user };
	char request[NETLINK_REQUEST];
	struct rtmsg *rt;
	struct nlmsghdr *h = begin(request, RTM_GETROUTE, NLM_F_DUMP, r, &rt);
	int err = netlink_talk(nl, h, look, &s);

	return err ? err : s.n > 0;
}

int route_foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	(void)p;
	way->name = "route";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

int route_refused(struct cleat *c, const struct cleat_params *p, const struct netlink *nl, int err)
{
	const char *route = cleat_param(p, "route");

	if (err == -EEXIST) {
		cleat_param_error(c, p, "route", err, "there is a route to %s already", route);
		cleat_hint(c, "another 'metric' or 'table' makes it another route");
		return err;
	}
	if (err == -EPERM)
		return cleat_error_sys(c, err, "cannot add a route to %s", route);
	cleat_error(c, err, "cannot add a route to %s: %s", route, netlink_why(nl, err));
	if (err == -ENETDOWN)
		cleat_hint(c, "the interface is down");
	else if (err == -EOPNOTSUPP)
		cleat_hint(c, "this kernel may have no such routes");
	return err;
}
