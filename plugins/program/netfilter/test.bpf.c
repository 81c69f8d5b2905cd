/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts packets of either family at a netfilter hook, and does with them as it is
 * told.
 */
#include <cleat/bpf.h>

#define NF_ACCEPT 1
#define NFPROTO_IPV4 2

CLEAT_KERNEL_TYPES_BEGIN
struct nf_hook_state {
	u8 hook, pf;
};
struct bpf_nf_ctx {
	const struct nf_hook_state *state;
};
CLEAT_KERNEL_TYPES_END

const volatile int verdict = NF_ACCEPT;
u64 ipv4, ipv6;

SEC("netfilter")
int look(struct bpf_nf_ctx *ctx)
{
	__sync_fetch_and_add(ctx->state->pf == NFPROTO_IPV4 ? &ipv4 : &ipv6, 1);
	return verdict;
}

LICENSE("Dual BSD/GPL");
