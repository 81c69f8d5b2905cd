// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* apply.bpf.c - programs that count packets, and a constant that says what becomes of these. */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 16);
} seen SEC(".maps");

const volatile u32 verdict = 2; /* XDP_PASS */
const volatile u32 slot = 1;
u64 packets = 0;

static void count(void)
{
	u32 key = slot;
	u64 *n = bpf_map_lookup_elem(&seen, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	__sync_fetch_and_add(&packets, 1);
}

SEC("xdp")
int door(struct xdp_md *ctx)
{
	count();
	return verdict;
}

SEC("cgroup/sock_create")
int sockets(struct bpf_sock *sk)
{
	count();
	return 1;
}

SEC("?tc")
int gate(struct __sk_buff *skb)
{
	count();
	return verdict == 1 ? 2 /* TC_ACT_SHOT */ : 0;
}

SEC("?socket")
int tap(struct __sk_buff *skb)
{
	count();
	return 0;
}

LICENSE("GPL");
