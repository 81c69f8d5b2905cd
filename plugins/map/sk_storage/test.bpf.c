/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what each socket sends, in a value that lives with the socket.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct sent {
	u64 packets;
	u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sent);
} counts SEC(".maps");

SEC("tc")
int count(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct sent *sent;

	if (!sk)
		return -1;
	sent = bpf_sk_storage_get(&counts, sk, NULL, 1 /* BPF_SK_STORAGE_GET_F_CREATE */);
	if (sent) {
		sent->packets++;
		sent->bytes += skb->len;
	}
	return -1;
}
