/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("cgroup_skb/egress")
int count_sent(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&seen, 1);
	/* 1: let it go; 0 drops it */
	return 1;
}
