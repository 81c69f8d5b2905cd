// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-main.bpf.c - the program of link.sh; what it calls and counts in is in the other files. */
#include "link.h"

extern struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

int from_static, from_extern, from_weak, from_kconfig, from_core;
const volatile int main_setting = 7;

static volatile int scale = 3;

static __noinline int twist(int x)
{
	return x * scale;
}

__weak int choose(int x)
{
	return x + 1;
}

SEC("raw_tp/sched_process_exec")
int link_main(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&hits, &key);
	int pid = 0;

	if (n)
		__sync_fetch_and_add(n, 1);
	bpf_probe_read_kernel(&pid, sizeof(pid), &task->pid);
	from_core = pid == (int)bpf_get_current_pid_tgid();
	from_kconfig = LINUX_KERNEL_VERSION;
	from_static = twist(5) + main_setting;
	from_extern = part_sum(4);
	from_weak = choose(1);
	total += 1000;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
