/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts the programs that are started in each cgroup.
 */
#include <cleat/bpf.h>

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
} started SEC(".maps");

SEC("tp_btf/sched_process_exec")
int on_exec(u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 *n = bpf_cgrp_storage_get(&started, task->cgroups->dfl_cgrp, NULL,
				      1 /* BPF_LOCAL_STORAGE_GET_F_CREATE */);

	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

LICENSE("GPL");
