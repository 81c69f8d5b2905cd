/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what goes out.
 */
#include <cleat/bpf.h>

u64 packets, bytes;

SEC("tc")
int count(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&packets, 1);
	__sync_fetch_and_add(&bytes, skb->len);
	return TCX_NEXT;
}

LICENSE("Dual BSD/GPL");
