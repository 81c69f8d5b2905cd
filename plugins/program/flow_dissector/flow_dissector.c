/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * flow_dissector.c - programs that say to which flow a packet belongs: by a link, or by the older
 * way of attaching, which knows the namespace of the caller only.
 *
 * Knows both ways and the kernel's refusals; namespaces are common/netns.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/netns.h"
#include "common/progref.h"

static const struct cleat_section sections[] = {
	{ .pattern = "flow_dissector+",
	  .attach_type = BPF_FLOW_DISSECTOR,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL | CLEAT_SECTION_ANY_TEXT },
};

static const struct cleat_key keys[] = {
	{ .name = "netns", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT, .help = NETNS_HELP },
	{ .name = "via",
	  .type = CLEAT_TYPE_CHOICE,
	  .choices = "auto|link|attach",
	  .preset = "auto",
	  .help = "how to attach: a link (5.8), or without one, as kernels from 4.20 on do" },
};

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return netns_expand(cleat_program_context(prog), p, "netns", out);
}

static int report(struct cleat *c, const struct cleat_params *p, int err)
{
	const char *name = cleat_param(p, "netns");

	/* The first namespace stands for all: with a program there, no other may have one. */
	if (err == -EEXIST || err == -E2BIG || err == -EBUSY) {
		cleat_param_error(c, p, "netns", err,
				  "namespace '%s' has a flow dissector already, or the first "
				  "namespace has",
				  name);
		cleat_hint(c, "there is one for each namespace, or one in the first for all");
		return err;
	}
	return cleat_error_sys(c, err, "cannot attach to namespace '%s'", name);
}

/* ---- the older way ------------------------------------------------------------------------------ */

struct placed {
	int netns, program;
};

struct inside {
	int program, command;
};

static int run_inside(void *data)
{
	const struct inside *in = data;
	union bpf_attr attr = {
		.attach_type = BPF_FLOW_DISSECTOR,
		.attach_bpf_fd = (uint32_t)in->program,
	};

	return cleat_sys_bpf(in->command, &attr, sizeof(attr));
}

/* BPF_PROG_ATTACH or BPF_PROG_DETACH, which know the caller's namespace only. */
static int in_netns(int netns, int program, int command)
{
	struct inside in = { .program = program, .command = command };

	return netns_run(netns, run_inside, &in);
}

static int detach(struct cleat *c, const void *data)
{
	const struct placed *placed = data;
	int err = in_netns(placed->netns, placed->program, BPF_PROG_DETACH);

	close(placed->netns);
	close(placed->program);
	/* Gone, or somebody else's by now. */
	if (err == -ENOENT || err == -EINVAL)
		return 0;
	return err ? cleat_error_sys(c, err, "cannot detach the flow dissector") : 0;
}

static void leave(const void *data)
{
	const struct placed *placed = data;

	close(placed->netns);
	close(placed->program);
}

/* The id of the program that is there, or 0. */
static uint32_t attached(int netns)
{
	uint32_t id = 0;
	union bpf_attr attr = {
		.query = {
			.target_fd = (uint32_t)netns,
			.attach_type = BPF_FLOW_DISSECTOR,
			.prog_ids = (uintptr_t)&id,
			.prog_cnt = 1,
		},
	};

	return cleat_sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)) ? 0 : id;
}

static int note_placed(struct cleat_attach *a, const struct cleat_params *p, int netns)
{
	const struct placed placed = {
		.netns = fcntl(netns, F_DUPFD_CLOEXEC, 3),
		.program = fcntl(cleat_attach_fd(a), F_DUPFD_CLOEXEC, 3),
	};
	int err = cleat_attach_undo(a, detach, &placed, sizeof(placed),
				    "flow dissector of namespace %s, without a link",
				    cleat_param(p, "netns"));

	return err ? err : cleat_attach_stays(a, leave, "%s", "");
}

static int attach_old(struct cleat_attach *a, const struct cleat_params *p, int netns)
{
	int err;

	/* It would take the other's place without a word. */
	if (attached(netns))
		return -EEXIST;
	err = in_netns(netns, cleat_attach_fd(a), BPF_PROG_ATTACH);
	return err ? err : note_placed(a, p, netns);
}

/* ---- attaching ---------------------------------------------------------------------------------- */

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *via = cleat_param(p, "via");
	union bpf_attr attr = { 0 };
	int fd = netns_open(c, p, "netns"), err = -EINVAL;

	if (fd < 0)
		return fd;
	attr.link_create.target_fd = (uint32_t)fd;
	attr.link_create.attach_type = BPF_FLOW_DISSECTOR;
	if (strcmp(via, "attach") != 0)
		err = cleat_attach_link(a, &attr, "flow dissector of namespace %s",
					cleat_param(p, "netns"));
	if (err == -EINVAL && strcmp(via, "link") != 0)
		err = attach_old(a, p, fd);
	close(fd);
	return err ? report(c, p, err) : 0;
}

static int replace(struct cleat_link *l, struct cleat_program *prog)
{
	struct cleat *c = cleat_program_context(prog);
	struct placed *placed = cleat_link_undo_data(l);
	int err, fd;

	if (!placed)
		return -EAGAIN; /* a kernel link */
	fd = fcntl(cleat_program_fd(prog), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot keep the program");
	err = in_netns(placed->netns, fd, BPF_PROG_ATTACH);
	if (err) {
		close(fd);
		return cleat_error_sys(c, err, "%s: cannot replace the program",
				       cleat_link_what(l));
	}
	close(placed->program);
	placed->program = fd;
	return 0;
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)prog;
	if (strcmp(cleat_param(p, "via"), "attach") != 0)
		return 0;
	way->name = "namespace without a link";
	way->lasts = CLEAT_LASTS_KERNEL;
	return 0;
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	int fd = netns_open(cleat_attach_context(a), p, "netns"), err = -ENOENT;
	uint32_t id = progref_id(cleat_attach_fd(a));

	(void)note;
	if (fd < 0)
		return fd;
	if (id && attached(fd) == id)
		err = note_placed(a, p, fd);
	close(fd);
	return err;
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return netns_query(c, p, "netns", BPF_FLOW_DISSECTOR, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)c;
	(void)size;
	return netns_describe(info, BPF_FLOW_DISSECTOR, "netns", out);
}

static const struct cleat_program_plugin flow_dissector = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "flow_dissector",
			   "which flow a packet belongs to"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_FLOW_DISSECTOR,
	.flags = CLEAT_PROGRAM_ALONE,
	.ctx_type = "__sk_buff",
	.expand = expand,
	.attach = attach,
	.replace = replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = foresee,
};
CLEAT_PLUGIN(flow_dissector)
