// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* events.bpf.c - a few records as soon as it is attached, in a ring and in a perf event array. */
#include <cleat/bpf.h>

struct event {
	u64 number;
	u64 pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__record(struct event);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__record(struct event);
} array SEC(".maps");

const volatile u32 most = 20;
const volatile char only[16] = ""; /* what the process is called; empty: any */
u64 records = 0;

SEC("raw_tp/sys_enter")
int on_call(void *ctx)
{
	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32 };
	char name[16];

	if (records >= most || bpf_get_current_comm(name, sizeof(name)))
		return 0;
	for (int i = 0; i < 16 && only[i]; i++)
		if (name[i] != only[i])
			return 0;
	/* Another CPU may have the same: what adds and gives is of Linux 5.12. */
	e.number = records;
	__sync_fetch_and_add(&records, 1);
	bpf_ringbuf_output(&ring, &e, sizeof(e), 0);
	bpf_perf_event_output(ctx, &array, BPF_F_CURRENT_CPU, &e, sizeof(e));
	return 0;
}

LICENSE("GPL");
