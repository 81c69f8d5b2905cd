/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_device.c - programs that allow or refuse devices to the processes of a cgroup.
 *
 * Knows the sections; hooks of cgroups are common/cghook.c's, cgroups common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "common/cghook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "cgroup/dev",
	  .attach_type = BPF_CGROUP_DEVICE,
	  .flags = CLEAT_SECTION_ATTACH_OPTIONAL },
};

static const struct cghook hooks = CGHOOK("cgroup_device", sections);

static const struct cleat_key keys[] = {
	CGROUP_KEYS,
};

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	return cghook_check(&hooks, prog, p);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	return cghook_attach(&hooks, a, p);
}

static int find(struct cleat_attach *a, const struct cleat_params *p, const char *note)
{
	(void)note;
	return cghook_find(&hooks, a, p);
}

static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	return cghook_query(&hooks, c, p, out);
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)size;
	return cghook_describe(&hooks, c, info, out);
}

static const struct cleat_program_plugin cgroup_device = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "cgroup_device",
			   "which devices the processes of a cgroup may use"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_CGROUP_DEVICE,
	.ctx_type = "bpf_cgroup_dev_ctx",
	.check = check,
	.expand = cghook_expand,
	.attach = attach,
	.replace = cgroup_replace,
	.query = query,
	.describe = describe,
	.find = find,
	.foresee = cgroup_foresee,
};
CLEAT_PLUGIN(cgroup_device)
