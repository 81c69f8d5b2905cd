/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linkinfo.c - asks the kernel again for a link's info, this time with room for its texts.
 */
#include "common/linkinfo.h"

#include <errno.h>

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
