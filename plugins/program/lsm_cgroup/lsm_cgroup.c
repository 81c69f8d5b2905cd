/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * lsm_cgroup.c - programs that decide at the kernel's security hooks for the processes of a cgroup.
 *
 * Knows that the two belong together; the hooks are common/lsmhook.c's, the cgroups
 * common/cgroup.c's.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/cgroup.h"
#include "common/lsmhook.h"

static const struct cleat_section sections[] = {
	{ .pattern = "lsm_cgroup+", .attach_type = BPF_LSM_CGROUP },
};

static const struct cleat_key keys[] = {
	LSMHOOK_KEY,
	CGROUP_KEYS,
};

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	return cgroup_check(cleat_program_context(prog), p);
}

static int expand(struct cleat_program *prog, const struct cleat_params *p,
		  struct cleat_targets *out)
{
	return cgroup_expand(cleat_program_context(prog), p, out);
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	char what[128];
	int err = lsmhook_active(cleat_attach_context(a));

	if (!err)
		err = lsmhook_same(a, p);
	if (err)
		return err;
	snprintf(what, sizeof(what), "lsm_cgroup %s", cleat_param(p, "hook"));
	return cgroup_attach(a, p, BPF_LSM_CGROUP, what);
}

/* The kernel tells the programs of all hooks at once: those of others are left out. */
static int query(struct cleat *c, const struct cleat_params *p, struct cleat_facts *out)
{
	const char *hook = cleat_param(p, "hook");
	struct cleat_facts *all = cleat_facts_new();
	bool wanted = false;
	int err = all ? cgroup_query(c, p, BPF_LSM_CGROUP, NULL, NULL, all)
		      : cleat_error(c, ENOMEM, "out of memory");

	for (size_t i = 0; !err && i < cleat_facts_count(all); i++) {
		const struct cleat_fact *f = cleat_facts_get(all, i);
		bool is_program = strcmp(f->name, "program") == 0;
		const char *name = is_program ? lsmhook_name(c, (uint32_t)f->number) : NULL;

		if (is_program)
			wanted = !hook || (name && strcmp(name, hook) == 0);
		if (!wanted)
			continue;
		if (f->kind == CLEAT_FACT_NUMBER)
			cleat_facts_number(out, f->name, f->number);
		else
			cleat_facts_text(out, f->name, "%s", f->text);
		if (name)
			cleat_facts_text(out, "hook", "%s", name);
	}
	cleat_facts_free(all);
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	const char *name;

	(void)size;
	if (info->type != BPF_LINK_TYPE_CGROUP || info->cgroup.attach_type != BPF_LSM_CGROUP)
		return -ENOENT;
	cgroup_describe(c, info, out);
	name = lsmhook_name(c, info->prog_id);
	if (name)
		cleat_facts_text(out, "hook", "%s", name);
	return 0;
}

static const struct cleat_program_plugin lsm_cgroup = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "lsm_cgroup",
			   "decisions at the kernel's security hooks, for a cgroup"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_LSM,
	.parse_target = lsmhook_parse,
	.check = check,
	.expand = expand,
	.prepare = lsmhook_prepare,
	.attach = attach,
	.replace = cgroup_replace,
	.query = query,
	.describe = describe,
};
CLEAT_PLUGIN(lsm_cgroup)
