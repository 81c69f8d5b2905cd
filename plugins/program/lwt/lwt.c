/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lwt.c - programs that packets meet on their way through a route: what comes in by it, what goes
 * out by it, and what is about to be sent.
 *
 * Knows that a route has place for one program of each kind, and that the kernel tells their names
 * only: so the name says the id, too, and a second kind can join a route that the first has made.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/lwtunnel.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/progref.h"
#include "common/route.h"

#define MOST_HEADROOM 256 /* the kernel's */
#define N_KINDS 3

static const struct {
	const char *name;
	uint16_t attribute;
	uint32_t program_type;
} kinds[N_KINDS] = {
	{ "lwt_in", LWT_BPF_IN, BPF_PROG_TYPE_LWT_IN },
	{ "lwt_out", LWT_BPF_OUT, BPF_PROG_TYPE_LWT_OUT },
	{ "lwt_xmit", LWT_BPF_XMIT, BPF_PROG_TYPE_LWT_XMIT },
};

#define XMIT 2

static const struct cleat_section sections[] = {
	{ .pattern = "lwt_in+",
	  .program_type = BPF_PROG_TYPE_LWT_IN,
	  .flags = CLEAT_SECTION_ANY_TEXT },
	{ .pattern = "lwt_out+",
	  .program_type = BPF_PROG_TYPE_LWT_OUT,
	  .flags = CLEAT_SECTION_ANY_TEXT },
	{ .pattern = "lwt_xmit+",
	  .program_type = BPF_PROG_TYPE_LWT_XMIT,
	  .flags = CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	ROUTE_KEYS,
	{ .name = "headroom",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "lwt_xmit: bytes to keep free for what the program puts before the packet" },
};

static size_t kind_of(const struct cleat_program *prog)
{
	uint32_t type = cleat_program_section(prog)->program_type;
	size_t i = 0;

	while (i < N_KINDS - 1 && kinds[i].program_type != type)
		i++;
	return i;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	if (cleat_param_given(p, "headroom")) {
		if (kind_of(prog) != XMIT)
			return cleat_param_error(c, p, "headroom", EINVAL,
						 "'headroom' is for lwt_xmit");
		if (cleat_param_uint(p, "headroom") > MOST_HEADROOM)
			return cleat_param_error(c, p, "headroom", ERANGE, "headroom is at most %d",
						 MOST_HEADROOM);
	}
	return route_check(c, p);
}

/* ---- what a route carries ----------------------------------------------------------------------- */

struct hook {
	char name[64]; /* "PROGRAM:ID", "PROGRAM:ID/HEADROOM"; "" none */
	int fd; /* while a message is made */
	uint32_t headroom;
};

struct hooks {
	struct hook v[N_KINDS];
	bool bpf; /* the route carries programs */
};

static void put_hooks(struct nlmsghdr *h, const void *data)
{
	const struct hooks *hooks = data;

	for (size_t i = 0; i < N_KINDS; i++) {
		struct nlattr *nest;

		if (!hooks->v[i].name[0])
			continue;
		nest = mnl_attr_nest_start(h, kinds[i].attribute);
		mnl_attr_put_u32(h, LWT_BPF_PROG_FD, (uint32_t)hooks->v[i].fd);
		mnl_attr_put_strz(h, LWT_BPF_PROG_NAME, hooks->v[i].name);
		mnl_attr_nest_end(h, nest);
	}
	if (hooks->v[XMIT].headroom)
		mnl_attr_put_u32(h, LWT_BPF_XMIT_HEADROOM, hooks->v[XMIT].headroom);
}

static void read_hook(struct hook *hook, const struct nlattr *nest)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
	{
		if (mnl_attr_get_type(a) == LWT_BPF_PROG_NAME)
			snprintf(hook->name, sizeof(hook->name), "%.*s",
				 (int)mnl_attr_get_payload_len(a), mnl_attr_get_str(a));
	}
	if (!hook->name[0])
		strcpy(hook->name, "?"); /* a program without a name */
}

