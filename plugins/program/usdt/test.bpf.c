/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - keeps the arguments of the USDT probe passed last, and counts.
 */
#include <cleat/usdt.h>

LICENSE("GPL");

u64 hits, cookie, pids, last_pid;
s64 count, none, none_error;
s64 v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11;
s64 error10, size0, size2, size4;
u64 second_hits;
s64 second_value, second_cookie;

SEC("usdt")
int on_probe(struct pt_regs *ctx)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	long value;

	if (last_pid != pid)
		pids++;
	last_pid = pid;
	cookie = bpf_usdt_cookie(ctx);
	count = bpf_usdt_arg_cnt(ctx);
#define KEEP(i)                       \
	bpf_usdt_arg(ctx, i, &value); \
	v##i = value;
	KEEP(0)
	KEEP(1)
	KEEP(2)
	KEEP(3)
	KEEP(4)
	KEEP(5)
	KEEP(6)
	KEEP(7)
	KEEP(8)
	KEEP(9)
	KEEP(11)
	error10 = bpf_usdt_arg(ctx, 10, &value);
	v10 = value;
	none_error = bpf_usdt_arg(ctx, 12, &value);
	none = value;
	size0 = bpf_usdt_arg_size(ctx, 0);
	size2 = bpf_usdt_arg_size(ctx, 2);
	size4 = bpf_usdt_arg_size(ctx, 4);
	hits++;
	return 0;
}

SEC("?usdt/probed:demo:value")
int BPF_USDT(second, int value, u64 twice)
{
	second_value = value + (s64)twice;
	second_cookie = bpf_usdt_cookie(ctx);
	second_hits++;
	return 0;
}

SEC("?usdt.s")
int BPF_USDT(sleepable, int value)
{
	v0 = value;
	hits++;
	return 0;
}
