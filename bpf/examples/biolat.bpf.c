/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * biolat.bpf.c - how long block devices take for what they are asked, as a histogram for each device.
 * Unit: biolat.ini.
 *
 * Shows: a start and an end that are matched by a key, counting in the kernel instead of sending records,
 * text that a program makes (iter). Linux 5.8.
 */
#include "histogram.h"

/* As in events/block/block_rq_{issue,complete}/format of tracefs: what both have, in any version. */
struct block_request {
	u64 common;
	u32 device; /* major << 20 | minor */
	u64 sector;
};

struct place {
	u64 sector;
	u64 device;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct place);
	__type(value, u64);
} issued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, struct histogram);
} latency SEC(".maps");

SEC("tp/block/block_rq_issue")
int on_issue(struct block_request *ctx)
{
	struct place at = { .sector = ctx->sector, .device = ctx->device };
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&issued, &at, &now, BPF_ANY);
	return 0;
}

SEC("tp/block/block_rq_complete")
int on_complete(struct block_request *ctx)
{
	struct place at = { .sector = ctx->sector, .device = ctx->device };
	u64 *since = bpf_map_lookup_elem(&issued, &at), took;
	u32 device = ctx->device;
	struct histogram *h;

	if (!since)
		return 0;
	took = bpf_ktime_get_ns() - *since;
	bpf_map_delete_elem(&issued, &at);
	h = histogram_of(&latency, &device);
	if (h)
		histogram_add(h, took);
	return 0;
}

SEC("iter/bpf_map_elem")
int show(struct bpf_iter__bpf_map_elem *ctx)
{
	u32 *device = ctx->key;
	struct histogram *h = ctx->value;

	if (!device || !h)
		return 0;
	BPF_SEQ_PRINTF(ctx->meta->seq, "device %u:%u\n", *device >> 20, *device & 0xfffff);
	histogram_print(ctx->meta->seq, h);
	return 0;
}

LICENSE("Dual BSD/GPL");
