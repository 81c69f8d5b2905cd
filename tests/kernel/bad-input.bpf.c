// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * bad-input.bpf.c - one program that is fine and, not loaded unless a unit says so, those that
 * bad-input.sh shows to the kernel.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} bad_counts SEC(".maps");

struct task_struct___of_the_future {
	int soul;
} __attribute__((preserve_access_index));

const volatile __u32 weight = 1;

SEC("raw_tp/sched_process_exec")
int fine(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&bad_counts, &key);

	if (n)
		__sync_fetch_and_add(n, weight);
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int careless(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&bad_counts, &key);

	*n += 1; /* it may be NULL */
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int hopeful(void *ctx)
{
	struct task_struct___of_the_future *task = (void *)bpf_get_current_task();
	int soul = 0;

	bpf_probe_read_kernel(&soul, sizeof(soul), &task->soul);
	return soul;
}

SEC("?raw_tp/no_such_tracepoint")
int misplaced(void *ctx)
{
	return 0;
}

SEC("?cleat_test")
int slow(struct __sk_buff *skb)
{
	return 0;
}

SEC("?xdp")
int packets(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("?cgroup_skb/egress")
int policy(struct __sk_buff *skb)
{
	return 1;
}

SEC("?xpd")
int misspelled(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
