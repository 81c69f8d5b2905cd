/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lru.bpf.h - puts one more key into a table that forgets, with each call.
 * The type of the map, TESTED_TYPE, is said by who includes it.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, u64);
} t_lru SEC(".maps");

u32 next = 1000;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u64 value = 1;
	u32 key;

	if (!is_ours())
		return 0;
	key = next++;
	bpf_map_update_elem(&t_lru, &key, &value, BPF_ANY);
	return 0;
}
