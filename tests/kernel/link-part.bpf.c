// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-part.bpf.c - the second file of link.sh: its sections come to lie behind the first one's. */
#include "link.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

__u64 total = 5;
int part_core, part_kconfig, ticked, static_ticked;
const volatile int part_setting = 9;

static volatile int scale = 100;

static __noinline int twist(int x)
{
	return x + scale;
}

__weak int choose(int x)
{
	return x + 2;
}

__noinline int part_sum(int x)
{
	return twist(x) + part_setting;
}

static int static_tick(__u32 i, void *ctx)
{
	static_ticked = (int)i + scale;
	return 0;
}

SEC("raw_tp/sched_process_exec")
int link_part(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 key = 1;
	__u64 *n = bpf_map_lookup_elem(&hits, &key);
	int tgid = 0;

	if (n)
		__sync_fetch_and_add(n, 1);
	bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
	part_core = tgid == (int)(bpf_get_current_pid_tgid() >> 32);
	part_kconfig = LINUX_KERNEL_VERSION;
	return 0;
}

/* Loops with callbacks, one of this file and one of another: since Linux 5.17. */
SEC("raw_tp/sched_process_exec")
int link_loop(void *ctx)
{
	bpf_loop(4, static_tick, NULL, 0);
	bpf_loop(6, tick, NULL, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
