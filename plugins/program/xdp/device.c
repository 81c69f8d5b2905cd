/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * device.c - the XDP programs of an interface through route netlink; see device.h.
 */
#include "device.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

static int xdp_attr(const struct nlattr *a, void *data)
{
	const struct nlattr **found = data;

	if (mnl_attr_type_valid(a, IFLA_XDP_MAX) > 0)
		found[mnl_attr_get_type(a)] = a;
	return MNL_CB_OK;
}

static uint32_t id_in(const struct nlattr *a)
{
	return a && mnl_attr_validate(a, MNL_TYPE_U32) >= 0 ? mnl_attr_get_u32(a) : 0;
}

static void read_xdp(const struct nlattr *nest, struct device_state *state)
{
	const struct nlattr *found[IFLA_XDP_MAX + 1] = { 0 };
	uint8_t attached = XDP_ATTACHED_NONE;

	mnl_attr_parse_nested(nest, xdp_attr, found);
	if (found[IFLA_XDP_ATTACHED])
		attached = mnl_attr_get_u8(found[IFLA_XDP_ATTACHED]);
	state->native = id_in(found[IFLA_XDP_DRV_PROG_ID]);
	state->generic = id_in(found[IFLA_XDP_SKB_PROG_ID]);
	state->offload = id_in(found[IFLA_XDP_HW_PROG_ID]);
	/* Before 4.19 there was one id, whatever the mode. */
	if (attached == XDP_ATTACHED_DRV && !state->native)
		state->native = id_in(found[IFLA_XDP_PROG_ID]);
	if (attached == XDP_ATTACHED_SKB && !state->generic)
		state->generic = id_in(found[IFLA_XDP_PROG_ID]);
	if (attached == XDP_ATTACHED_HW && !state->offload)
		state->offload = id_in(found[IFLA_XDP_PROG_ID]);
}

static void read_link(const struct nlmsghdr *h, void *user)
{
	struct device_state *state = user;
	const struct nlattr *a;

	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	mnl_attr_for_each(a, h, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(a) == IFLA_MTU && mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
			state->mtu = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == IFLA_XDP)
			read_xdp(a, state);
	}
}

static struct nlmsghdr *begin(void *request, uint16_t type, int ifindex)
{
	struct nlmsghdr *h = netlink_begin(request, type, 0);
	struct ifinfomsg *i = mnl_nlmsg_put_extra_header(h, sizeof(*i));

	i->ifi_family = AF_UNSPEC;
	i->ifi_index = ifindex;
	return h;
}

int device_state(struct netlink *nl, int ifindex, struct device_state *state)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin(request, RTM_GETLINK, ifindex);

	memset(state, 0, sizeof(*state));
	return netlink_talk(nl, h, read_link, state);
}

uint32_t device_program(const struct device_state *state, uint32_t mode)
{
	switch (mode) {
	case XDP_FLAGS_DRV_MODE:
		return state->native;
	case XDP_FLAGS_SKB_MODE:
		return state->generic;
	case XDP_FLAGS_HW_MODE:
		return state->offload;
	default:
		return state->native    ? state->native
		       : state->generic ? state->generic
					: state->offload;
	}
}

uint32_t device_mode_of(const struct device_state *state, uint32_t program)
{
	return !program                    ? 0
	       : program == state->native  ? XDP_FLAGS_DRV_MODE
	       : program == state->generic ? XDP_FLAGS_SKB_MODE
	       : program == state->offload ? XDP_FLAGS_HW_MODE
					   : 0;
}

const char *device_mode_name(uint32_t mode)
{
	return mode == XDP_FLAGS_DRV_MODE   ? "native"
	       : mode == XDP_FLAGS_SKB_MODE ? "generic"
	       : mode == XDP_FLAGS_HW_MODE  ? "offload"
					    : "auto";
}

static int set(struct netlink *nl, int ifindex, uint32_t flags, int fd, int expected)
{
	char request[NETLINK_REQUEST];
	struct nlmsghdr *h = begin(request, RTM_SETLINK, ifindex);
	struct nlattr *nest = mnl_attr_nest_start(h, IFLA_XDP);

	mnl_attr_put_u32(h, IFLA_XDP_FD, (uint32_t)fd);
	mnl_attr_put_u32(h, IFLA_XDP_FLAGS, flags);
	if (flags & XDP_FLAGS_REPLACE)
		mnl_attr_put_u32(h, IFLA_XDP_EXPECTED_FD, (uint32_t)expected);
	mnl_attr_nest_end(h, nest);
	return netlink_talk(nl, h, NULL, NULL);
}

int device_set(struct netlink *nl, int ifindex, uint32_t mode, int fd, int expected,
	       uint32_t expected_id)
{
	struct device_state state;
	int err;

	if (expected < 0)
		return set(nl, ifindex, mode | XDP_FLAGS_UPDATE_IF_NOEXIST, fd, -1);
	err = set(nl, ifindex, mode | XDP_FLAGS_REPLACE, fd, expected);
	if (err != -EINVAL)
		return err;
	if (device_state(nl, ifindex, &state) || device_program(&state, mode) != expected_id)
		return -EEXIST;
	return set(nl, ifindex, mode, fd, -1);
}
