/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - refuses one device, to read or to write or both, and counts what is asked.
 */
#include <cleat/bpf.h>

const volatile u32 major = 1, minor = 5; /* /dev/zero */
const volatile u32 refused = BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;
u64 asked, others;

SEC("cgroup/dev")
int guard(struct bpf_cgroup_dev_ctx *ctx)
{
	if ((ctx->access_type & 0xffff) != BPF_DEVCG_DEV_CHAR || ctx->major != major ||
	    ctx->minor != minor) {
		__sync_fetch_and_add(&others, 1);
		return 1;
	}
	__sync_fetch_and_add(&asked, 1);
	return !((ctx->access_type >> 16) & refused);
}

LICENSE("Dual BSD/GPL");
