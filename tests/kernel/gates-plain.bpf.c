// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* gates-plain.bpf.c - the least there is: one program, no map, no global variable, no CO-RE. */
#include <cleat/bpf.h>

SEC("socket")
int plain(struct __sk_buff *skb)
{
	return skb->len > 100 ? 0 : -1;
}

LICENSE("GPL");
