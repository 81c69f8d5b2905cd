/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * component.c - a program under a dispatcher, by its keys; see component.h.
 *
 * Such a program is an extension: it is loaded for a function of a dispatcher that nobody will ever run, and fits
 * the same functions of all others. So its id stays, whoever builds the next dispatcher.
 */
#include "component.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/linkinfo.h"
#include "common/progref.h"

#define RUN_CONFIG ".xdp_run_config"
#define PRIORITY 50

static const char *const actions[] = { "aborted", "drop", "pass", "tx", "redirect" };
static const char *const members[] = { "XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX",
				       "XDP_REDIRECT" };
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* ---- what is wanted -------------------------------------------------------------------------- */

bool component_wanted(const struct cleat_params *p)
{
	const char *said = cleat_param(p, "dispatcher");

	if (strcmp(said, "auto") != 0)
		return strcmp(said, "yes") == 0;
	return cleat_param(p, "priority") || cleat_param_count(p, "chain-call");
}

bool component_is(int prog_fd)
{
	struct bpf_prog_info info = { 0 };

	return linkinfo_program_by_fd(prog_fd, &info) == 0 && info.type == BPF_PROG_TYPE_EXT;
}

/* Values of no meaning to a program that has the interface alone. */
static int check_alone(struct cleat *c, const struct cleat_params *p)
{
	const char *key = cleat_param(p, "priority")           ? "priority"
			  : cleat_param_count(p, "chain-call") ? "chain-call"
							       : NULL;

	return key ? cleat_param_error(c, p, key, EINVAL, "'%s' needs a dispatcher", key) : 0;
}

int component_check(struct cleat *c, const struct cleat_params *p)
{
	const char *mode = cleat_param(p, "mode");

	if (!component_wanted(p))
		return check_alone(c, p);
	if (cleat_param_uint(p, "priority") > UINT32_MAX)
		return cleat_param_error(c, p, "priority", ERANGE, "'priority' is more than %u",
					 UINT32_MAX);
	if (strcmp(mode, "offload") == 0)
		return cleat_param_error(c, p, "mode", EINVAL,
					 "there is no dispatcher in mode offload");
	if (cleat_param(p, "device"))
		return cleat_param_error(c, p, "device", EINVAL,
					 "a program for one device has no dispatcher");
	if (strcmp(cleat_param(p, "via"), "link") == 0)
		return cleat_param_error(
			c, p, "via", EINVAL,
			"a dispatcher is attached by netlink, so that all can replace it");
	if (cleat_param_count(p, "chain-call") > 1)
		for (size_t i = 0; i < cleat_param_count(p, "chain-call"); i++)
			if (strcmp(cleat_param_nth(p, "chain-call", i), "none") == 0)
				return cleat_param_error(c, p, "chain-call", EINVAL,
							 "'none' excludes the others");
	return 0;
}

/* "__uint(name, n)" is a pointer to an array of n elements. */
static bool read_number(const struct cleat_type *of, uint32_t *n)
{
	struct cleat_type_info array = { .struct_size = sizeof(array) };
	struct cleat_type_info element = { .struct_size = sizeof(element) };
	struct cleat_type a, e;

	if (cleat_type_target(of, &a) || cleat_type_info(&a, &array) ||
	    array.kind != CLEAT_BTF_ARRAY || cleat_type_target(&a, &e) ||
	    cleat_type_info(&e, &element) || !element.bytes)
		return false;
	*n = (uint32_t)(array.bytes / element.bytes);
	return true;
}

static void read_member(const struct cleat_type_member *m, struct component *out, bool *chain)
{
	uint32_t n;

	if (!read_number(&m->type, &n))
		return;
	if (strcmp(m->name, "priority") == 0)
		out->priority = n;
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(m->name, members[i]) != 0)
			continue;
		out->chain = (*chain ? out->chain : 0) | (n ? 1u << i : 0);
		*chain = true;
	}
}

/* What the object says of its program, or else the protocol of all. */
static void read_run_config(struct cleat_program *prog, struct component *out)
{
	struct cleat_type_member m = { .struct_size = sizeof(m) };
	struct cleat_type type;
	bool chain = false;
	char name[256];

	out->priority = PRIORITY;
	out->chain = 1u << XDP_PASS;
	snprintf(name, sizeof(name), "_%s", cleat_program_name(prog));
	if (cleat_object_variable(cleat_program_object(prog), RUN_CONFIG, name, &type))
		return;
	for (uint32_t i = 0; cleat_type_member_at(&type, i, &m) == 0; i++)
		read_member(&m, out, &chain);
}

