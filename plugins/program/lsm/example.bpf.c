/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - one process keeps its priority.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int tgid;
};
CLEAT_KERNEL_TYPES_END

const volatile u32 only_pid;
u64 refused;

SEC("lsm")
int BPF_PROG(policy, struct task_struct *task, int nice, int before)
{
	if (before || task->tgid != only_pid)
		return before;
	__sync_fetch_and_add(&refused, 1);
	return -1; /* EPERM */
}

LICENSE("GPL");
