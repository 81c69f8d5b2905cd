/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts the signals that one process sends itself.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;
u64 hits, returns, calls;
int number, result; /* plus 10 */

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

SEC("ksyscall/kill")
int BPF_KSYSCALL(on_kill, int pid, int sig)
{
	if (!is_ours() || (u32)pid != only_pid)
		return 0;
	hits++;
	number = sig + 10;
	return 0;
}

SEC("kretsyscall/kill")
int BPF_KRETSYSCALL(on_result, long n)
{
	if (!is_ours())
		return 0;
	returns++;
	result = n + 10;
	return 0;
}

SEC("?ksyscall")
int any(struct pt_regs *ctx)
{
	if (is_ours())
		calls++;
	return 0;
}
