/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 opens;

SEC("tp/syscalls/sys_enter_openat")
int on_open(void *ctx)
{
	__sync_fetch_and_add(&opens, 1);
	return 0;
}
