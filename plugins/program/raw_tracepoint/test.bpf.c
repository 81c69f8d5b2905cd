/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts the system calls of one process at raw tracepoints, and writes into the one
 * buffer that a tracepoint lends out.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid, only_call;
u64 enters, exits, cookies, wrote, keyed;
u32 seen_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

/* args: the registers, the number of the call */
SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_ours() && ctx->args[1] == only_call)
		__sync_fetch_and_add(&enters, 1);
	return 0;
}

/* args: the registers, the result */
SEC("raw_tracepoint/sys_exit")
int on_exit(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_ours() && (long)ctx->args[1] == only_pid)
		__sync_fetch_and_add(&exits, 1);
	return 0;
}

SEC("raw_tp")
int keys(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_ours())
		__sync_fetch_and_add(&keyed, 1);
	return 0;
}

SEC("?raw_tp/sys_enter")
int with_cookie(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_ours() && ctx->args[1] == only_call)
		__sync_fetch_and_add(&cookies, bpf_get_attach_cookie(ctx));
	return 0;
}

/* bpf_test_finish lends an int that BPF_PROG_TEST_RUN returns. */
SEC("?raw_tp.w/bpf_test_finish")
int writer(struct bpf_raw_tracepoint_args *ctx)
{
	int *error = (int *)ctx->args[0];

	wrote += *error == 0;
	return 0;
}

SEC("?raw_tp.w/sched_switch")
int refused_writer(struct bpf_raw_tracepoint_args *ctx)
{
	int *flag = (int *)ctx->args[0];

	*flag = 0;
	return 0;
}
