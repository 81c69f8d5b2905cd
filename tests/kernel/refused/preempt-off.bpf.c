// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* preempt-off.bpf.c - returns with preemption switched off */
#include <cleat/bpf.h>

extern void bpf_preempt_disable(void) __ksym;

SEC("tc")
int refused(struct __sk_buff *skb)
{
	bpf_preempt_disable();
	return 0;
}

LICENSE("GPL");
