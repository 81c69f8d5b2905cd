/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A plugin as a stranger writes it: one file, the installed headers, nothing of
 * the source tree. It offers a section name that no plugin of ours has.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>
#include <errno.h>

static const struct cleat_section sections[] = {
	{ .pattern = "stranger" },
};

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	(void)p;
	return cleat_error(cleat_attach_context(a), EOPNOTSUPP, "a stranger attaches nothing");
}

static const struct cleat_program_plugin stranger = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "stranger",
			   "a plugin from outside"),
	CLEAT_TABLE(sections, sections),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.attach = attach,
};
CLEAT_PLUGIN(stranger)
