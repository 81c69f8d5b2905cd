/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - hands packets to another CPU.
 */
#include <cleat/bpf.h>

u64 handed;

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, u32);
	__type(value, struct bpf_cpumap_val);
} cpus SEC(".maps");

SEC("xdp")
int take(struct xdp_md *ctx)
{
	return bpf_redirect_map(&cpus, 0, XDP_DROP);
}

SEC("xdp/cpumap")
int there(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&handed, 1);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
