/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - packets from nowhere do not come in.
 */
#include <cleat/bpf.h>

#define NF_DROP 0
#define NF_ACCEPT 1

CLEAT_KERNEL_TYPES_BEGIN
struct sk_buff {
	unsigned int len;
};
struct bpf_nf_ctx {
	struct sk_buff *skb;
};
CLEAT_KERNEL_TYPES_END

u64 accepted, dropped;

SEC("netfilter")
int guard(struct bpf_nf_ctx *ctx)
{
	if (ctx->skb->len < 20) {
		__sync_fetch_and_add(&dropped, 1);
		return NF_DROP;
	}
	__sync_fetch_and_add(&accepted, 1);
	return NF_ACCEPT;
}

LICENSE("GPL");
