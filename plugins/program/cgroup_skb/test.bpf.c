/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what a cgroup sends and receives, and lets it pass or not as it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = 1;
u64 sent, received;

SEC("cgroup_skb/egress")
int sending(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&sent, 1);
	return verdict;
}

SEC("cgroup_skb/ingress")
int receiving(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&received, 1);
	return verdict;
}

SEC("cgroup/skb")
int either(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&sent, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
