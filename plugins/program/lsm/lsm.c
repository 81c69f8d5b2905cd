/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lsm.c - programs that decide at the kernel's security hooks, for the whole machine.
 *
 * Knows how these hooks are named in the kernel's BTF, and how to tell whether the kernel asks BPF
 * programs at all; finding the hook there is the host's work.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>

#include "common/linkinfo.h"
#include "common/lsmhook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "lsm+", .attach_type = BPF_LSM_MAC },
	{ .pattern = "lsm.s+", .attach_type = BPF_LSM_MAC, .prog_flags = BPF_F_SLEEPABLE },
};

static const struct cleat_key keys[] = {
	LSMHOOK_KEY,
	{ .name = "cookie",
	  .type = CLEAT_TYPE_UINT,
	  .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.19)" },
};

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const struct cleat_section *section = cleat_program_section(cleat_attach_program(a));
	struct cleat *c = cleat_attach_context(a);
	const char *hook = cleat_param(p, "hook");
	uint64_t cookie = cleat_param_uint(p, "cookie");
	int word = (int)strcspn(section->pattern, "+");
	union bpf_attr attr = { 0 };
	int err = lsmhook_active(c);

	if (!err)
		err = lsmhook_same(a, p);
	if (err)
		return err;
	attr.link_create.attach_type = BPF_LSM_MAC;
	attr.link_create.tracing.cookie = cookie;
	err = cleat_attach_link(a, &attr, "%.*s %s", word, section->pattern, hook);
	/* Before 5.19 the kernel made such links by another command, and without cookies. */
	if (err == -EINVAL && !cookie)
		err = cleat_attach_raw_tracepoint(a, NULL, 0, "%.*s %s", word, section->pattern,
						  hook);
	if (!err)
		return 0;
	cleat_error_sys(c, err, "cannot attach to security hook '%s'", hook);
	if (err == -EINVAL && cookie)
		cleat_hint(c, "cookies need kernel 5.19");
	else if (err == -ENOENT)
		cleat_hint(c, LINKINFO_ONCE);
	else if (err == -ENOTSUP || err == -524)
		cleat_hint(c, "this kernel has no BPF trampolines for this machine");
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	const char *name;

	(void)size;
	if (info->type != BPF_LINK_TYPE_TRACING || info->tracing.attach_type != BPF_LSM_MAC)
		return -ENOENT;
	name = lsmhook_name(c, info->prog_id);
	if (name)
		cleat_facts_text(out, "hook", "%s", name);
	if (info->tracing.cookie)
		cleat_facts_number(out, "cookie", info->tracing.cookie);
	return 0;
}

static const struct cleat_program_plugin lsm = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "lsm",
			   "decisions at the kernel's security hooks"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_LSM,
	.parse_target = lsmhook_parse,
	.prepare = lsmhook_prepare,
	.attach = attach,
	.replace = cleat_link_attach_again,
	.describe = describe,
};
CLEAT_PLUGIN(lsm)
