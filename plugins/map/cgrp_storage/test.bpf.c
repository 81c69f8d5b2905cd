/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts the system calls of all processes in a cgroup, in a value that lives with it.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

CLEAT_KERNEL_TYPES_BEGIN
struct cgroup;
struct css_set {
	struct cgroup *dfl_cgrp;
};
struct task_struct {
	struct css_set *cgroups;
};
CLEAT_KERNEL_TYPES_END

struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} calls SEC(".maps");

SEC("tp_btf/sys_enter")
int count(u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 *count = bpf_cgrp_storage_get(&calls, task->cgroups->dfl_cgrp, NULL, 0);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}
