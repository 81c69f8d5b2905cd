/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - puts one more key into a table that forgets, with each call.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, u64);
} t_plru SEC(".maps");

u32 next = 1000;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u64 value = 1;
	u32 key;

	if (!is_ours())
		return 0;
	key = next++;
	bpf_map_update_elem(&t_plru, &key, &value, BPF_ANY);
	return 0;
}
