/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - no datagram sockets.
 */
#include <cleat/bpf.h>

#define SOCK_DGRAM 2

u64 refused;

SEC("cgroup/sock_create")
int sockets(struct bpf_sock *sk)
{
	if (sk->type != SOCK_DGRAM)
		return 1;
	__sync_fetch_and_add(&refused, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
