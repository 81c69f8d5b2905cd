/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

u64 kills, refused;

SEC("ksyscall/kill")
int BPF_KSYSCALL(on_kill, int pid, int signal)
{
	if (signal == 9)
		__sync_fetch_and_add(&kills, 1);
	return 0;
}

SEC("kretsyscall")
int BPF_KRETSYSCALL(on_result, long result)
{
	if (result < 0)
		__sync_fetch_and_add(&refused, 1);
	return 0;
}
