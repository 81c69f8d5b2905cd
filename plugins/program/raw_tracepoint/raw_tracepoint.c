/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * raw_tracepoint.c - programs on tracepoints that get the raw arguments; also the writable kind.
 *
 * Knows names of tracepoints only as text: the kernel finds them.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/linkinfo.h"

static const struct cleat_section sections[] = {
	{ .pattern = "raw_tracepoint+" },
	{ .pattern = "raw_tp+" },
	{ .pattern = "raw_tracepoint.s+", .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "raw_tp.s+", .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "raw_tracepoint.w+", .program_type = BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE },
	{ .pattern = "raw_tp.w+", .program_type = BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE },
};

static const struct cleat_key keys[] = {
	{ .name = "event", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_REPEAT,
	  .help = "name of the tracepoint, without its category; * and ? match several" },
	{ .name = "cookie", .type = CLEAT_TYPE_UINT, .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 6.10)" },
};

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "event", text) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	for (size_t i = 0; i < cleat_param_count(p, "event"); i++) {
		const char *event = cleat_param_nth(p, "event", i);
		const char *mark = strpbrk(event, "/:");

		if (!mark && *event)
			continue;
		cleat_param_error(c, p, "event", EINVAL, "'%s' is not the name of a raw tracepoint",
				  event);
		if (mark && mark[1])
			cleat_hint(c, "they have no category: write '%s'", mark + 1);
		return -EINVAL;
	}
	return 0;
}

/* Since 5.10 the kernel has such a function for each tracepoint. */
#define PREFIX "__traceiter_"

static void explain(struct cleat_attach *a, const struct cleat_params *p, const char *event,
		    int err)
{
	struct cleat *c = cleat_attach_context(a);
	uint32_t type = cleat_program_section(cleat_attach_program(a))->program_type;

	if (err == -ENOENT) {
		cleat_param_error(c, p, "event", ENOENT, "this kernel has no tracepoint '%s'", event);
		cleat_hint_kernel_name(c, PREFIX, event);
		return;
	}
	cleat_error_sys(c, err, "cannot attach to raw tracepoint '%s'", event);
	if (err == -EINVAL && cleat_param_uint(p, "cookie"))
		cleat_hint(c, "cookies on raw tracepoints need kernel 6.10");
	else if (err == -EINVAL && type)
		cleat_hint(c, "the program writes more than this tracepoint lets it, or it lets nothing");
	else if (err == -EINVAL)
		cleat_hint(c, "the program reads more arguments than this tracepoint has");
}

/* ---- patterns ----------------------------------------------------------------------------------- */

struct search {
	struct cleat *c;
	const struct cleat_params *p;
	struct cleat_targets *out;
	size_t n;
};

static int add_target(struct search *s, const char *event)
{
	struct cleat_params *target = cleat_targets_add(s->out, s->p);

	s->n++;
	return target ? cleat_param_set(target, "event", event)
		      : cleat_error(s->c, ENOMEM, "out of memory");
}

static int offer(void *user, const char *name, uint64_t address, const char *module)
{
	(void)address;
	(void)module;
	return add_target(user, name + strlen(PREFIX));
}

static int expand_one(struct search *s, const char *event)
{
	char pattern[128];
	int err;

	if (!strpbrk(event, "*?["))
		return add_target(s, event);
	if (snprintf(pattern, sizeof(pattern), PREFIX "%s", event) >= (int)sizeof(pattern))
		return cleat_param_error(s->c, s->p, "event", EINVAL, "'%s' is too long", event);
	s->n = 0;
	err = cleat_kernel_each_function(s->c, pattern, offer, s);
	return err || s->n ? err
			   : cleat_param_error(s->c, s->p, "event", ENOENT,
					       "no tracepoint of this kernel matches '%s'", event);
}

/* Each is a target of its own. */
static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	struct search s = { .c = cleat_program_context(prog), .p = p, .out = out };
	int err = 0;

	for (size_t i = 0; i < cleat_param_count(p, "event") && !err; i++)
		err = expand_one(&s, cleat_param_nth(p, "event", i));
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const char *event = cleat_param(p, "event");
	int err = cleat_attach_raw_tracepoint(a, event, cleat_param_uint(p, "cookie"),
					      "raw tracepoint %s", event);

	if (err)
		explain(a, p, event, err);
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	uint32_t type;

	(void)size;
	if (info->type != BPF_LINK_TYPE_RAW_TRACEPOINT)
		return -ENOENT;
	/* Programs of tp_btf make links of this type, too. */
	type = linkinfo_program_type(c, info->prog_id);
	if (type != BPF_PROG_TYPE_RAW_TRACEPOINT && type != BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE)
		return -ENOENT;
	return linkinfo_raw_tracepoint(c, "event", out);
}

static const struct cleat_program_plugin raw_tracepoint = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "raw_tracepoint",
			   "tracepoints with raw arguments"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
	.ctx_type = "bpf_raw_tracepoint_args",
	.parse_target = parse_target,
	.check = check,
	.expand = expand,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.describe = describe,
};
CLEAT_PLUGIN(raw_tracepoint)
