// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* dynptr-overwritten.bpf.c - overwrites a dynptr that something depends on */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

static long (*const ringbuf_reserve_dynptr)(void *ring, u32 size, u64 flags,
					    struct bpf_dynptr *record) = (void *)
	BPF_FUNC_ringbuf_reserve_dynptr;
static void (*const ringbuf_discard_dynptr)(struct bpf_dynptr *record,
					    u64 flags) = (void *)BPF_FUNC_ringbuf_discard_dynptr;

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	struct bpf_dynptr record;

	ringbuf_reserve_dynptr(&ring, 8, 0, &record);
	*(volatile u64 *)&record = 0; /* here */
	ringbuf_discard_dynptr(&record, 0);
	return XDP_PASS;
}

LICENSE("GPL");
