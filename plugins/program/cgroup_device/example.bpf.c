/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - nobody touches the devices of one major number.
 */
#include <cleat/bpf.h>

const volatile u32 refused_major;
u64 refused;

SEC("cgroup/dev")
int devices(struct bpf_cgroup_dev_ctx *ctx)
{
	if (ctx->major != refused_major)
		return 1;
	__sync_fetch_and_add(&refused, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
