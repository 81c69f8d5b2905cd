/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - refuses to set one socket option, sets another otherwise than asked, and tells a lie
 * when a third is read.
 */
#include <cleat/bpf.h>

#define SOL_IP 0
#define SOL_TCP 6
#define IP_TOS 1
#define IP_TTL 2
#define TCP_KEEPIDLE 4

u64 gets, sets;

SEC("cgroup/setsockopt")
int setting(struct bpf_sockopt *ctx)
{
	__u8 *value = ctx->optval;

	__sync_fetch_and_add(&sets, 1);
	if (ctx->level == SOL_IP && ctx->optname == IP_TTL)
		return 0;
	if (ctx->level == SOL_IP && ctx->optname == IP_TOS && value + 1 <= (__u8 *)ctx->optval_end)
		*value = 0x10;
	return 1;
}

SEC("cgroup/getsockopt")
int getting(struct bpf_sockopt *ctx)
{
	__s32 *value = ctx->optval;

	__sync_fetch_and_add(&gets, 1);
	if (ctx->level == SOL_TCP && ctx->optname == TCP_KEEPIDLE &&
	    (void *)(value + 1) <= ctx->optval_end) {
		*value = 77;
		ctx->retval = 0;
	}
	return 1;
}

LICENSE("Dual BSD/GPL");
