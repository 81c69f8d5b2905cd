/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts what the memory of a process says about itself.
 */
#include <cleat/usdt.h>

u64 events;

SEC("usdt")
int on_event(struct pt_regs *ctx)
{
	__sync_fetch_and_add(&events, 1);
	return 0;
}

LICENSE("GPL");
