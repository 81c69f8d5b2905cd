/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * signals.bpf.h - a record for each signal that one process sends, into a ring and a perf buffer.
 */
#include <cleat/bpf.h>

#include "kill.bpf.h"

struct signal {
	u32 pid;
	s32 number;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__record(struct signal);
} signals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} burst SEC(".maps");

const volatile u32 only = 0;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(struct kill_entry *ctx)
{
	struct signal s = { .pid = bpf_get_current_pid_tgid() >> 32, .number = ctx->signal };

	/* To itself: whoever waits for others asks with kill(), too. */
	if (s.pid != only || ctx->pid != only)
		return 0;
	bpf_get_current_comm(s.comm, sizeof(s.comm));
	bpf_perf_event_output(ctx, &burst, BPF_F_CURRENT_CPU, &s, sizeof(s));
	bpf_ringbuf_output(&signals, &s, sizeof(s), 0);
	return 0;
}

LICENSE("GPL");
