/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * xdp.c - programs at the network driver, before the kernel has made anything of a packet.
 *
 * Knows modes, links and their netlink forerunner, and what drivers refuse; which interfaces there
 * are is ifaces.c's, the netlink messages are device.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/ifaces.h"
#include "common/netlink.h"
#include "common/progref.h"
#include "component.h"

static const struct cleat_section sections[] = {
	{ .pattern = "xdp", .attach_type = BPF_XDP, .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
	{ .pattern = "xdp/devmap", .attach_type = BPF_XDP_DEVMAP,
	  .flags = CLEAT_SECTION_NO_ATTACH },
	{ .pattern = "xdp/cpumap", .attach_type = BPF_XDP_CPUMAP,
	  .flags = CLEAT_SECTION_NO_ATTACH },
	{ .pattern = "xdp.frags", .attach_type = BPF_XDP, .prog_flags = BPF_F_XDP_HAS_FRAGS },
	{ .pattern = "xdp.frags/devmap",
	  .attach_type = BPF_XDP_DEVMAP,
	  .prog_flags = BPF_F_XDP_HAS_FRAGS,
	  .flags = CLEAT_SECTION_NO_ATTACH },
	{ .pattern = "xdp.frags/cpumap",
	  .attach_type = BPF_XDP_CPUMAP,
	  .prog_flags = BPF_F_XDP_HAS_FRAGS,
	  .flags = CLEAT_SECTION_NO_ATTACH },
};

static const struct cleat_key keys[] = {
	{ .name = "interface",
	  .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT | CLEAT_KEY_INTERFACE | CLEAT_KEY_PLACE,
	  .help = "network interface by name or number; * and ? match several" },
	{ .name = "mode",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|native|generic|offload",
	  .preset = "auto",
	  .flags = CLEAT_KEY_LOAD,
	  .help = "in the driver, behind it, or in the card; auto: the driver where it can" },
	{ .name = "replace",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "no|yes|force",
	  .preset = "no",
	  .help = "take the place of a program that is there; force: even if a link holds it" },
	{ .name = "via",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|link|netlink",
	  .preset = "auto",
	  .help = "how to attach: a link, or netlink for old kernels" },
	COMPONENT_KEYS,
	{ .name = "device",
	  .flags = CLEAT_KEY_LOAD,
	  .help = "interface to load the program for: mode offload, and hardware metadata (6.3)" },
};

/* devmap and cpumap programs are values of a map. */
static bool is_map_program(const struct cleat_program *prog)
{
	return cleat_program_section(prog)->attach_type != BPF_XDP;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *section = cleat_program_section(prog)->pattern;

	if (is_map_program(prog)) {
		cleat_error(c, EINVAL, "a program of section '%s' is not attached to an interface",
			    section);
		cleat_hint(c, "it runs from a %s: put it into the map's value",
			   strrchr(section, '/') + 1);
		return -EINVAL;
	}
	if (strcmp(cleat_param(p, "mode"), "offload") == 0 && !cleat_param(p, "device")) {
		cleat_param_error(c, p, "mode", EINVAL,
				  "mode offload needs a program that is loaded for the device");
		cleat_hint(c, "write 'mode = offload' and 'device = INTERFACE' in [program %s]",
			   cleat_program_name(prog));
		return -EINVAL;
	}
	return component_check(c, p);
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return ifaces_expand(cleat_program_context(prog), p, "interface", out);
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	int ifindex;

	if (!is_map_program(prog) && component_wanted(p))
		return component_prepare(prog, p, load);
	if (!cleat_param(p, "device"))
		return 0;
	ifindex = ifaces_index(cleat_program_context(prog), p, "device");
	if (ifindex < 0)
		return ifindex;
	load->ifindex = (uint32_t)ifindex;
	if (strcmp(cleat_param(p, "mode"), "offload") != 0)
		load->prog_flags |= BPF_F_XDP_DEV_BOUND_ONLY;
	return 0;
}

/* ---- attaching ------------------------------------------------------------------------------- */

struct attempt {
	struct cleat_attach *a;
	struct cleat *c;
	const struct cleat_params *p;
	struct netlink *nl;
	const char *name;
	const char *via;
	int ifindex;
	int old_fd; /* a program to take the place of by netlink, or -1 */
	uint32_t old_id;
};

/* Removes our own program, and no other that may be there by now. */
static int remove_placed(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	uint32_t id = progref_id(placed->prog_fd);
	struct device_state state;
	struct netlink nl;
	int err = netlink_open(c, &nl);

	if (!err)
		err = device_state(&nl, placed->ifindex, &state);
	if (!err && device_program(&state, placed->mode) == id)
		err = device_set(&nl, placed->ifindex, placed->mode, -1, placed->prog_fd, id);
	netlink_close(&nl);
	close(placed->prog_fd);
	/* The interface is gone, or another program came between: there is nothing of ours. */
	return err == -ENODEV || err == -EEXIST ? 0 : err;
}

/* Takes the descriptor in @placed. */
static int note_placed(struct cleat_attach *a, const struct placed *placed, const char *name,
		       const char *why, const char *instead)
{
	int err = cleat_attach_undo(a, remove_placed, placed, sizeof(*placed),
				    "xdp on %s, %s%s, by netlink%s", name,
				    device_mode_name(placed->mode), why, instead);

	return err ? err : cleat_attach_stays(a, placed_leave, "%s", "");
}

static int try_netlink(struct attempt *t, uint32_t mode, const char *why)
{
	struct placed placed = { .ifindex = t->ifindex, .mode = mode };
	int err = device_set(t->nl, t->ifindex, mode, cleat_attach_fd(t->a), t->old_fd, t->old_id);
	char instead[48] = "";

	if (err)
		return err;
	if (t->old_fd >= 0)
		snprintf(instead, sizeof(instead), ", in place of program %u", t->old_id);
	placed.prog_fd = fcntl(cleat_attach_fd(t->a), F_DUPFD_CLOEXEC, 3);
	if (placed.prog_fd < 0) {
		err = -errno;
		device_set(t->nl, t->ifindex, mode, -1, cleat_attach_fd(t->a),
			   progref_id(cleat_attach_fd(t->a)));
		return err;
	}
	return note_placed(t->a, &placed, t->name, why, instead);
}

/* In one mode. @why goes into the description, behind the mode. */
static int try_mode(struct attempt *t, uint32_t mode, const char *why)
{
	union bpf_attr attr = { 0 };
	int err;

	t->nl->why[0] = '\0';
	if (strcmp(t->via, "netlink") == 0 || t->old_fd >= 0)
		return try_netlink(t, mode, why);
	attr.link_create.target_ifindex = (uint32_t)t->ifindex;
	attr.link_create.attach_type = BPF_XDP;
	attr.link_create.flags = mode;
	err = cleat_attach_link(t->a, &attr, "xdp on %s, %s%s", t->name, device_mode_name(mode),
				why);
	/* Before 5.9 there are no XDP links (EINVAL); and for other reasons, netlink has words. */
	if (strcmp(t->via, "auto") == 0 && err && err != -EPERM && err != -EBUSY &&
	    err != -EEXIST && err != -ENOMEM)
		err = try_netlink(t, mode, why);
	return err;
}

/* A descriptor of the link that holds program @id on the interface, or -1. */
static int link_of(int ifindex, uint32_t id, uint32_t *link)
{
	const struct link_place place = { .program = id, .ifindex = (uint32_t)ifindex };

	return progref_link(BPF_LINK_TYPE_XDP, &place, link);
}

/* Another program is in the way: which, and what can be done. */
static int report_busy(struct attempt *t, int err)
{
	struct device_state state;
	char name[BPF_OBJ_NAME_LEN + 1];
	uint32_t id, link = 0;
	int fd;

	if (device_state(t->nl, t->ifindex, &state) || !(id = device_program(&state, 0)))
		return cleat_error_sys(t->c, err, "cannot attach to '%s'", t->name);
	progref_name(id, name, sizeof(name));
	cleat_param_error(t->c, t->p, "interface", EBUSY,
			  "'%s' has an XDP program already: program %u%s%s%s, %s", t->name, id,
			  name[0] ? " '" : "", name, name[0] ? "'" : "",
			  device_mode_name(device_mode_of(&state, id)));
	fd = link_of(t->ifindex, id, &link);
	if (fd >= 0) {
		close(fd);
		cleat_hint(t->c, "link %u holds it; end its owner, or write 'replace = force'",
			   link);
	} else if (strcmp(name, DISPATCHER_NAME) == 0) {
		cleat_hint(t->c, "'dispatcher = yes' lets it run beside those that are there");
	} else {
		cleat_hint(t->c, "'replace = yes' takes its place");
	}
	return -EBUSY;
}

static int report(struct attempt *t, uint32_t mode, int err)
{
	struct device_state state;

	switch (err) {
	case -EBUSY:
	case -EEXIST:
		return report_busy(t, err);
	case -ERANGE:
		if (device_state(t->nl, t->ifindex, &state))
			state.mtu = 0;
		cleat_param_error(
			t->c, t->p, "interface", ERANGE,
			"'%s': its MTU of %u, or its peer's, is too large for this program",
			t->name, state.mtu);
		cleat_hint(t->c,
			   "SEC(\"xdp.frags\") takes packets of any size; so does mode generic");
		return err;
	case -EOPNOTSUPP:
		if (mode == XDP_FLAGS_SKB_MODE)
			break;
		cleat_param_error(t->c, t->p, "mode", EOPNOTSUPP,
				  "the driver of '%s' cannot run it in mode %s%s%s", t->name,
				  device_mode_name(mode), t->nl->why[0] ? ": " : "", t->nl->why);
		cleat_hint(t->c, "mode generic works with every driver, but slower");
		return err;
	}
	if (t->nl->why[0])
		return cleat_error(t->c, err, "cannot attach to '%s', mode %s: %s", t->name,
				   device_mode_name(mode), t->nl->why);
	return cleat_error_sys(t->c, err, "cannot attach to '%s', mode %s", t->name,
			       device_mode_name(mode));
}

/* What is there makes room: by detaching its link, or by netlink, now or in the same step. */
static int make_room(struct attempt *t, uint32_t wanted)
{
	const char *replace = cleat_param(t->p, "replace");
	struct device_state state;
	union bpf_attr attr = { 0 };
	uint32_t id, mode, link;
	int fd, err;

	err = device_state(t->nl, t->ifindex, &state);
	if (err)
		return cleat_error_sys(t->c, err, "cannot ask for the XDP program of '%s'",
				       t->name);
	id = device_program(&state, wanted == XDP_FLAGS_HW_MODE ? wanted : 0);
	mode = device_mode_of(&state, id);
	if (!id)
		return 0;
	fd = link_of(t->ifindex, id, &link);
	if (fd >= 0) {
		attr.link_detach.link_fd = (uint32_t)fd;
		err = strcmp(replace, "force") == 0
			      ? cleat_sys_bpf(BPF_LINK_DETACH, &attr, sizeof(attr))
			      : -EBUSY;
		close(fd);
		return err ? report_busy(t, err) : 0;
	}
	attr.prog_id = id;
	fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
	if (fd < 0)
		return cleat_error_sys(t->c, fd, "cannot open program %u on '%s'", id, t->name);
	if (strcmp(t->via, "link") != 0 && (!wanted || wanted == mode)) {
		t->old_fd = fd;
		t->old_id = id;
		return 0;
	}
	err = device_set(t->nl, t->ifindex, mode, -1, fd, id);
	close(fd);
	return err ? cleat_error(t->c, err, "cannot remove program %u from '%s': %s", id, t->name,
				 netlink_why(t->nl, err))
		   : 0;
}

static uint32_t mode_flag(const char *mode)
{
	return strcmp(mode, "native") == 0    ? XDP_FLAGS_DRV_MODE
	       : strcmp(mode, "generic") == 0 ? XDP_FLAGS_SKB_MODE
	       : strcmp(mode, "offload") == 0 ? XDP_FLAGS_HW_MODE
					      : 0;
}

/* A dispatcher lets others in: it is not in the way of one more. */
static bool is_dispatched(struct attempt *t)
{
	struct dispatcher d;
	bool is = dispatcher_read(t->nl, t->ifindex, &d) == 0 && d.is == DISPATCHER_OURS;

	dispatcher_release(&d);
	return is;
}

static int attach_to(struct attempt *t)
{
	const bool shares = component_is(cleat_attach_fd(t->a));
	uint32_t mode = mode_flag(cleat_param(t->p, "mode"));
	char why[192] = "";
	int err = 0;

	if (strcmp(cleat_param(t->p, "replace"), "no") != 0 && !(shares && is_dispatched(t)))
		err = make_room(t, mode);
	if (err)
		return err;
	if (shares)
		return component_attach(t->a, t->p, t->nl, t->ifindex, mode, t->old_id);
	if (t->old_fd >= 0) { /* in the same mode, so that there is no gap */
		struct device_state state;

		err = device_state(t->nl, t->ifindex, &state);
		mode = err ? mode : device_mode_of(&state, t->old_id);
	}
	err = try_mode(t, mode ? mode : XDP_FLAGS_DRV_MODE, "");
	if (err == -EOPNOTSUPP && !mode) {
		mode = XDP_FLAGS_SKB_MODE;
		snprintf(why, sizeof(why), " (%s)",
			 t->nl->why[0] ? t->nl->why : "its driver has no native mode");
		err = try_mode(t, mode, why);
	}
	return err ? report(t, mode ? mode : XDP_FLAGS_DRV_MODE, err) : 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct netlink nl = { 0 };
	struct attempt t = {
		.a = a,
		.c = cleat_attach_context(a),
		.p = p,
		.nl = &nl,
		.name = cleat_param(p, "interface"),
		.via = cleat_param(p, "via"),
		.old_fd = -1,
	};
	int err;

	t.ifindex = ifaces_index(t.c, p, "interface");
	if (t.ifindex < 0)
		return t.ifindex;
	err = netlink_open(t.c, &nl);
	if (!err)
		err = attach_to(&t);
	if (t.old_fd >= 0)
		close(t.old_fd);
	netlink_close(&nl);
	return err;
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	struct netlink nl;
	int err, fd;

	if (!placed)
		return -EAGAIN; /* a kernel link */
	if (component_is(placed->prog_fd) != component_is(cleat_program_fd(prog)))
		return cleat_error(c, EINVAL, "%s: the other program is %s a dispatcher",
				   cleat_link_what(l),
				   component_is(placed->prog_fd) ? "not loaded for" : "loaded for");
	if (component_is(placed->prog_fd))
		return component_replace(l, placed, prog);
	fd = fcntl(cleat_program_fd(prog), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the program");
	err = netlink_open(c, &nl);
	if (!err) {
		err = device_set(&nl, placed->ifindex, placed->mode, fd, placed->prog_fd,
				 progref_id(placed->prog_fd));
		if (err)
			cleat_error(c, err, "%s: cannot replace the program: %s",
				    cleat_link_what(l), netlink_why(&nl, err));
	}
	netlink_close(&nl);
	if (err) {
		close(fd);
		return err;
	}
	close(placed->prog_fd);
	placed->prog_fd = fd;
	return 0;
}

/* ---- what is there --------------------------------------------------------------------------- */

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	if (component_wanted(p)) {
		way->name = "dispatcher";
		way->lasts = CLEAT_LASTS_KERNEL;
		if (way->struct_size >= sizeof(*way))
			way->shared = 1;
		return 0;
	}
	if (strcmp(cleat_param(p, "via"), "netlink") != 0)
		return 0;
	way->name = "netlink";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

/* Ours, and no link has it. */
static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = { .ifindex = ifaces_index(c, p, "interface") };
	uint32_t id = progref_id(cleat_attach_fd(a)), link;
	struct device_state state;
	struct netlink nl;
	int err = placed.ifindex < 0 ? placed.ifindex : netlink_open(c, &nl), fd;

	(void)note;
	if (err)
		return err;
	if (component_is(cleat_attach_fd(a))) {
		err = component_find(a, p, &nl, placed.ifindex);
		netlink_close(&nl);
		return err;
	}
	err = device_state(&nl, placed.ifindex, &state);
	netlink_close(&nl);
	if (err)
		return err;
	placed.mode = device_mode_of(&state, id);
	fd = placed.mode ? link_of(placed.ifindex, id, &link) : -1;
	if (fd >= 0)
		close(fd);
	if (!placed.mode || fd >= 0)
		return -ENOENT;
	placed.prog_fd = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3);
	if (placed.prog_fd < 0)
		return -errno;
	return note_placed(a, &placed, cleat_param(p, "interface"), "", "");
}

