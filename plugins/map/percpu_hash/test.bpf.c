/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts calls by key, on the CPU where it runs.
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
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, struct count);
} t_phash SEC(".maps");

u32 key;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	struct count one = { 1 }, *count;
	u32 at = key;

	if (!is_ours())
		return 0;
	count = bpf_map_lookup_elem(&t_phash, &at);
	if (count)
		count->calls++;
	else
		bpf_map_update_elem(&t_phash, &at, &one, BPF_NOEXIST);
	return 0;
}
