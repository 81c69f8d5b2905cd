// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* trusted-null.bpf.c - passes a task to the kernel that may not be there */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int pid;
};
CLEAT_KERNEL_TYPES_END

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("tc")
int refused(struct __sk_buff *skb)
{
	bpf_task_release(bpf_task_from_pid(1)); /* here */
	return 0;
}

LICENSE("GPL");
