/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - what the sockets of a map send: messages that begin with 'x' are refused, those with
 * 'r' go straight to what another socket receives, the others pass.
 */
#include <cleat/bpf.h>

u64 messages, bytes;

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

SEC("sk_msg")
int decide(struct sk_msg_md *msg)
{
	char *data = (void *)(long)msg->data, *end = (void *)(long)msg->data_end;

	__sync_fetch_and_add(&messages, 1);
	__sync_fetch_and_add(&bytes, msg->size);
	if (data + 1 > end)
		return SK_PASS;
	if (data[0] == 'r')
		return bpf_msg_redirect_map(msg, &sockets, 1, BPF_F_INGRESS);
	return data[0] == 'x' ? SK_DROP : SK_PASS;
}

LICENSE("Dual BSD/GPL");
