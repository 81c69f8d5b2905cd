/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts processes that are started in two cgroups.
 */
#include <cleat/bpf.h>

u64 services, users;

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u32);
} groups SEC(".maps");

SEC("tp/sched/sched_process_exec")
int on_exec(void *ctx)
{
	if (bpf_current_task_under_cgroup(&groups, 0) == 1)
		__sync_fetch_and_add(&services, 1);
	else if (bpf_current_task_under_cgroup(&groups, 1) == 1)
		__sync_fetch_and_add(&users, 1);
	return 0;
}

LICENSE("GPL");
