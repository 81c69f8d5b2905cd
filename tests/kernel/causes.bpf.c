// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * causes.bpf.c - programs with nothing wrong in them, which some kernel or host does not take.
 */
#include <cleat/bpf.h>

SEC("?xdp")
int plain(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("?xdp.frags")
int pieces(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("?uprobe.s")
int sleeps(void *ctx)
{
	return 0;
}

SEC("?cgroup/connect_unix")
int local(void *ctx)
{
	return 1;
}

SEC("?fentry/do_exit")
int traced(void *ctx)
{
	return 0;
}

SEC("?fentry/cleat_function_of_the_future")
int absent(void *ctx)
{
	return 0;
}

LICENSE("GPL");
