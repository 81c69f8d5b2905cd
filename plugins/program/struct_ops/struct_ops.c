/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * struct_ops.c - programs that are functions of one of the kernel's structs.
 *
 * Knows hardly more than their names: which struct and which member each of them is for is said by the
 * map that has it (plugin struct_ops_map), and so is when it is registered. Links of such maps are
 * described here: they belong to no other program plugin.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define VALUE_PREFIX "bpf_struct_ops_" /* of the type that such a map's value is */

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

/* ---- what is there ------------------------------------------------------------------------------ */

static int info_by_id(int command, uint32_t id, void *info, uint32_t size)
{
	union bpf_attr attr = { .map_id = id };
	int fd = cleat_sys_bpf(command, &attr, sizeof(attr)), err;

	if (fd < 0)
		return fd;
	attr = (union bpf_attr) {
		.info = { .bpf_fd = (uint32_t)fd, .info_len = size, .info = (uintptr_t)info },
	};
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	close(fd);
	return err;
}

/* The kernel's own BTF: before 6.9 a map did not say which one its type is of, and there was this alone. */
static uint32_t vmlinux_btf(void)
{
	union bpf_attr attr = { 0 };

	while (cleat_sys_bpf(BPF_BTF_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		uint32_t id = attr.next_id;
		char name[16] = "";
		struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = sizeof(name) };

		if (info_by_id(BPF_BTF_GET_FD_BY_ID, id, &info, sizeof(info)) == 0 &&
		    info.kernel_btf && strcmp(name, "vmlinux") == 0)
			return id;
		attr = (union bpf_attr) { .start_id = id };
	}
	return 0;
}

/* "tcp_congestion_ops", by the type that the map's value is of; or NULL. */
static const char *struct_name(struct cleat *c, const struct bpf_map_info *map)
{
	uint32_t btf = map->btf_vmlinux_id ? map->btf_vmlinux_id : vmlinux_btf();
	const char *name = cleat_describe_btf(c, btf, map->btf_vmlinux_value_type_id, NULL);

	return name && strncmp(name, VALUE_PREFIX, strlen(VALUE_PREFIX)) == 0
		       ? name + strlen(VALUE_PREFIX)
		       : name;
}

/* A link has a map, and the map has the programs. */
static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	struct bpf_map_info map = { 0 };
	const char *name;

	(void)size;
	if (info->type != BPF_LINK_TYPE_STRUCT_OPS)
		return -ENOENT;
	if (info_by_id(BPF_MAP_GET_FD_BY_ID, info->struct_ops.map_id, &map, sizeof(map)) == 0) {
		name = struct_name(c, &map);
		if (name)
			cleat_facts_text(out, "struct", "%s", name);
		cleat_facts_text(out, "map", "%.*s", (int)sizeof(map.name), map.name);
	}
	cleat_facts_number(out, "map-id", info->struct_ops.map_id);
	return 0;
}

static const struct cleat_program_plugin struct_ops = {
	.base = CLEAT_HEAD(
		struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "struct_ops",
		"functions of a struct that the kernel calls: TCP congestion control and the like"),
	CLEAT_TABLE(sections, sections),
	.program_type = BPF_PROG_TYPE_STRUCT_OPS,
	.parse_target = parse_target,
	.describe = describe,
};
CLEAT_PLUGIN(struct_ops)