static void read_hooks(void *user, uint16_t type, const struct nlattr *encap)
{
	struct hooks *hooks = user;
	const struct nlattr *a;

	if (type != LWTUNNEL_ENCAP_BPF || !encap)
		return;
	hooks->bpf = true;
	mnl_attr_for_each_nested(a, encap)
	{
		for (size_t i = 0; i < N_KINDS; i++)
			if (mnl_attr_get_type(a) == kinds[i].attribute)
				read_hook(&hooks->v[i], a);
	}
}

/* "PROGRAM:ID[/HEADROOM]": the id, or 0 for names of others. */
static uint32_t id_of(const char *name, uint32_t *headroom)
{
	const char *colon = strrchr(name, ':');
	unsigned int id = 0;

	*headroom = 0;
	if (!colon || sscanf(colon, ":%u/%u", &id, headroom) < 1)
		return 0;
	return id;
}

static void name_hook(struct hook *hook, int fd, const char *program, uint32_t headroom)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = {
		.info = {
			.bpf_fd = (uint32_t)fd,
			.info_len = sizeof(info),
			.info = (uintptr_t)&info,
		},
	};
	int n;

	cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	n = snprintf(hook->name, sizeof(hook->name), "%.40s:%u", program, info.id);
	if (headroom)
		snprintf(hook->name + n, sizeof(hook->name) - (size_t)n, "/%u", headroom);
	hook->headroom = headroom;
	hook->fd = fd;
}

/* Descriptors of the others' programs: 0, or -EEXIST when one is not to be had. */
static int open_others(struct hooks *hooks, size_t ours)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		struct hook *hook = &hooks->v[i];
		union bpf_attr attr = { 0 };

		if (i == ours || !hook->name[0])
			continue;
		attr.prog_id = id_of(hook->name, &hook->headroom);
		hook->fd = attr.prog_id ? cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr))
					: -ENOENT;
		if (hook->fd < 0)
			return -EEXIST;
	}
	return 0;
}

static void close_others(const struct hooks *hooks, size_t ours)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (i != ours && hooks->v[i].fd >= 0)
			close(hooks->v[i].fd);
}

#define NO_HOOKS                                                  \
	{                                                         \
		.v = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 } } \
	}

static bool is_empty(const struct hooks *hooks)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (hooks->v[i].name[0])
			return false;
	return true;
}

/* ---- attaching ---------------------------------------------------------------------------------- */

struct placed {
	struct route route;
	size_t kind;
	uint32_t headroom;
	char name[64];
};

/* Put @fd's program, or with -1 nothing, where ours is. 0 also when it is gone. */
static int change(struct netlink *nl, const struct placed *placed, int fd, const char *program,
		  char name[static 64])
{
	struct hooks hooks = NO_HOOKS;
	struct hook *own = &hooks.v[placed->kind];
	struct route_encap encap = { LWTUNNEL_ENCAP_BPF, put_hooks, &hooks };
	int err = route_find(nl, &placed->route, read_hooks, &hooks);

	if (err < 0)
		return err;
	if (!err || strcmp(own->name, placed->name) != 0)
		return fd < 0 ? 0 : -ENOENT;
	if (fd >= 0)
		name_hook(own, fd, program, placed->headroom);
	else
		*own = (struct hook) { .fd = -1 };
	if (is_empty(&hooks))
		return route_remove(nl, &placed->route);
	err = open_others(&hooks, placed->kind);
	if (!err)
		err = route_add(nl, &placed->route, &encap, true);
	close_others(&hooks, placed->kind);
	if (!err && fd >= 0)
		memcpy(name, own->name, sizeof(own->name));
	return err;
}

static int take_back(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	struct netlink nl;
	char none[64];
	int err = netlink_open(c, &nl);

	if (!err) {
		err = change(&nl, placed, -1, NULL, none);
		if (err == -ENODEV || err == -ESRCH || err == -ENOENT)
			err = 0;
		if (err)
			cleat_error(c, err, "cannot take '%s' from its route: %s", placed->name,
				    netlink_why(&nl, err));
	}
	netlink_close(&nl);
	return err;
}

