// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * log.bpf.c - one call of each way to say two numbers, to be run often: what is left when the empty program's
 * time is taken away is the call's.
 */
#define CLEAT_LOG_RING (64 << 20)
#include <cleat/bpf.h>
#include <cleat/log.h>

LICENSE("GPL");

struct record {
	u64 time;
	u64 a, b;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 << 20);
} ring SEC(".maps");

SEC("xdp")
int empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int printk(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	bpf_printk("value %d of %u", n, 7);
	return XDP_PASS;
}

SEC("xdp")
int bare_record(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;
	struct record *r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);

	if (r) {
		r->time = bpf_ktime_get_ns();
		r->a = n;
		r->b = 7;
		bpf_ringbuf_submit(r, 0);
	}
	return XDP_PASS;
}

SEC("xdp")
int log_enabled(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	cleat_info(ctx, "value {} of {}", n, 7);
	return XDP_PASS;
}

SEC("xdp")
int log_disabled(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	cleat_debug(ctx, "value {} of {}", n, 7);
	return XDP_PASS;
}
