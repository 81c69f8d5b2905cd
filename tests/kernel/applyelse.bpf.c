// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* applyelse.bpf.c - programs of which each can stand in for the one before. */
#include <cleat/bpf.h>

/* One element for each program: how often it ran. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, u64);
} ran SEC(".maps");

const volatile u32 version = 1;

static void count(u32 key)
{
	u64 *n = bpf_map_lookup_elem(&ran, &key);

	if (n)
		__sync_fetch_and_add(n, version);
}

SEC("xdp")
int newest(struct xdp_md *ctx)
{
	count(0);
	return 2; /* XDP_PASS */
}

SEC("?xdp")
int newer(struct xdp_md *ctx)
{
	count(1);
	return 2; /* XDP_PASS */
}

SEC("?cgroup/sock_create")
int oldest(struct bpf_sock *sk)
{
	count(2);
	return 1;
}

LICENSE("GPL");
