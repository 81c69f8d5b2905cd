/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tasks.bpf.c - a list of all processes, made by the kernel: what ps(1) reads from a thousand files, in
 * one. Unit: tasks.ini.
 *
 * Shows: an iterator over tasks that writes text, its beginning, a field that has changed its name
 * between kernels. Linux 5.8.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct signal_struct {
	int nr_threads;
};

struct cred {
	struct {
		u32 val;
	} uid;
};

struct task_struct {
	unsigned int __state; /* since Linux 5.14 */
	int pid, tgid;
	struct task_struct *real_parent;
	struct signal_struct *signal;
	const struct cred *cred;
	char comm[16];
};

struct task_struct___before_5_14 {
	long state;
};

struct bpf_iter_meta {
	struct seq_file *seq;
	u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
CLEAT_KERNEL_TYPES_END

static __always_inline u32 state_of(struct task_struct *task)
{
	if (core_field_exists(task->__state))
		return task->__state;
	return ((struct task_struct___before_5_14 *)task)->state;
}

/*
 * As ps(1) says it: running, sleeping, or waiting for a disk; all else in one. It is written into a
 * text of one letter: Linux 5.10 refuses "%c".
 */
static __always_inline char letter_of(u32 state)
{
	return state == 0 ? 'R' : state & 1 ? 'S' : state & 2 ? 'D' : '?';
}

SEC("iter/task")
int list(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	char state[2] = "";

	if (!task)
		return 0;
	if (ctx->meta->seq_num == 0)
		BPF_SEQ_PRINTF(seq, "    PID    PPID   UID S THREADS COMMAND\n");
	if (task->pid != task->tgid)
		return 0; /* a thread that is not the first */
	state[0] = letter_of(state_of(task));
	BPF_SEQ_PRINTF(seq, "%7d %7d %5u %s %7d %s\n", task->tgid, task->real_parent->tgid,
		       task->cred->uid.val, state, task->signal->nr_threads, task->comm);
	return 0;
}

LICENSE("Dual BSD/GPL");
