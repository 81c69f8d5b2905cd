/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mapstress.bpf.c - maps to walk while they change, and numbered records of many sizes.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define SPACE 4096

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SPACE);
	__type(key, u32);
	__type(value, u64);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SPACE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, u64);
} hash_no_prealloc SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, SPACE);
	__type(key, u32);
	__type(value, u64);
} percpu_hash SEC(".maps");

struct prefix {
	u32 length;
	u32 data;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, SPACE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, u64);
} lpm_trie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SPACE);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, u32);
} shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16384);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} perf SEC(".maps");

struct record {
	u64 number;
	u64 fill[31]; /* all of them the number */
};

u32 only_thread; /* whose system calls are what is recorded */
u32 to_ring, to_perf, discard_every;
u64 number, refused, discarded;

static __always_inline u32 fill(struct record *r, u64 n)
{
	r->number = n;
	for (int i = 0; i < 31; i++)
		r->fill[i] = n;
	return 8 + (u32)(n & 15) * 16;
}

SEC("raw_tp/sys_enter")
int on_call(void *ctx)
{
	struct record *slot, r;
	u64 n;

	if (!only_thread || (u32)bpf_get_current_pid_tgid() != only_thread)
		return 0;
	n = number++;
	if (to_perf)
		bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &r, fill(&r, n));
	if (!to_ring)
		return 0;
	slot = bpf_ringbuf_reserve(&ring, sizeof(*slot), 0);
	if (!slot) {
		refused++;
		return 0;
	}
	fill(slot, n);
	if (discard_every && n % discard_every == 0) {
		discarded++;
		bpf_ringbuf_discard(slot, 0);
	} else {
		bpf_ringbuf_submit(slot, 0);
	}
	return 0;
}
