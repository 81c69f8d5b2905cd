/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - all that comes through a tunnel is one flow for each pair of ports inside.
 */
#include <cleat/bpf.h>

#define UDP_HEADER 8

u64 dissected;

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	struct bpf_flow_keys *keys = skb->flow_keys;
	u16 ports[2];

	__sync_fetch_and_add(&dissected, 1);
	if (bpf_skb_load_bytes(skb, keys->thoff + UDP_HEADER, ports, sizeof(ports)) == 0) {
		keys->sport = ports[0];
		keys->dport = ports[1];
	}
	return BPF_OK;
}

LICENSE("Dual BSD/GPL");
