/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - messages without a text are refused.
 */
#include <cleat/bpf.h>

u64 messages;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

SEC("sk_msg")
int policy(struct sk_msg_md *msg)
{
	__sync_fetch_and_add(&messages, 1);
	return msg->size ? SK_PASS : SK_DROP;
}

LICENSE("Dual BSD/GPL");
