/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts calls and returns of many functions of a user-space program, and keeps what
 * goes in.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 hits, returns, visits, argument, pids, last_pid;
u64 cookies; /* of the last call */
int entry_only; /* of a session: the return is not seen */

SEC("uprobe.multi")
int BPF_UPROBE(on_call, int n)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (last_pid != pid)
		pids++;
	last_pid = pid;
	hits++;
	argument = n;
	if (core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie))
		cookies = bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("uretprobe.multi")
int on_return(struct pt_regs *ctx)
{
	returns++;
	return 0;
}

SEC("?uprobe.session")
int session(struct pt_regs *ctx)
{
	visits++;
	return entry_only ? 1 : 0;
}

SEC("?uprobe.multi.s")
int sleepable(struct pt_regs *ctx)
{
	hits++;
	return 0;
}
