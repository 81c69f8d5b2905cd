// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* context-offset.bpf.c - reads bytes that this kind of program may not see */
#include <cleat/bpf.h>

SEC("socket")
int refused(struct __sk_buff *skb)
{
	return skb->data_meta; /* here */
}

LICENSE("GPL");
