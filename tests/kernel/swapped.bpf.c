/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * swapped.bpf.c - programs that take the place of their twins while events come: each tells which events it
 * has seen.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define EVENTS 65536

u32 only_pid; /* the process whose events are counted, */
u32 now; /* and the number of the one that it makes */
u8 seen[EVENTS];
u64 noted;

static int note(void)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	seen[now % EVENTS] = 1;
	__sync_fetch_and_add(&noted, 1);
	return 0;
}

#define SEEN_BY(section, name) \
	SEC(section)           \
	int name(void *ctx)    \
	{                      \
		return note(); \
	}

SEEN_BY("?tp/syscalls/sys_enter_getppid", tracepoint)
SEEN_BY("?raw_tp/sys_enter", raw_tracepoint)
SEEN_BY("?tp_btf/sys_enter", tp_btf)
SEEN_BY("?fentry", fentry)
SEEN_BY("?ksyscall/getppid", ksyscall)
SEEN_BY("?kprobe", kprobe)
SEEN_BY("?kprobe.multi", kprobe_multi)
SEEN_BY("?uprobe", uprobe)
SEEN_BY("?uprobe.multi", uprobe_multi)
SEEN_BY("?usdt", usdt)
SEEN_BY("?lsm/task_getpgid", lsm)
SEEN_BY("?lsm_cgroup/socket_create", lsm_cgroup)
