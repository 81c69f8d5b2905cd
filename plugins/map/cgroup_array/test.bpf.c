/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts the signals that processes send from within the cgroups of a map.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u32);
} groups SEC(".maps");

u32 only_pid;
u64 hits, in_first, in_second;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	in_first += bpf_current_task_under_cgroup(&groups, 0) == 1;
	in_second += bpf_current_task_under_cgroup(&groups, 1) == 1;
	hits++;
	return 0;
}
