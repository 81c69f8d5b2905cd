/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usdtlat.bpf.c - how long a program takes from one of its USDT probes to another, for the requests that
 * both name in their first argument: as a histogram for each process. Unit: usdtlat.ini, which says which
 * probes.
 *
 * Shows: arguments of probes, whatever register or memory they are in; a start and an end that may be in
 * different threads. Linux 5.8; before 5.15 one process is to be named (pid = NUMBER).
 */
#include "histogram.h"
#include <cleat/usdt.h>

struct request {
	u64 id;
	u64 process;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct request);
	__type(value, u64);
} begun SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct histogram);
} latency SEC(".maps");

SEC("usdt")
int BPF_USDT(on_start, u64 id)
{
	struct request r = { .id = id, .process = bpf_get_current_pid_tgid() >> 32 };
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&begun, &r, &now, BPF_ANY);
	return 0;
}

SEC("usdt")
int BPF_USDT(on_end, u64 id)
{
	struct request r = { .id = id, .process = bpf_get_current_pid_tgid() >> 32 };
	u64 *since = bpf_map_lookup_elem(&begun, &r), took;
	u32 process = r.process;
	struct histogram *h;

	if (!since)
		return 0;
	took = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&begun, &r);
	h = histogram_of(&latency, &process);
	if (h)
		histogram_add(h, took);
	return 0;
}

SEC("iter/bpf_map_elem")
int show(struct bpf_iter__bpf_map_elem *ctx)
{
	u32 *process = ctx->key;
	struct histogram *h = ctx->value;

	if (!process || !h)
		return 0;
	BPF_SEQ_PRINTF(ctx->meta->seq, "process %u\n", *process);
	histogram_print(ctx->meta->seq, h);
	return 0;
}

LICENSE("Dual BSD/GPL");
