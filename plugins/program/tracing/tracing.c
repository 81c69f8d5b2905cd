/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tracing.c - programs bound to a kernel function or tracepoint by its BTF: fentry, fexit,
 * fmod_ret, fsession, tp_btf; also to a function of another BPF program. Programs on many functions
 * at once are in many.c.
 *
 * Knows how the kernel names these targets in BTF; finding them there is the host's work.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>

#include "common/linkinfo.h"
#include "common/progref.h"
#include "many.h"

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
	{ .pattern = "fsession+", .attach_type = BPF_TRACE_FSESSION },
	{ .pattern = "fsession.s+", .attach_type = BPF_TRACE_FSESSION,
	  .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fentry.multi+", .attach_type = BPF_TRACE_FENTRY_MULTI },
	{ .pattern = "fentry.multi.s+", .attach_type = BPF_TRACE_FENTRY_MULTI,
	  .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fexit.multi+", .attach_type = BPF_TRACE_FEXIT_MULTI },
	{ .pattern = "fexit.multi.s+", .attach_type = BPF_TRACE_FEXIT_MULTI,
	  .prog_flags = BPF_F_SLEEPABLE },
	{ .pattern = "fsession.multi+", .attach_type = BPF_TRACE_FSESSION_MULTI },
	{ .pattern = "fsession.multi.s+", .attach_type = BPF_TRACE_FSESSION_MULTI,
	  .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	{ .name = "target", .flags = CLEAT_KEY_REQUIRED | CLEAT_KEY_LOAD | CLEAT_KEY_REPEAT,
	  .help = "kernel function as [MODULE:]FUNCTION, several for a multi form, where * and ? match; "
		  "of tp_btf: name of the tracepoint" },
	{ .name = "except", .flags = CLEAT_KEY_REPEAT,
	  .help = "multi forms: functions to leave out of those that were matched; * and ? match several" },
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

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);

	if (many_is(cleat_program_section(prog)))
		return many_check(prog, p);
	if (cleat_param_count(p, "target") > 1)
		return cleat_param_error(c, p, "target", EINVAL,
					 "a program has one target, but for the multi forms");
	if (cleat_param_given(p, "except"))
		return cleat_param_error(c, p, "except", EINVAL,
					 "there is nothing to leave out: only multi forms match several");
	return 0;
}

static int prepare(struct cleat_program *prog, const struct cleat_params *p,
		   struct cleat_load *load)
{
	const char *target = cleat_param(p, "target"), *colon;
	struct cleat *c = cleat_program_context(prog);
	bool is_tracepoint = load->attach_type == BPF_TRACE_RAW_TP;

	if (!target) {
		cleat_error(c, EINVAL, "nothing says what it traces");
		cleat_hint(c, "write SEC(\"%s/NAME\"), or target = NAME in [program %s]",
			   is_tracepoint ? "tp_btf" : "fentry", cleat_program_name(prog));
		return -EINVAL;
	}
	if (many_is(cleat_program_section(prog)))
		return many_prepare(prog, p, load); /* bound to its functions by the link */
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
	if (cleat_param(p, "target-program")) {
		load->attach_prog_fd = progref_open(c, p, "target-program");
		if (load->attach_prog_fd < 0)
			return load->attach_prog_fd;
	}
	return 0;
}

static const char *without_module(const char *target)
{
	const char *colon = strchr(target, ':');

	return colon ? colon + 1 : target;
}

/* The kernel binds a program to one target when it loads it; a link would go there whatever it is told. */
static int same_target(struct cleat_attach *a, const struct cleat_params *p)
{
	static const char prefix[] = "btf_trace_";
	const char *target = cleat_param(p, "target"), *loaded;
	struct cleat *c = cleat_attach_context(a);
	const char *program = cleat_program_name(cleat_attach_program(a));
	struct bpf_prog_info info;

	if (cleat_param(p, "target-program") || linkinfo_program_by_fd(cleat_attach_fd(a), &info))
		return 0;
	/* Before 6.0 the kernel does not say. */
	loaded = cleat_describe_btf(c, info.attach_btf_obj_id, info.attach_btf_id, NULL);
	if (!loaded)
		return 0;
	if (strncmp(loaded, prefix, strlen(prefix)) == 0)
		loaded += strlen(prefix);
	if (strcmp(loaded, without_module(target)) == 0)
		return 0;
	cleat_param_error(c, p, "target", EINVAL, "program '%s' was loaded for '%s', not '%s'", program,
			  loaded, target);
	cleat_hint(c, "it has one target, that of [program %s] or of its first [attach]; many have "
		      "SEC(\"fentry.multi\")", program);
	return -EINVAL;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const struct cleat_section *section = cleat_program_section(cleat_attach_program(a));
	struct cleat *c = cleat_attach_context(a);
	const char *target = cleat_param(p, "target");
	uint64_t cookie = cleat_param_uint(p, "cookie");
	union bpf_attr attr = { 0 };
	int err;

	if (many_is(section))
		return many_attach(a, p);
	err = same_target(a, p);
	if (err)
		return err;
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
	else if (err == -ENOENT)
		cleat_hint(c, LINKINFO_ONCE);
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
		{ BPF_TRACE_FSESSION, "fsession" },
	};
	const char *word = NULL;

	(void)size;
	if (info->type == BPF_LINK_TYPE_TRACING_MULTI)
		return many_describe(c, info, out);
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
	.check = check,
	.prepare = prepare,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.describe = describe,
};
CLEAT_PLUGIN(tracing)
