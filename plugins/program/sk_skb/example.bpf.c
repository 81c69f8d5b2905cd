/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - messages of four bytes, each of which goes to the other socket of the map.
 */
#include <cleat/bpf.h>

u64 forwarded;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

SEC("sk_skb/stream_parser")
int length(struct __sk_buff *skb)
{
	return 4;
}

SEC("sk_skb/stream_verdict")
int forward(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&forwarded, 1);
	return bpf_sk_redirect_map(skb, &sockets, 1, 0);
}

LICENSE("Dual BSD/GPL");
