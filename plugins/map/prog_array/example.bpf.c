/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - a parser whose steps can be exchanged.
 */
#include <cleat/bpf.h>

u64 ipv4, others;

int on_ipv4(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 8);
	__uint(key_size, 4);
	__array(values, int(void *));
} steps SEC(".maps") = {
	.values = { [0] = (void *)&on_ipv4 },
};

SEC("xdp")
int on_ipv4(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&ipv4, 1);
	return XDP_PASS;
}

SEC("xdp")
int parser(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 14 <= end && data[12] == 8 && data[13] == 0)
		bpf_tail_call(ctx, &steps, 0);
	__sync_fetch_and_add(&others, 1);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
