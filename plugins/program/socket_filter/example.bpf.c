/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a record for each packet over IPv4: who talks to whom.
 */
#include <cleat/bpf.h>

#define ETHERNET 14

struct talk {
	u8 from[4], to[4];
};

u64 packets;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
	__record(struct talk);
} events SEC(".maps");

SEC("socket")
int talkers(struct __sk_buff *skb)
{
	struct talk *talk;

	if (skb->protocol != bpf_htons(0x0800))
		return 0;
	__sync_fetch_and_add(&packets, 1);
	talk = bpf_ringbuf_reserve(&events, sizeof(*talk), 0);
	if (!talk)
		return 0;
	if (bpf_skb_load_bytes(skb, ETHERNET + 12, talk, sizeof(*talk)))
		bpf_ringbuf_discard(talk, 0);
	else
		bpf_ringbuf_submit(talk, 0);
	return 0;
}

LICENSE("Dual BSD/GPL");
