/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts calls of functions of a user-space program, and keeps what goes in and out.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 hits, argument, result, returns, cookies, pids, last_pid;

SEC("uprobe")
int BPF_UPROBE(on_call, int n)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (last_pid != pid)
		pids++;
	last_pid = pid;
	hits++;
	argument = n;
	if (core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie))
		cookies += bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("uretprobe")
int BPF_URETPROBE(on_return, int n)
{
	returns++;
	result = n;
	return 0;
}
