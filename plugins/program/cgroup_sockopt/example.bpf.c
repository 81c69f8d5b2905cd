/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - whoever asks for a type of service gets the ordinary one.
 */
#include <cleat/bpf.h>

#define SOL_IP 0
#define IP_TOS 1

u64 changed;

SEC("cgroup/setsockopt")
int setting(struct bpf_sockopt *ctx)
{
	u8 *value = ctx->optval;

	if (ctx->level == SOL_IP && ctx->optname == IP_TOS && value + 1 <= (u8 *)ctx->optval_end) {
		*value = 0;
		__sync_fetch_and_add(&changed, 1);
	}
	return 1;
}

LICENSE("Dual BSD/GPL");
