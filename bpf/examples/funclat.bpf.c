/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * funclat.bpf.c - how long a function of a program or library takes, as a histogram for each process.
 * Unit: funclat.ini, which says which function.
 *
 * Shows: a probe where a function begins and one where it returns, told apart by thread; a unit that aims
 * both. Linux 5.8. A function that calls itself is measured from its innermost call.
 */
#include "histogram.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, u64);
} entered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct histogram);
} latency SEC(".maps");

SEC("uprobe")
int BPF_UPROBE(on_call)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&entered, &thread, &now, BPF_ANY);
	return 0;
}

SEC("uretprobe")
int BPF_URETPROBE(on_return)
{
	u64 id = bpf_get_current_pid_tgid(), *since, took;
	u32 thread = id, process = id >> 32;
	struct histogram *h;

	since = bpf_map_lookup_elem(&entered, &thread);
	if (!since)
		return 0;
	took = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&entered, &thread);
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