static void program_facts(struct cleat_facts *out, int ifindex, uint32_t mode, uint32_t id)
{
	uint32_t link;
	int fd;

	if (!id)
		return;
	cleat_facts_number(out, "program", id);
	cleat_facts_text(out, "mode", "%s", device_mode_name(mode));
	fd = link_of(ifindex, id, &link);
	if (fd >= 0) {
		cleat_facts_number(out, "link", link);
		close(fd);
	}
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	struct device_state state;
	struct netlink nl;
	int ifindex = ifaces_index(c, p, "interface"), err;
	bool shared = false;

	if (ifindex < 0)
		return ifindex;
	err = netlink_open(c, &nl);
	if (!err) {
		shared = component_facts(&nl, ifindex, out);
		err = device_state(&nl, ifindex, &state);
		if (err)
			cleat_error_sys(c, err, "cannot ask for the XDP program of '%s'",
					cleat_param(p, "interface"));
	}
	netlink_close(&nl);
	if (err)
		return err;
	program_facts(out, ifindex, XDP_FLAGS_HW_MODE, state.offload);
	if (shared)
		return 0;
	program_facts(out, ifindex, XDP_FLAGS_DRV_MODE, state.native);
	program_facts(out, ifindex, XDP_FLAGS_SKB_MODE, state.generic);
	return 0;
}

/* The interface number may be another namespace's: it is ours when the program is on it. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct device_state state = { 0 };
	struct netlink nl;
	uint32_t mode = 0;

	(void)size;
	if (info->type != BPF_LINK_TYPE_XDP)
		return -ENOENT;
	if (!info->xdp.ifindex) {
		cleat_facts_bool(out, "detached", true);
		return 0;
	}
	if (netlink_open(c, &nl) == 0 && device_state(&nl, (int)info->xdp.ifindex, &state) == 0)
		mode = device_mode_of(&state, info->prog_id);
	netlink_close(&nl);
	ifaces_fact(out, info->xdp.ifindex, mode != 0);
	if (mode)
		cleat_facts_text(out, "mode", "%s", device_mode_name(mode));
	return 0;
}

static const struct cleat_program_plugin xdp = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "xdp",
			   "eXpress Data Path: packets at the network driver"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_XDP,
	.flags = CLEAT_PROGRAM_ALONE,
	.ctx_type = "xdp_md",
	.check = check,
	.expand = expand,
	.prepare = prepare,
	.attach = attach,
	.replace = replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = foresee,
};
CLEAT_PLUGIN(xdp)
