/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tracing.c - programs bound to a kernel function or tracepoint by its BTF: fentry, fexit,
 * fmod_ret, tp_btf; also to a function of another BPF program.
 *
 * Knows how the kernel names these targets in BTF; finding them there is the host's work.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/linkinfo.h"

static const struct cleat_section sections[] = {
	{ .pattern = "tp_btf+", .attach_type = BPF_TRACE_RAW_TP },
	{ .pattern = "tp_btf.s+", .attach_type = BPF_TRACE_RAW_TP, .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fentry+", .attach_type = BPF_TRACE_FENTRY },
	{ .pattern = "fentry.s+", .attach_type = BPF_TRACE_FENTRY, .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fexit+", .attach_type = BPF_TRACE_FEXIT },
	{ .pattern = "fexit.s+", .attach_type = BPF_TRACE_FEXIT, .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fmod_ret+", .attach_type = BPF_MODIFY_RETURN },
	{ .pattern = "fmod_ret.s+", .attach_type = BPF_MODIFY_RETURN,
	  .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	{ .name = "target", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_LOAD,
	  .help = "kernel function as [MODULE:]FUNCTION; of tp_btf: name of the tracepoint" },
	{ .name = "target-program", .flags = CLEAT_KEY_LOAD,
	  .help = "id or pinned path of a BPF program whose function is the target" },
	{ .name = "cookie", .type = CLEAT_TYPE_UINT, .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.19)" },
};

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)section;
	return *text ? cleat_param_set(p, "target", text) : 0;
}

/* A descriptor of the program to trace, or -errno after saying why. */
static int open_program(struct cleat *c, const struct cleat_params *p, const char *which)
{
	union bpf_attr attr = { 0 };
	int fd;

	if (strchr(which, '/')) {
		attr.pathname = (uintptr_t)which;
		fd = cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	} else {
		char *end;
		unsigned long id = strtoul(which, &end, 10);

		if (*end || !id || id > UINT32_MAX)
			return cleat_param_error(c, p, "target-program", EINVAL,
						 "program '%s' is neither an id nor a path", which);
		attr.prog_id = (uint32_t)id;
		fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
	}
	if (fd < 0)
		cleat_param_error(c, p, "target-program", fd, "cannot open program '%s': %s", which,
				  strerror(-fd));
	return fd;
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	const char *target = cleat_param(p, "target"), *colon;
	const char *other = cleat_param(p, "target-program");
	struct cleat *c = cleat_program_context(prog);
	bool is_tracepoint = load->attach_type == BPF_TRACE_RAW_TP;

	if (!target) {
		cleat_error(c, EINVAL, "nothing says what it traces");
		cleat_hint(c, "write SEC(\"%s/NAME\"), or target = NAME in [program %s]",
			   is_tracepoint ? "tp_btf" : "fentry", cleat_program_name(prog));
		return -EINVAL;
	}
	colon = strchr(target, ':');
	if (colon) {
		load->btf_module = cleat_program_keep(prog, "%.*s", (int)(colon - target), target);
		target = colon + 1;
	}
	load->btf_name = cleat_program_keep(prog, "%s%s", is_tracepoint ? "btf_trace_" : "", target);
	load->btf_kind = is_tracepoint ? CLEAT_BTF_TYPEDEF : CLEAT_BTF_FUNC;
	load->btf_prefix = is_tracepoint ? strlen("btf_trace_") : 0;
	load->btf_noun = is_tracepoint ? "tracepoint" : NULL;
	if (!load->btf_name || (colon && !load->btf_module))
		return cleat_error(c, ENOMEM, "out of memory");
	if (other) {
		load->attach_prog_fd = open_program(c, p, other);
		if (load->attach_prog_fd < 0)
			return load->attach_prog_fd;
	}
	return 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const struct cleat_section *section = cleat_program_section(cleat_attach_program(a));
	struct cleat *c = cleat_attach_context(a);
	const char *target = cleat_param(p, "target");
	uint64_t cookie = cleat_param_uint(p, "cookie");
	union bpf_attr attr = { 0 };
	int err;

	attr.link_create.attach_type = section->attach_type;
	attr.link_create.tracing.cookie = cookie;
	err = cleat_attach_link(a, &attr, "%.*s %s", (int)strcspn(section->pattern, "+"),
				section->pattern, target);
	/* Before 5.19 the kernel made such links by another command, and without cookies. */
	if (err == -EINVAL && !cookie)
		err = cleat_attach_raw_tracepoint(a, NULL, 0, "%.*s %s",
						  (int)strcspn(section->pattern, "+"),
						  section->pattern, target);
	if (!err)
		return 0;
	cleat_error_sys(c, err, "cannot attach to '%s'", target);
	if (err == -EINVAL && cookie)
		cleat_hint(c, "cookies need kernel 5.19, on tracepoints 6.10");
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	static const struct {
		uint32_t type;
		const char *word;
	} kinds[] = {
		{ BPF_TRACE_RAW_TP, "tp_btf" },
		{ BPF_TRACE_FENTRY, "fentry" },
		{ BPF_TRACE_FEXIT, "fexit" },
		{ BPF_MODIFY_RETURN, "fmod_ret" },
	};
	const char *word = NULL;

	(void)size;
	if (info->type == BPF_LINK_TYPE_RAW_TRACEPOINT &&
	    linkinfo_program_type(c, info->prog_id) == BPF_PROG_TYPE_TRACING) {
		cleat_facts_text(out, "attach", "tp_btf");
		return linkinfo_raw_tracepoint(c, "target", out);
	}
	if (info->type != BPF_LINK_TYPE_TRACING)
		return -ENOENT;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (info->tracing.attach_type == kinds[i].type)
			word = kinds[i].word;
	if (!word)
		return -ENOENT;
	cleat_facts_text(out, "attach", "%s", word);
	linkinfo_btf_target(c, info, out);
	if (info->tracing.cookie)
		cleat_facts_number(out, "cookie", info->tracing.cookie);
	return 0;
}

static const struct cleat_program_plugin tracing = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "tracing",
			   "kernel functions and tracepoints by BTF"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_TRACING,
	.parse_target = parse_target,
	.prepare = prepare,
	.attach = attach,
	.describe = describe,
};
CLEAT_PLUGIN(tracing)
