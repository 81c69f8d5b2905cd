/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lwt_seg6local.c - programs at a segment of IPv6 segment routing (End.BPF): a route to the segment
 * carries the program, which sees the packets whose next segment it is.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/seg6_local.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/route.h"

static const struct cleat_section sections[] = {
	{ .pattern = "lwt_seg6local+", .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = { ROUTE_KEYS };

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; i < cleat_param_count(p, "route"); i++)
		if (!strchr(cleat_param_nth(p, "route", i), ':'))
			return cleat_param_error(c, p, "route", EINVAL,
						 "a segment is an IPv6 address");
	if (strcmp(cleat_param(p, "type"), "local") == 0)
		return cleat_param_error(c, p, "type", EINVAL, "a segment's route is unicast");
	return route_check(c, p);
}

struct placed {
	struct route route;
	uint32_t id;
};

struct carried {
	const char *name;
	int fd;
};

static void put_program(struct nlmsghdr *h, const void *data)
{
	const struct carried *carried = data;
	struct nlattr *nest;

	mnl_attr_put_u32(h, SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_BPF);
	nest = mnl_attr_nest_start(h, SEG6_LOCAL_BPF);
	mnl_attr_put_u32(h, SEG6_LOCAL_BPF_PROG, (uint32_t)carried->fd);
	mnl_attr_put_strz(h, SEG6_LOCAL_BPF_PROG_NAME, carried->name);
	mnl_attr_nest_end(h, nest);
}

static uint32_t id_of(int fd)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = {
		.info = {
			.bpf_fd = (uint32_t)fd,
			.info_len = sizeof(info),
			.info = (uintptr_t)&info,
		},
	};

	return cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) ? 0 : info.id;
}

/* The id of the program, or 0. */
static void read_program(void *user, uint16_t type, const struct nlattr *encap)
{
	const struct nlattr *a, *b;
	uint32_t *id = user;

	if (type != LWTUNNEL_ENCAP_SEG6_LOCAL || !encap)
		return;
	mnl_attr_for_each_nested(a, encap)
	{
		if (mnl_attr_get_type(a) != SEG6_LOCAL_BPF)
			continue;
		mnl_attr_for_each_nested(b, a)
		{
			if (mnl_attr_get_type(b) == SEG6_LOCAL_BPF_PROG &&
			    mnl_attr_validate(b, MNL_TYPE_U32) >= 0)
				*id = mnl_attr_get_u32(b);
		}
	}
}

static int take_back(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	struct netlink nl;
	uint32_t id = 0;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = route_find(&nl, &placed->route, read_program, &id);
		/* Another program's by now: not ours to remove. */
		if (err > 0)
			err = id == placed->id ? route_remove(&nl, &placed->route) : 0;
		if (err == -ENODEV || err == -ESRCH || err == -ENOENT)
			err = 0;
		if (err)
			cleat_error(c, err, "cannot remove the route: %s", netlink_why(&nl, err));
	}
	netlink_close(&nl);
	return err;
}

static int note_placed(struct cleat_attach *a, const struct cleat_params *p,
		       const struct placed *placed)
{
	int err = cleat_attach_undo(a, take_back, placed, sizeof(*placed),
				    "lwt_seg6local at segment %s", cleat_param(p, "route"));

	return err ? err : cleat_attach_stays(a, NULL, "%s", "");
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = { .id = id_of(cleat_attach_fd(a)) };
	struct netlink nl = { 0 };
	uint32_t id = 0;
	int err = route_read(c, p, &placed.route);

	(void)note;
	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err)
		err = route_find(&nl, &placed.route, read_program, &id);
	netlink_close(&nl);
	if (err < 0)
		return err;
	return id && id == placed.id ? note_placed(a, p, &placed) : -ENOENT;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct carried carried = { cleat_program_name(cleat_attach_program(a)),
				   cleat_attach_fd(a) };
	struct route_encap encap = { LWTUNNEL_ENCAP_SEG6_LOCAL, put_program, &carried };
	struct placed placed = { .id = id_of(cleat_attach_fd(a)) };
	struct netlink nl = { 0 };
	int err = route_read(c, p, &placed.route);

	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err) {
		err = route_add(&nl, &placed.route, &encap, false);
		if (err)
			route_refused(c, p, &nl, err);
	}
	netlink_close(&nl);
	return err ? err : note_placed(a, p, &placed);
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	struct carried carried = { cleat_program_name(prog), cleat_program_fd(prog) };
	struct route_encap encap = { LWTUNNEL_ENCAP_SEG6_LOCAL, put_program, &carried };
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = route_add(&nl, &placed->route, &encap, true);
		if (err)
			cleat_error(c, err, "%s: cannot replace the program: %s",
				    cleat_link_what(l), netlink_why(&nl, err));
		else
			placed->id = id_of(carried.fd);
	}
	netlink_close(&nl);
	return err;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	struct netlink nl = { 0 };
	struct route route;
	uint32_t id = 0;
	int err = route_read(c, p, &route);

	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err) {
		err = route_find(&nl, &route, read_program, &id);
		err = err < 0 ? cleat_error_sys(c, err, "cannot read the routes") : 0;
	}
	if (id)
		cleat_facts_number(out, "program", id);
	netlink_close(&nl);
	return err;
}

static const struct cleat_program_plugin lwt_seg6local = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "lwt_seg6local",
			   "packets at a segment of an IPv6 segment route"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_LWT_SEG6LOCAL,
	.ctx_type = "__sk_buff",
	.check = check,
	.expand = route_expand,
	.attach = attach,
	.replace = replace,
	.query = query,
	.find = find,
	.foresee = route_foresee,
};
CLEAT_PLUGIN(lwt_seg6local)
