/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts the messages of the sockets in the map.
 */
#include <cleat/bpf.h>

u64 messages;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

SEC("sk_msg")
int on_message(struct sk_msg_md *msg)
{
	__sync_fetch_and_add(&messages, 1);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
