// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* missing-field.bpf.c - reads a field that no kernel has, in a function of its own */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct___of_the_future {
	int soul;
};
CLEAT_KERNEL_TYPES_END

/* In one line: what clang makes for a member may have the line of what is before it. */
static __noinline int look(struct task_struct___of_the_future *task) { return CORE_READ(task, soul); } /* here */

SEC("raw_tp/sched_process_exec")
int refused(void *ctx)
{
	return look((void *)bpf_get_current_task());
}

LICENSE("GPL");
