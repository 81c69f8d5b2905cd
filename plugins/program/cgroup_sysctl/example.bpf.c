/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - settings may be read, and not written.
 */
#include <cleat/bpf.h>

u64 refused;

SEC("cgroup/sysctl")
int sysctls(struct bpf_sysctl *ctx)
{
	if (!ctx->write)
		return 1;
	__sync_fetch_and_add(&refused, 1);
	return 0;
}

LICENSE("Dual BSD/GPL");
