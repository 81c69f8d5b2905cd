/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - a program that lets packets pass, with a function that decides, and others that take
 * that function's place or the whole program's.
 */
#include <cleat/bpf.h>

u64 passed, dropped;

__attribute__((noinline)) int decide(struct __sk_buff *skb)
{
	volatile int verdict = 0; /* TC_ACT_OK */

	return verdict;
}

SEC("tc/ingress")
int gate(struct __sk_buff *skb)
{
	int verdict = decide(skb);

	if (verdict)
		__sync_fetch_and_add(&dropped, 1);
	else
		__sync_fetch_and_add(&passed, 1);
	return verdict;
}

SEC("?freplace/decide")
int drop(struct __sk_buff *skb)
{
	return 2; /* TC_ACT_SHOT */
}

/* The section says nothing: a whole program, or what the keys say. */
SEC("?freplace")
int anything(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&dropped, 1);
	return 2;
}

LICENSE("Dual BSD/GPL");
