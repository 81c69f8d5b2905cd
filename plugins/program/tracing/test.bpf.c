/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - functions and tracepoints of the kernel by BTF, and functions of another program.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int tgid;
	struct task_struct *real_parent;
};
struct file;
CLEAT_KERNEL_TYPES_END

u32 only_pid;
u64 signals, cookies, entries, exits, result, traced, argument, denied, sessions, many;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

/* Arguments: signal, its information, to whom, whether to all of its threads, result. */
SEC("?tp_btf/signal_generate")
int BPF_PROG(on_signal, int sig, void *info, struct task_struct *task)
{
	if (task->tgid != only_pid)
		return 0;
	signals++;
	argument = sig;
	return 0;
}

SEC("?tp_btf")
int BPF_PROG(anywhere, void *regs, long id)
{
	if (is_ours())
		signals++;
	return 0;
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(with_cookie, void *regs, long id)
{
	if (is_ours())
		cookies = bpf_get_attach_cookie(ctx);
	return 0;
}

/* To be traced itself: of another kind, for not every kernel traces tracers. */
SEC("?raw_tp/sys_enter")
int plain(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_ours())
		traced++;
	return 0;
}

SEC("?fentry/vfs_read")
int BPF_PROG(on_entry, struct file *file, char *buf, unsigned long count)
{
	if (is_ours() && count == 1)
		entries++;
	return 0;
}

SEC("?fexit/vmlinux:vfs_read")
int BPF_PROG(on_exit, struct file *file, char *buf, unsigned long count, void *pos, long ret)
{
	if (is_ours() && count == 1) {
		exits++;
		result = ret;
	}
	return 0;
}

/* Only our victim, and only what it reads from a device of nothing, is told no. */
SEC("?fmod_ret/security_file_open")
int BPF_PROG(deny, struct file *file, int ret)
{
	if (!is_ours())
		return ret;
	denied++;
	return -13;
}

/* On a function of another BPF program. */
SEC("?fentry")
int BPF_PROG(on_program)
{
	entries++;
	return 0;
}

/* At the beginning and at the end. */
SEC("?fsession/vfs_read")
int BPF_PROG(on_session, struct file *file, char *buf, unsigned long count)
{
	if (is_ours() && count == 1)
		sessions++;
	return 0;
}

SEC("?fentry.multi/vfs_rea?")
int on_many(void *ctx)
{
	if (is_ours())
		many++;
	return 0;
}

/* Whoever sends. */
SEC("?fentry.multi")
int counts(void *ctx)
{
	many++;
	return 0;
}
