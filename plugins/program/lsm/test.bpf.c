/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - says no to what one process does, and to nobody else.
 */
#include <cleat/bpf.h>

struct file;

const volatile u32 only_pid;
u64 asked, cookies, sleeping;

static __always_inline bool is_ours(void)
{
	return only_pid && bpf_get_current_pid_tgid() >> 32 == only_pid;
}

SEC("lsm/task_setnice")
int BPF_PROG(no_nice, void *task, int nice, int before)
{
	if (before)
		return before;
	if (!is_ours())
		return 0;
	__sync_fetch_and_add(&asked, 1);
	return nice == 7 ? -1 /* EPERM */ : 0;
}

SEC("?lsm/task_setnice")
int BPF_PROG(cookie_nice, void *task, int nice, int before)
{
	if (is_ours())
		__sync_fetch_and_add(&cookies, bpf_get_attach_cookie(ctx));
	return before;
}

SEC("?lsm.s/file_open")
int BPF_PROG(opened, struct file *file)
{
	if (is_ours())
		__sync_fetch_and_add(&sleeping, 1);
	return 0;
}

/* For the section to say nothing. */
SEC("?lsm")
int BPF_PROG(anywhere, void *task, int nice, int before)
{
	if (is_ours())
		__sync_fetch_and_add(&asked, 1);
	return before;
}

LICENSE("GPL");
