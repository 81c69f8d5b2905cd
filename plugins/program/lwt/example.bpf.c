/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - on a route: how much was received, and a header around what is sent.
 */
#include <cleat/bpf.h>

struct ipip {
	u8 version, tos;
	u16 length, id, fragment;
	u8 ttl, protocol;
	u16 sum;
	u32 from, to;
};

u64 counted, encapsulated;

SEC("lwt_in")
int count(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&counted, skb->len);
	return BPF_OK;
}

/* To where it went anyhow, as IPv4 in IPv4. */
SEC("lwt_xmit")
int encapsulate(struct __sk_buff *skb)
{
	struct ipip h;
	u32 sum = 0;

	if (bpf_skb_load_bytes(skb, 0, &h, sizeof(h)))
		return BPF_DROP;
	h.version = 0x45;
	h.protocol = 4;
	h.length = bpf_htons(skb->len + sizeof(h));
	h.sum = 0;
	for (int i = 0; i < (int)sizeof(h) / 2; i++)
		sum += ((u16 *)&h)[i];
	sum = (sum & 0xffff) + (sum >> 16);
	h.sum = ~((sum & 0xffff) + (sum >> 16));
	if (bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, &h, sizeof(h)))
		return BPF_DROP;
	__sync_fetch_and_add(&encapsulated, 1);
	return BPF_OK;
}

LICENSE("Dual BSD/GPL");
