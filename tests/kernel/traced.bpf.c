/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * traced.bpf.c - a program of each type that traces: they do nothing, and are found where they are
 * attached.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define NOTHING(section, name) \
	SEC(section)           \
	int name(void *ctx)    \
	{                      \
		return 0;      \
	}

NOTHING("?uprobe", at_call)
NOTHING("?uretprobe", at_return)
NOTHING("?uprobe.multi", at_calls)
NOTHING("?tp/syscalls/sys_enter_getppid", at_event)
NOTHING("?raw_tp/sys_enter", at_raw)
NOTHING("?raw_tp", at_raws)
NOTHING("?tp_btf/sys_enter", at_typed)
NOTHING("?fentry/vfs_read", at_entry)
NOTHING("?iter/task", walk)
NOTHING("?perf_event", at_tick)
NOTHING("?kprobe/vfs_read", at_kernel)
NOTHING("?kretprobe/vfs_read", at_kernel_ret)
NOTHING("?kprobe.multi", at_kernel_calls)
NOTHING("?ksyscall/getppid", at_syscall)
NOTHING("?kretsyscall/getppid", at_result)
NOTHING("?lsm/task_setnice", decide)
NOTHING("?lsm_cgroup/socket_bind", decide_in)