static uint32_t chain_of(const struct cleat_params *p)
{
	uint32_t chain = 0;

	for (size_t k = 0; k < cleat_param_count(p, "chain-call"); k++)
		for (size_t i = 0; i < ACTIONS; i++)
			if (strcmp(cleat_param_nth(p, "chain-call", k), actions[i]) == 0)
				chain |= 1u << i;
	return chain;
}

static void read_keys(const struct cleat_params *p, struct placed *placed)
{
	placed->has_priority = cleat_param(p, "priority");
	placed->priority = (uint32_t)cleat_param_uint(p, "priority");
	placed->has_chain = cleat_param_count(p, "chain-call");
	placed->chain = chain_of(p);
}

/* Keys, then the object, then what holds for all. */
static int make_component(struct cleat_program *prog, const struct placed *placed, int fd,
			  struct component *out)
{
	*out = (struct component) { .fd = fd };
	read_run_config(prog, out);
	if (placed->has_priority)
		out->priority = placed->priority;
	if (placed->has_chain)
		out->chain = placed->chain;
	out->flags = cleat_program_section(prog)->prog_flags & BPF_F_XDP_HAS_FRAGS;
	return dispatcher_look(out);
}

/* ---- loading --------------------------------------------------------------------------------- */

int component_prepare(struct cleat_program *prog, const struct cleat_params *p,
		      struct cleat_load *load)
{
	const struct dispatcher_config config = {
		.magic = DISPATCHER_MAGIC,
		.version = DISPATCHER_VERSION,
		.programs = 1,
		.chain = { 1u << DISPATCHER_GO_ON },
	};
	struct cleat *c = cleat_program_context(prog);

	(void)p;
	if (load->struct_size < sizeof(*load))
		return cleat_error(c, EOPNOTSUPP,
				   "this host cannot load a program for a dispatcher");
	load->attach_prog_fd = dispatcher_load(&config);
	if (load->attach_prog_fd < 0)
		return cleat_error_sys(c, load->attach_prog_fd, "cannot load a dispatcher");
	load->program_type = BPF_PROG_TYPE_EXT;
	load->attach_type = 0;
	load->prog_flags &= ~BPF_F_XDP_HAS_FRAGS; /* the dispatcher has it, when all have */
	load->btf_id = dispatcher_function(0);
	return 0;
}

/* ---- messages -------------------------------------------------------------------------------- */

struct failed {
	struct cleat *c;
	const struct cleat_params *p; /* or NULL */
	const struct dispatcher_change *ch;
	const char *name;
};

static int report_version(const struct failed *f)
{
	const struct dispatcher *d = &f->ch->found;
	char root[256];

	dispatcher_root(root, sizeof(root));
	if (d->version != DISPATCHER_VERSION) {
		cleat_error(f->c, EBUSY,
			    "'%s' has a dispatcher of version %u: only version %u is known here",
			    f->name, d->version, DISPATCHER_VERSION);
		cleat_hint(f->c, "the tool that made it can remove it: 'xdp-loader unload -a %s'",
			   f->name);
		return -EBUSY;
	}
	cleat_error(f->c, EBUSY, "the programs of dispatcher %u on '%s' are not pinned in %s",
		    d->id, f->name, root);
	cleat_hint(f->c, "LIBXDP_BPFFS names the BPF file system where they are");
	return -EBUSY;
}

