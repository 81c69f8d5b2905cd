/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * drain.bpf.c - fills rings with events of 64 bytes and wakes nobody.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

/* One for each side: whoever reads a perf event array fills its slots. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} perf_cleat SEC(".maps"), perf_libbpf SEC(".maps");

struct event {
	u64 words[8];
};

u64 number;

SEC("socket")
int fill_ring(struct __sk_buff *ctx)
{
	struct event e = { { number++ } };

	return bpf_ringbuf_output(&ring, &e, sizeof(e), BPF_RB_NO_WAKEUP);
}

SEC("socket")
int fill_perf_cleat(struct __sk_buff *ctx)
{
	struct event e = { { number++ } };

	return bpf_perf_event_output(ctx, &perf_cleat, BPF_F_CURRENT_CPU, &e, sizeof(e));
}

SEC("socket")
int fill_perf_libbpf(struct __sk_buff *ctx)
{
	struct event e = { { number++ } };

	return bpf_perf_event_output(ctx, &perf_libbpf, BPF_F_CURRENT_CPU, &e, sizeof(e));
}
