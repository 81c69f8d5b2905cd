/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - sends what comes in out of another port.
 */
#include <cleat/bpf.h>

u64 sent;

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, struct bpf_devmap_val);
} ports SEC(".maps");

SEC("xdp")
int forward(struct xdp_md *ctx)
{
	return bpf_redirect_map(&ports, 1, XDP_PASS);
}

SEC("xdp/devmap")
int leave(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&sent, 1);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
