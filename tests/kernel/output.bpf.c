// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* output.bpf.c - numbered records, several for each signal that a process sends to itself. */
#include <cleat/bpf.h>

#include "shared/kill.bpf.h"

enum action { READ = 1, WRITE = 2, BOTH = 3 };

struct event {
	u64 seq;
	u32 pid;
	s32 number;
	enum action action;
	__be32 saddr;
	char comm[16];
	struct {
		u32 uid;
		u16 low : 3, high : 13;
	} who;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
	__record(struct event);
} events SEC(".maps");

const volatile u32 only = 0;
const volatile u32 each = 1; /* records a signal */
u64 seq = 0;
u64 full = 0; /* not even reserved */

SEC("tp/syscalls/sys_enter_kill")
int on_kill(struct kill_entry *ctx)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != only || ctx->pid != only)
		return 0;
	for (u32 i = 0; i < 64 && i < each; i++) {
		struct event e = {
			.seq = ++seq,
			.pid = pid,
			.number = ctx->signal,
			.action = 1 + i % 3,
			.saddr = bpf_htonl(0x0a000000 | i),
			.who = { .uid = 1000 + i, .low = i, .high = 4095 },
		};

		bpf_get_current_comm(e.comm, sizeof(e.comm));
		if (bpf_ringbuf_output(&events, &e, sizeof(e), 0))
			full++;
	}
	return 0;
}

LICENSE("GPL");
