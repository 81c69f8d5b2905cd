// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* reference-leak.bpf.c - reserves a record in a ring and forgets it */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (record)
		*record = ctx->rx_queue_index;
	return XDP_PASS;
}

LICENSE("GPL");
