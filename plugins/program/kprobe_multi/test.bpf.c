/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what one process does in many functions of the kernel.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;
u64 hits, returns, visits, cookies;
int entry_only; /* of a session: the return is not seen */

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

SEC("kprobe.multi/vfs_rea?")
int on_call(struct pt_regs *ctx)
{
	if (!is_ours())
		return 0;
	hits++;
	if (core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie))
		cookies += bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("kretprobe.multi/vfs_read")
int on_return(struct pt_regs *ctx)
{
	if (is_ours())
		returns++;
	return 0;
}

SEC("?kprobe.session/vfs_read")
int session(struct pt_regs *ctx)
{
	if (is_ours())
		visits++;
	return entry_only ? 1 : 0;
}
