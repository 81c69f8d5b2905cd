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

int linkinfo_kprobe(struct cleat *c, const struct bpf_link_info *info, struct bpf_link_info *full,
		    char name[static LINKINFO_NAME], bool *ret)
{
	*ret = linkinfo_is_perf(info, BPF_PERF_EVENT_KRETPROBE);
	if (!*ret && !linkinfo_is_perf(info, BPF_PERF_EVENT_KPROBE))
		return -ENOENT;
	name[0] = '\0';
	*full = (struct bpf_link_info) { 0 };
	full->perf_event.kprobe.func_name = (uintptr_t)name;
	full->perf_event.kprobe.name_len = LINKINFO_NAME;
	return linkinfo_again(c, full);
}

/* How many bytes of *info the kernel filled, or -errno. */
static int info_by_fd(int fd, void *info, uint32_t size)
{
	union bpf_attr attr = {
		.info = { .bpf_fd = (uint32_t)fd, .info_len = size, .info = (uintptr_t)info },
	};
	int err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));

	return err ? err : (int)attr.info.info_len;
}

/* The same of a program or link by its id; @command opens it. */
static int info_by_id(int command, uint32_t id, void *info, uint32_t size)
{
	union bpf_attr attr = { .prog_id = id };
	int fd = cleat_sys_bpf(command, &attr, sizeof(attr)), filled;

	if (fd < 0)
		return fd;
	filled = info_by_fd(fd, info, size);
	close(fd);
	return filled;
}

static int program_info(uint32_t id, struct bpf_prog_info *info)
{
	return info_by_id(BPF_PROG_GET_FD_BY_ID, id, info, sizeof(*info));
}

int linkinfo_program(uint32_t id, struct bpf_prog_info *info)
{
	int filled;

	memset(info, 0, sizeof(*info));
	filled = program_info(id, info);
	return filled < 0 ? filled : 0;
}

int linkinfo_program_by_fd(int fd, struct bpf_prog_info *info)
{
	int filled;

	memset(info, 0, sizeof(*info));
	filled = info_by_fd(fd, info, sizeof(*info));
	return filled < 0 ? filled : 0;
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
			return err < 0 ? err : 0;
	}
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

	return size >= (int)(offsetof(struct bpf_prog_info, attach_btf_obj_id) +
			     sizeof(uint32_t)) &&
	       !prog.attach_btf_obj_id;
}

void linkinfo_btf_target(struct cleat *c, const struct bpf_link_info *info, struct cleat_facts *out)
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
