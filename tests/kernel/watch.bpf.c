// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* watch.bpf.c - programs that count: packets, sockets, calls of a function. */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 packets, made, calls;

SEC("xdp")
int door(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&packets, 1);
	return XDP_PASS;
}

SEC("cgroup/sock_create")
int sockets(struct bpf_sock *sk)
{
	__sync_fetch_and_add(&made, 1);
	return 1;
}

SEC("?uprobe")
int called(void *ctx)
{
	__sync_fetch_and_add(&calls, 1);
	return 0;
}
