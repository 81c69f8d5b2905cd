/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ringstress.bpf.c - numbered records of many sizes, as fast as it is run, and how many there were.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} other_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} perf SEC(".maps");

/* No ring at all. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} numbers SEC(".maps");

#define WORDS 16

struct record {
	u64 words[WORDS]; /* each of them the number */
};

u32 to_ring, to_other_ring, to_perf;
u64 made, refused;
u64 ring_bytes; /* that the records in the ring took, with their headers */

SEC("socket")
int produce(struct __sk_buff *ctx)
{
	u64 n = made++;
	u32 bytes = 8 + (u32)(n % WORDS) * 8;
	struct record r;

	for (int i = 0; i < WORDS; i++)
		r.words[i] = n;
	if (to_ring && bpf_ringbuf_output(&ring, &r, bytes, 0))
		refused++;
	else if (to_ring)
		ring_bytes += bytes + 8;
	if (to_other_ring)
		bpf_ringbuf_output(&other_ring, &r, bytes, 0);
	if (to_perf)
		bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &r, bytes);
	return 0;
}
