/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 calls[512];

/* the arguments of this tracepoint: struct pt_regs *regs, long id */
SEC("raw_tp/sys_enter")
int on_call(struct bpf_raw_tracepoint_args *ctx)
{
	u64 id = ctx->args[1];

	if (id < 512)
		__sync_fetch_and_add(&calls[id], 1);
	return 0;
}
