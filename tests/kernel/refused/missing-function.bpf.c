// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* missing-function.bpf.c - calls a function that no kernel has, in a function of its own */
#include <cleat/bpf.h>

extern int cleat_function_of_the_future(u64 number) __ksym __weak;

static __noinline int hope(u64 number)
{
	return cleat_function_of_the_future(number); /* here */
}

SEC("tc")
int refused(struct __sk_buff *skb)
{
	return hope(skb->len);
}

LICENSE("GPL");
