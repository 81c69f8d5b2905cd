/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - takes the place of a function of another program, and drops every packet.
 */
#include <cleat/bpf.h>

u64 dropped;

SEC("freplace")
int drop(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&dropped, 1);
	return TCX_DROP;
}

LICENSE("Dual BSD/GPL");
