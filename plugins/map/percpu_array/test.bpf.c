/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts on the CPU where it runs.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct count {
	u64 calls;
	u32 weight;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct count);
} t_pcounts SEC(".maps");

/* 6 bytes for each CPU, which the kernel rounds up to 8. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u16[3]);
} t_ptriples SEC(".maps");

/* 4 bytes, which take as much. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} t_pwords SEC(".maps");

u64 weights;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u32 key = 1;
	struct count *count = bpf_map_lookup_elem(&t_pcounts, &key);

	if (!is_ours() || !count)
		return 0;
	count->calls++;
	weights += count->weight;
	return 0;
}