static int report_busy(const struct failed *f)
{
	const struct dispatcher *d = &f->ch->found;
	struct link_place place = { .program = d->id, .ifindex = (uint32_t)f->ch->ifindex };
	char name[BPF_OBJ_NAME_LEN + 1];
	uint32_t link = 0;
	int fd;

	if (d->is == DISPATCHER_UNKNOWN)
		return report_version(f);
	progref_name(d->id, name, sizeof(name));
	cleat_error(f->c, EBUSY,
		    "'%s' has an XDP program that is no dispatcher: program %u%s%s%s, %s", f->name,
		    d->id, name[0] ? " '" : "", name, name[0] ? "'" : "",
		    device_mode_name(d->mode));
	fd = progref_link(BPF_LINK_TYPE_XDP, &place, &link);
	if (fd >= 0)
		close(fd);
	if (fd >= 0)
		cleat_hint(
			f->c,
			"link %u holds it; if it is a unit's, write 'dispatcher = yes' there, too",
			link);
	else
		cleat_hint(
			f->c,
			"'replace = yes' takes its place; a unit's needs 'dispatcher = yes', too");
	return -EBUSY;
}

/* The kernel refuses it where packets come in pieces; the first that cannot handle them is to blame. */
static bool report_frags(const struct failed *f, int err)
{
	const struct dispatcher_change *ch = f->ch;
	const char *blamed = ch->add && !ch->add->flags ? ch->add->name : NULL;
	struct device_state state;

	if (err != -ERANGE && err != -EOPNOTSUPP && err != -EINVAL)
		return false;
	for (size_t i = 0; i < ch->found.n && !blamed; i++)
		if (!ch->found.all[i].flags)
			blamed = ch->found.all[i].name;
	if (!blamed || device_state(ch->nl, ch->ifindex, &state) ||
	    (err != -ERANGE && state.mtu <= 1500))
		return false;
	cleat_error(f->c, err,
		    "'%s': its MTU of %u is too large for program '%s', and so for its dispatcher",
		    f->name, state.mtu, blamed);
	cleat_hint(
		f->c,
		"a dispatcher takes packets of any size when all its programs are SEC(\"xdp.frags\")");
	return true;
}

static int report_folder(const struct failed *f, int err)
{
	char root[256];

	dispatcher_root(root, sizeof(root));
	if (err == -ETXTBSY)
		return cleat_error(f->c, err, "%s is locked by another process", root);
	cleat_error(f->c, err, "%s is on no BPF file system: a dispatcher is pinned there", root);
	cleat_hint(f->c, "mount -t bpf bpf /sys/fs/bpf");
	return err;
}

static int report(const struct failed *f, int err)
{
	const struct dispatcher *d = &f->ch->found;

	switch (err) {
	case -EBUSY:
		if (d->is == DISPATCHER_UNKNOWN || d->is == DISPATCHER_OTHER)
			return report_busy(f);
		break;
	case -E2BIG:
		return cleat_error(
			f->c, err,
			"the dispatcher of '%s' has %d programs: it has room for no more", f->name,
			DISPATCHER_SLOTS);
	case -EEXIST:
		return cleat_error(f->c, err, "the dispatcher of '%s' has this program already",
				   f->name);
	case -EMEDIUMTYPE:
		return cleat_param_error(f->c, f->p, "mode", EINVAL,
					 "the dispatcher of '%s' is in mode %s", f->name,
					 device_mode_name(d->mode));
	case -ENOTDIR:
	case -ETXTBSY:
		return report_folder(f, err);
	}
	if (report_frags(f, err))
		return err;
	if (f->ch->nl->why[0])
		return cleat_error(f->c, err, "cannot put a dispatcher on '%s': %s", f->name,
				   f->ch->nl->why);
	cleat_error_sys(f->c, err, "cannot put a dispatcher on '%s'", f->name);
	if (err == -EINVAL)
		cleat_hint(f->c,
			   "kernels before 5.10 cannot attach a program to another dispatcher");
	return err;
}

/* ---- attaching ------------------------------------------------------------------------------- */

void placed_leave(const void *data)
{
	const struct placed *placed = data;

	close(placed->prog_fd);
}

/* It may be gone with its interface, or by the hand of another. */
static int remove_component(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	struct dispatcher_change ch = { .ifindex = placed->ifindex,
					.remove = progref_id(placed->prog_fd) };
	struct netlink nl = { 0 };
	int err = netlink_open(c, &nl);

	if (!err) {
		ch.nl = &nl;
		err = dispatcher_apply(&ch);
		dispatcher_release(&ch.found);
	}
	if (err == -ENODEV)
		dispatcher_sweep(placed->ifindex, ch.remove);
	netlink_close(&nl);
	close(placed->prog_fd);
	return err == -ENODEV || err == -ENOENT || err == -EBUSY ? 0 : err;
}

