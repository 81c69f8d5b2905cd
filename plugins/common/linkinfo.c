/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linkinfo.c - asks the kernel again for a link's info, this time with room for its texts.
 */
#include "common/linkinfo.h"

#include <errno.h>
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

uint32_t linkinfo_program_type(struct cleat *c, uint32_t id)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = { .prog_id = id };
	int fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr)), err;

	(void)c;
	if (fd < 0)
		return 0;
	attr = (union bpf_attr){
		.info = { .bpf_fd = (uint32_t)fd, .info_len = sizeof(info), .info = (uintptr_t)&info },
	};
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	close(fd);
	return err ? 0 : info.type;
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
