/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linkinfo.c - asks the kernel again for a link's info, this time with room for its texts.
 */
#include "common/linkinfo.h"

#include <errno.h>
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

static int info_by_fd(int fd, void *info, uint32_t size)
{
	union bpf_attr attr = {
		.info = { .bpf_fd = (uint32_t)fd, .info_len = size, .info = (uintptr_t)info },
	};

	return cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

/* What the kernel knows of a program, link or BTF by its id; *info is @size bytes. */
static int info_by_id(int command, uint32_t id, void *info, uint32_t size)
{
	union bpf_attr attr = { .prog_id = id };
	int fd = cleat_sys_bpf(command, &attr, sizeof(attr)), err;

	if (fd < 0)
		return fd;
	err = info_by_fd(fd, info, size);
	close(fd);
	return err;
}

int linkinfo_program(uint32_t id, struct bpf_prog_info *info)
{
	memset(info, 0, sizeof(*info));
	return info_by_id(BPF_PROG_GET_FD_BY_ID, id, info, sizeof(*info));
}

int linkinfo_program_by_fd(int fd, struct bpf_prog_info *info)
{
	memset(info, 0, sizeof(*info));
	return info_by_fd(fd, info, sizeof(*info));
}

int linkinfo_next(uint32_t *id, struct bpf_link_info *info)
{
	union bpf_attr attr = { 0 };
	int err;

	for (;;) {
		attr.start_id = *id;
		err = cleat_sys_bpf(BPF_LINK_GET_NEXT_ID, &attr, sizeof(attr));
		if (err)
			return err;
		*id = attr.next_id;
		memset(info, 0, sizeof(*info));
		err = info_by_id(BPF_LINK_GET_FD_BY_ID, *id, info, sizeof(*info));
		if (err != -ENOENT) /* gone since */
			return err;
	}
}

uint32_t linkinfo_program_type(struct cleat *c, uint32_t id)
{
	struct bpf_prog_info info = { 0 };

	(void)c;
	return info_by_id(BPF_PROG_GET_FD_BY_ID, id, &info, sizeof(info)) ? 0 : info.type;
}

void linkinfo_btf_target(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out)
{
	struct bpf_prog_info prog = { 0 };
	struct bpf_btf_info btf = { 0 };
	const char *module = NULL, *name;

	/*
	 * Whether target_obj_id is of a BTF or of a program, the link does not say: the program does,
	 * whose BTF of the target is one of the kernel's or not. Before 5.14 all are the kernel's.
	 */
	if (info_by_id(BPF_PROG_GET_FD_BY_ID, info->prog_id, &prog, sizeof(prog)) ||
	    !prog.attach_btf_obj_id ||
	    info_by_id(BPF_BTF_GET_FD_BY_ID, prog.attach_btf_obj_id, &btf, sizeof(btf)))
		btf.kernel_btf = 1;
	name = cleat_describe_btf(
		c, btf.kernel_btf ? info->tracing.target_obj_id : prog.attach_btf_obj_id,
		info->tracing.target_btf_id, &module);
	if (name && strncmp(name, "btf_trace_", 10) == 0)
		name += 10;
	if (name)
		cleat_facts_text(out, "target", "%s%s%s", module ? module : "", module ? ":" : "",
				 name);
	if (!btf.kernel_btf)
		cleat_facts_number(out, "program", info->tracing.target_obj_id);
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
