/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - reads one array that user space writes, and writes one that user space reads.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct limit {
	u32 rate;
	char name[12];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct limit);
} t_limits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u64);
} t_counts SEC(".maps");

/* No type: its values are bytes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__uint(value_size, 6);
} t_bytes SEC(".maps");

const volatile u32 which = 2;
static volatile u64 calls = 40;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u32 from = which, to = 3;
	struct limit *limit = bpf_map_lookup_elem(&t_limits, &from);
	u64 *count = bpf_map_lookup_elem(&t_counts, &to);

	if (!is_ours() || !limit || !count)
		return 0;
	calls++;
	*count += limit->rate;
	return 0;
}
