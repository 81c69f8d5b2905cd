// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* null-argument.bpf.c - passes a record that may not be there */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	bpf_ringbuf_submit(bpf_ringbuf_reserve(&ring, 8, 0), 0); /* here */
	return XDP_PASS;
}

LICENSE("GPL");
