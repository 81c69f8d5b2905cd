/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts packets and makes one flow of all of them.
 */
#include <cleat/bpf.h>

u64 packets;

SEC("flow_dissector")
int one_flow(struct __sk_buff *skb)
{
	struct bpf_flow_keys *keys = skb->flow_keys;

	__sync_fetch_and_add(&packets, 1);
	keys->n_proto = bpf_htons(0x0800);
	keys->addr_proto = 0x0800;
	keys->ip_proto = 17;
	keys->ipv4_src = 1;
	keys->ipv4_dst = 2;
	keys->sport = 3;
	keys->dport = 4;
	return BPF_OK;
}

LICENSE("Dual BSD/GPL");
