/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts what one process does at tracepoints, and keeps what it saw last.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;
u64 hits, cookies, number, bare_hits;

struct sys_enter {
	u64 common;
	int id;
	int pad;
	unsigned long args[6];
};

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

/* Before 5.15 there are none. */
static u64 cookie(void *ctx)
{
	return core_enum_exists(enum bpf_func_id, BPF_FUNC_get_attach_cookie) ?
		       bpf_get_attach_cookie(ctx) : 0;
}

SEC("tp/syscalls/sys_enter_kill")
int on_kill(struct sys_enter *ctx)
{
	if (!is_ours())
		return 0;
	hits++;
	number = ctx->id;
	cookies += cookie(ctx);
	return 0;
}

SEC("tracepoint")
int anywhere(struct sys_enter *ctx)
{
	if (!is_ours())
		return 0;
	bare_hits++;
	return 0;
}

/* More than the record of any tracepoint holds. */
SEC("?tp/syscalls/sys_enter_getppid")
int too_far(struct sys_enter *ctx)
{
	return ctx->args[5] == 1;
}
