/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* What is used of the kernel's types; where the members are is looked up when it is loaded. */
CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int pid, tgid;
	char comm[16];
};
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
CLEAT_KERNEL_TYPES_END

/* Read by @NAME@ while it runs. */
u64 seen;

/* For each thread, and at the end without one. A line may be as long as it likes. */
SEC("iter/task")
int list(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task || task->pid != task->tgid)
		return 0;
	__sync_fetch_and_add(&seen, 1);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%d %s\n", task->pid, task->comm);
	return 0;
}
