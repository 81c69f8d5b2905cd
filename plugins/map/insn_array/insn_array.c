/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * insn_array.c - arrays of instructions: where an indirect jump of a program may lead. Each table of
 * section .jumptables becomes such a map, for one program and one table.
 *
 * The kernel follows each entry through all that it does to the program. So the map must be complete and
 * frozen when the program is loaded, and is of no use to another.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_INSN_ARRAY,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_INDEX,
	  .name = "insn_array" },
};

static int create(const char *name, uint32_t n)
{
	union bpf_attr attr = { 0 };

	attr.map_type = BPF_MAP_TYPE_INSN_ARRAY;
	attr.key_size = sizeof(uint32_t);
	attr.value_size = sizeof(struct bpf_insn_array_value);
	attr.max_entries = n;
	snprintf(attr.map_name, sizeof(attr.map_name), "%s", name);
	return cleat_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int set_entry(int fd, uint32_t i, uint32_t to)
{
	struct bpf_insn_array_value value = { .orig_off = to };
	union bpf_attr attr = { 0 };

	attr.map_fd = (uint32_t)fd;
	attr.key = (uintptr_t)&i;
	attr.value = (uintptr_t)&value;
	return cleat_sys_bpf(BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr));
}

static int freeze(int fd)
{
	union bpf_attr attr = { 0 };

	attr.map_fd = (uint32_t)fd;
	return cleat_sys_bpf(BPF_MAP_FREEZE, &attr, sizeof(attr));
}

static int jump_table(struct cleat *c, const char *name, const uint32_t *to, uint32_t n)
{
	int fd = create(name, n), err = 0;

	if (fd < 0) {
		cleat_error_sys(c, fd, "cannot make the table of %u entries for indirect jumps", n);
		cleat_hint(c, "kernels before 6.19 have no indirect jumps: compile with "
			      "-fno-jump-tables");
		return fd;
	}
	for (uint32_t i = 0; i < n && !err; i++)
		err = set_entry(fd, i, to[i]);
	if (!err)
		err = freeze(fd);
	if (!err)
		return fd;
	close(fd);
	return cleat_error_sys(c, err, "cannot fill the table for indirect jumps");
}

static const struct cleat_map_plugin insn_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "insn_array",
			   "instructions that indirect jumps lead to"),
	CLEAT_TABLE(types, types),
	.jump_table = jump_table,
};
CLEAT_PLUGIN(insn_array)
