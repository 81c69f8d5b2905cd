/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - puts as many entries as it is told into a table that grows, and looks up one that user
 * space has put in.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* In the headers of the newest kernels only. */
#define MAP_TYPE_RHASH 35

struct point {
	u32 x;
	u32 y;
};

struct {
	__uint(type, MAP_TYPE_RHASH);
	__uint(max_entries, 10000);
	__type(key, struct point);
	__type(value, u64);
} t_points SEC(".maps");

struct {
	__uint(type, MAP_TYPE_RHASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4);
	__uint(map_extra, 2);
	__type(key, u32);
	__type(value, u32);
} t_few SEC(".maps");

u32 only_pid, next;
u64 calls, found;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	struct point asked = { 1, 2 };
	u64 *value, one = 1;

	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	value = bpf_map_lookup_elem(&t_points, &asked);
	if (value)
		found = *value;
	for (int i = 0; i < 1000; i++) {
		struct point p = { 100, next++ };

		bpf_map_update_elem(&t_points, &p, &one, BPF_ANY);
	}
	calls++;
	return 0;
}
