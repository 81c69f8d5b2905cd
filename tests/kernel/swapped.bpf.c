/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * swapped.bpf.c - programs in pairs, one to take the place of the other while events come: each tells
 * which events it has seen.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define EVENTS 65536

u32 only_pid; /* the process whose events are counted, */
u32 now; /* and the number of the one that it makes */
u8 seen[EVENTS];
u64 by_first, by_second;

static int note(u64 *by)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	seen[now % EVENTS] = 1;
	__sync_fetch_and_add(by, 1);
	return 0;
}

#define PAIR(section, name)          \
	SEC(section)                 \
	int first_##name(void *ctx)  \
	{                            \
		return note(&by_first); \
	}                            \
	SEC(section)                 \
	int second_##name(void *ctx) \
	{                            \
		return note(&by_second); \
	}

PAIR("?tp/syscalls/sys_enter_getppid", tracepoint)
PAIR("?raw_tp/sys_enter", raw_tracepoint)
PAIR("?tp_btf/sys_enter", tp_btf)
PAIR("?fentry", fentry)
PAIR("?ksyscall/getppid", ksyscall)
PAIR("?kprobe", kprobe)
PAIR("?kprobe.multi", kprobe_multi)
PAIR("?uprobe", uprobe)
PAIR("?uprobe.multi", uprobe_multi)
PAIR("?lsm/task_getpgid", lsm)
PAIR("?lsm_cgroup/socket_create", lsm_cgroup)
