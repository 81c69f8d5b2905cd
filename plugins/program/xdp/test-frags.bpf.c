/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test-frags.bpf.c - for packets of more than one buffer; with programs that run from maps beside.
 */
#include <cleat/bpf.h>

u64 packets;

SEC("xdp.frags")
int frags(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&packets, 1);
	return XDP_PASS;
}

SEC("xdp.frags/devmap")
int on_the_way_out(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp/cpumap")
int on_another_cpu(struct xdp_md *ctx)
{
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
