/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("tc")
int count_sent(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&seen, 1);
	/* the next program has its say; TCX_DROP drops */
	return TCX_NEXT;
}
