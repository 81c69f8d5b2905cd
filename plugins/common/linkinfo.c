/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linkinfo.c - asks the kernel again for a link's info, this time with room for its texts.
 */
#include "common/linkinfo.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

int linkinfo_again(struct cleat *c, struct bpf_link_info *info)
{
	union bpf_attr attr = {
		.info = {
			.bpf_fd = (uint32_t)cleat_describe_fd(c),
			.info_len = sizeof(*info),
			.info = (uintptr_t)info,
		},
	};

	return cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

bool linkinfo_is_perf(const struct bpf_link_info *info, uint32_t kind)
{
	return info->type == BPF_LINK_TYPE_PERF_EVENT && info->perf_event.type == kind;
}

/* What the kernel knows of a program by its id: how many bytes of *info it filled, or -errno. */
static int program_info(uint32_t id, struct bpf_prog_info *info)
{
	union bpf_attr attr = { .prog_id = id };
	int fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr)), err;

	if (fd < 0)
		return fd;
	attr = (union bpf_attr){
		.info = { .bpf_fd = (uint32_t)fd, .info_len = sizeof(*info),
			  .info = (uintptr_t)info },
	};
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	close(fd);
	return err ? err : (int)attr.info.info_len;
}

uint32_t linkinfo_program_type(struct cleat *c, uint32_t id)
{
	struct bpf_prog_info info = { 0 };

	(void)c;
	return program_info(id, &info) < 0 ? 0 : info.type;
}

/*
 * Whether target_obj_id is of a BTF or of a program, the link does not say. Since 5.18 a program
 * that is attached to the kernel names a BTF of its target, and one that is attached to another
 * program does not.
 */
static bool is_on_program(const struct bpf_link_info *info)
{
	struct bpf_prog_info prog = { 0 };
	int size = program_info(info->prog_id, &prog);

	return size >= (int)(offsetof(struct bpf_prog_info, attach_btf_obj_id) + sizeof(uint32_t)) &&
	       !prog.attach_btf_obj_id;
}

void linkinfo_btf_target(struct cleat *c, const struct bpf_link_info *info,
			 struct cleat_facts *out)
{
	bool on_program = is_on_program(info);
	uint32_t btf = info->tracing.target_obj_id;
	struct bpf_prog_info target = { 0 };
	const char *module = NULL, *name;

	if (on_program)
		btf = program_info(btf, &target) < 0 ? 0 : target.btf_id;
	name = btf ? cleat_describe_btf(c, btf, info->tracing.target_btf_id, &module) : NULL;
	if (name && strncmp(name, "btf_trace_", 10) == 0)
		name += 10;
	if (name)
		cleat_facts_text(out, "target", "%s%s%s", module ? module : "", module ? ":" : "",
				 name);
	if (on_program)
		cleat_facts_number(out, "target-program", info->tracing.target_obj_id);
}

int linkinfo_raw_tracepoint(struct cleat *c, const char *key, struct cleat_facts *out)
{
	struct bpf_link_info full = { 0 };
	char name[128] = "";

	full.raw_tracepoint.tp_name = (uintptr_t)name;
	full.raw_tracepoint.tp_name_len = sizeof(name);
	if (linkinfo_again(c, &full))
		return -ENOENT;
	cleat_facts_text(out, key, "%s", name);
	if (full.raw_tracepoint.cookie)
		cleat_facts_number(out, "cookie", full.raw_tracepoint.cookie);
	return 0;
}
