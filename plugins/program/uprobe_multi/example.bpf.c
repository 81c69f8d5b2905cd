/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 calls;

SEC("uprobe.multi/libc.so.6:*alloc")
int on_call(struct pt_regs *ctx)
{
	__sync_fetch_and_add(&calls, 1);
	return 0;
}
