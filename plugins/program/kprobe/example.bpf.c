/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 unlinks, failures;

SEC("kprobe/do_unlinkat")
int BPF_KPROBE(on_unlink, int dfd, void *name)
{
	__sync_fetch_and_add(&unlinks, 1);
	return 0;
}

SEC("kretprobe")
int BPF_KRETPROBE(on_result, long result)
{
	if (result < 0)
		__sync_fetch_and_add(&failures, 1);
	return 0;
}
