/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - messages of four bytes that arrive at the sockets of a map: those that begin with
 * 'x' are dropped, those with 'r' leave through another socket, the others pass.
 */
#include <cleat/bpf.h>

u64 parsed, messages;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} others SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} no_sockets SEC(".maps");

static __always_inline int judge(struct __sk_buff *skb)
{
	char first = 0;

	__sync_fetch_and_add(&messages, 1);
	if (bpf_skb_load_bytes(skb, 0, &first, 1))
		return SK_DROP;
	if (first == 'r')
		return bpf_sk_redirect_map(skb, &sockets, 1, 0);
	return first == 'x' ? SK_DROP : SK_PASS;
}

SEC("sk_skb/stream_parser")
int parse(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&parsed, 1);
	return 4;
}

SEC("sk_skb/stream_verdict")
int decide(struct __sk_buff *skb)
{
	return judge(skb);
}

SEC("sk_skb/verdict")
int plain(struct __sk_buff *skb)
{
	return judge(skb);
}

SEC("sk_skb")
int bare(struct __sk_buff *skb)
{
	return judge(skb);
}

LICENSE("Dual BSD/GPL");