/* Beside what is there, or on a route of its own. */
static int join(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		struct placed *placed)
{
	struct cleat *c = cleat_attach_context(a);
	struct hooks hooks = NO_HOOKS;
	struct hook *own = &hooks.v[placed->kind];
	struct route_encap encap = { LWTUNNEL_ENCAP_BPF, put_hooks, &hooks };
	int there = route_find(nl, &placed->route, read_hooks, &hooks), err;

	if (there < 0)
		return cleat_error_sys(c, there, "cannot read the routes");
	if (there && hooks.bpf && own->name[0]) {
		cleat_param_error(c, p, "route", EEXIST,
				  "the route to %s has the %s program '%s' already",
				  cleat_param(p, "route"), kinds[placed->kind].name, own->name);
		return -EEXIST;
	}
	err = there && !hooks.bpf ? -EEXIST : open_others(&hooks, placed->kind);
	if (!err) {
		name_hook(own, cleat_attach_fd(a), cleat_program_name(cleat_attach_program(a)),
			  placed->headroom);
		err = route_add(nl, &placed->route, &encap, there);
	}
	close_others(&hooks, placed->kind);
	memcpy(placed->name, own->name, sizeof(placed->name));
	return err ? route_refused(c, p, nl, err) : 0;
}

static int note_placed(struct cleat_attach *a, const struct cleat_params *p,
		       const struct placed *placed)
{
	int err = cleat_attach_undo(a, take_back, placed, sizeof(*placed), "%s at the route to %s",
				    kinds[placed->kind].name, cleat_param(p, "route"));

	return err ? err : cleat_attach_stays(a, NULL, "%s", "");
}

/* By the id that is in its name. */
static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct cleat *c = cleat_attach_context(a);
	struct hooks hooks = NO_HOOKS;
	struct placed placed = { .kind = kind_of(cleat_attach_program(a)) };
	const char *name = hooks.v[placed.kind].name;
	struct netlink nl = { 0 };
	int err = route_read(c, p, &placed.route);

	(void)note;
	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err)
		err = route_find(&nl, &placed.route, read_hooks, &hooks);
	netlink_close(&nl);
	if (err < 0)
		return err;
	if (!name[0] || id_of(name, &placed.headroom) != progref_id(cleat_attach_fd(a)))
		return -ENOENT;
	memcpy(placed.name, name, sizeof(placed.name));
	return note_placed(a, p, &placed);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = {
		.kind = kind_of(cleat_attach_program(a)),
		.headroom = (uint32_t)cleat_param_uint(p, "headroom"),
	};
	struct netlink nl = { 0 };
	int err = route_read(c, p, &placed.route);

	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err)
		err = join(a, p, &nl, &placed);
	netlink_close(&nl);
	return err ? err : note_placed(a, p, &placed);
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err) {
		err = change(&nl, placed, cleat_program_fd(prog), cleat_program_name(prog),
			     placed->name);
		if (err)
			cleat_error(c, err, "%s: cannot replace the program: %s",
				    cleat_link_what(l), netlink_why(&nl, err));
	}
	netlink_close(&nl);
	return err;
}

/* ---- what is there ------------------------------------------------------------------------------ */

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	struct hooks hooks = NO_HOOKS;
	struct netlink nl = { 0 };
	struct route route;
	uint32_t headroom;
	int err = route_read(c, p, &route);

	if (err)
		return err;
	err = netlink_open(c, &nl);
	if (!err) {
		err = route_find(&nl, &route, read_hooks, &hooks);
		err = err < 0 ? cleat_error_sys(c, err, "cannot read the routes") : 0;
	}
	for (size_t i = 0; i < N_KINDS && !err; i++) {
		const char *name = hooks.v[i].name;

		if (!name[0])
			continue;
		cleat_facts_number(out, "program", id_of(name, &headroom));
		cleat_facts_text(out, "hook", "%s", kinds[i].name);
		cleat_facts_text(out, "name", "%s", name);
	}
	netlink_close(&nl);
	return err;
}

static const struct cleat_program_plugin lwt = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "lwt",
			   "packets on their way through a route"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_LWT_IN,
	.ctx_type = "__sk_buff",
	.check = check,
	.expand = route_expand,
	.attach = attach,
	.replace = replace,
	.query = query,
	.find = find,
	.foresee = route_foresee,
};
CLEAT_PLUGIN(lwt)
