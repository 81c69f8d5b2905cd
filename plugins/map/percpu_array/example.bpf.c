/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts packets and bytes on each CPU.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} traffic SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	u32 packets = 0, bytes = 1;
	u64 *n;

	n = bpf_map_lookup_elem(&traffic, &packets);
	if (n)
		*n += 1;
	n = bpf_map_lookup_elem(&traffic, &bytes);
	if (n)
		*n += ctx->data_end - ctx->data;
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