static int note_component(struct cleat_attach *a, const struct placed *placed, const char *name,
			  const struct component *m)
{
	int err = cleat_attach_undo(a, remove_component, placed, sizeof(*placed),
				    "xdp on %s, %s, under a dispatcher, priority %u", name,
				    device_mode_name(placed->mode), m->priority);

	return err ? err : cleat_attach_stays(a, placed_leave, "%s", "");
}

int component_attach(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		     int ifindex, uint32_t mode, uint32_t over)
{
	struct cleat *c = cleat_attach_context(a);
	struct placed placed = { .ifindex = ifindex };
	struct component m;
	struct dispatcher_change ch = {
		.nl = nl, .ifindex = ifindex, .mode = mode, .over = over, .add = &m
	};
	const struct failed f = { .c = c, .p = p, .ch = &ch, .name = cleat_param(p, "interface") };
	int err;

	read_keys(p, &placed);
	placed.prog_fd = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3);
	if (placed.prog_fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the program");
	err = make_component(cleat_attach_program(a), &placed, placed.prog_fd, &m);
	if (err) {
		close(placed.prog_fd);
		return cleat_error_sys(c, err, "cannot ask for the program");
	}
	err = dispatcher_apply(&ch);
	placed.mode = ch.made_in;
	if (err) {
		report(&f, err);
		close(placed.prog_fd);
	} else {
		err = note_component(a, &placed, f.name, &m);
	}
	dispatcher_release(&ch.found);
	return err;
}

int component_replace(struct cleat_link *l, struct placed *placed, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct component m;
	struct netlink nl = { 0 };
	struct dispatcher_change ch = { .nl = &nl,
					.ifindex = placed->ifindex,
					.remove = progref_id(placed->prog_fd),
					.add = &m };
	char name[IF_NAMESIZE] = "";
	const struct failed f = { .c = c, .ch = &ch, .name = name };
	int fd = fcntl(cleat_program_fd(prog), F_DUPFD_CLOEXEC, 3), err;

	if (fd < 0)
		return cleat_error_sys(c, errno, "%s: cannot keep the program", cleat_link_what(l));
	if_indextoname((unsigned int)placed->ifindex, name);
	err = netlink_open(c, &nl);
	if (!err) {
		err = make_component(prog, placed, fd, &m);
		if (!err)
			err = dispatcher_apply(&ch);
		if (err)
			report(&f, err);
		dispatcher_release(&ch.found);
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

int component_find(struct cleat_attach *a, const struct cleat_params *p, struct netlink *nl,
		   int ifindex)
{
	struct placed placed = { .ifindex = ifindex };
	struct dispatcher d;
	struct component m = { 0 };
	int err = dispatcher_read(nl, ifindex, &d);
	int i = err ? -1 : dispatcher_index(&d, progref_id(cleat_attach_fd(a)));

	if (i >= 0) {
		m = d.all[i];
		placed.mode = d.mode;
	}
	dispatcher_release(&d);
	if (err || i < 0)
		return err ? err : -ENOENT;
	read_keys(p, &placed);
	placed.prog_fd = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3);
	return placed.prog_fd < 0 ? -errno
				  : note_component(a, &placed, cleat_param(p, "interface"), &m);
}

static void chain_fact(struct cleat_facts *out, uint32_t chain)
{
	char text[64] = "";
	size_t n = 0;

	for (size_t i = 0; i < ACTIONS; i++)
		if (chain & 1u << i)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? " " : "",
					      actions[i]);
	cleat_facts_text(out, "chain-call", "%s", n ? text : "none");
}

bool component_facts(struct netlink *nl, int ifindex, struct cleat_facts *out)
{
	struct dispatcher d;
	bool is = dispatcher_read(nl, ifindex, &d) == 0 && d.is == DISPATCHER_OURS;

	for (size_t i = 0; is && i < d.n; i++) {
		cleat_facts_number(out, "program", d.all[i].id);
		cleat_facts_text(out, "mode", "%s", device_mode_name(d.mode));
		cleat_facts_number(out, "dispatcher", d.id);
		cleat_facts_number(out, "priority", d.all[i].priority);
		chain_fact(out, d.all[i].chain);
	}
	dispatcher_release(&d);
	return is;
}
