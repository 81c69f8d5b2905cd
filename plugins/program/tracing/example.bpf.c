/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 opens, failures;

SEC("fexit/do_sys_openat2")
int BPF_PROG(on_open, int dfd, const char *path, void *how, long result)
{
	__sync_fetch_and_add(result < 0 ? &failures : &opens, 1);
	return 0;
}

SEC("tp_btf")
int BPF_PROG(on_event)
{
	return 0;
}
