/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * struct_ops.c - programs that are functions of one of the kernel's structs.
 *
 * Knows hardly more than their names: which struct and which member each of them is for is said by the
 * map that has it (plugin struct_ops_map), and so is when it is registered.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

static const struct cleat_section sections[] = {
	{ .pattern = "struct_ops+", .flags = CLEAT_SECTION_NO_ATTACH | CLEAT_SECTION_IN_MAP },
	{ .pattern = "struct_ops.s+",
	  .prog_flags = BPF_F_SLEEPABLE,
	  .flags = CLEAT_SECTION_NO_ATTACH | CLEAT_SECTION_IN_MAP },
};

/* SEC("struct_ops/NAME"): people write the member's name there, and nothing depends on it. */
static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)c;
	(void)p;
	(void)section;
	(void)text;
	return 0;
}

static const struct cleat_program_plugin struct_ops = {
	.base = CLEAT_HEAD(
		struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "struct_ops",
		"functions of a struct that the kernel calls: TCP congestion control and the like"),
	CLEAT_TABLE(sections, sections),
	.program_type = BPF_PROG_TYPE_STRUCT_OPS,
	.parse_target = parse_target,
};
CLEAT_PLUGIN(struct_ops)
