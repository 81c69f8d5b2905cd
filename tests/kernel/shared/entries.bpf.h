/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * entries.bpf.h - a record for each signal that a process sends to itself, of all that an entry of a log may
 * have in it; and one that is too long for a datagram.
 */
#include <cleat/bpf.h>

#include "kill.bpf.h"

enum why { ASKED = 0, TOLD = 10 };

struct event {
	u32 pid;
	enum why why;
	char comm[16];
	struct {
		u32 inner;
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
	__record(struct event);
} events SEC(".maps");

/* Longer, as text, than a datagram may be. */
struct large {
	u32 pid;
	u8 data[60000];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
	__record(struct large);
} larges SEC(".maps");

const volatile u32 only = 0;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(struct kill_entry *ctx)
{
	struct large *l;
	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32, .why = ctx->signal, .inner = 7 };

	if (e.pid != only || ctx->pid != only)
		return 0;
	bpf_get_current_comm(e.comm, sizeof(e.comm));
	if (e.why == TOLD)
		e.comm[1] = '\n';
	l = bpf_ringbuf_reserve(&larges, sizeof(*l), 0);
	if (l) {
		l->pid = e.pid;
		l->data[0] = 255;
		bpf_ringbuf_submit(l, 0);
	}
	bpf_ringbuf_output(&events, &e, sizeof(e), 0);
	return 0;
}

LICENSE("GPL");
