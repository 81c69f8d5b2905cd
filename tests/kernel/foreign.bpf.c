/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * foreign.bpf.c - programs that another loader attaches: what cleat lists, too. All let pass.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

SEC("xdp")
int foreign_xdp(void *ctx)
{
	return 2;
}

SEC("tc")
int foreign_tc(void *ctx)
{
	return -1;
}

SEC("cgroup_skb/egress")
int foreign_skb(void *ctx)
{
	return 1;
}

SEC("flow_dissector")
int foreign_flow(void *ctx)
{
	return 0;
}
