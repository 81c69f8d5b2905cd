/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * devmaps.bpf.h - sends IPv4 packets on to the interface in the map, counts them on their way and where
 * they arrive.
 * The type of the maps, TESTED_TYPE, and the key, TESTED_KEY, are said by who includes it.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct bpf_devmap_val);
} ports SEC(".maps");

/* As it was before 5.8. */
struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} plain SEC(".maps");

u64 sent, left, arrived;

static bool is_ipv4(struct xdp_md *ctx)
{
	const u8 *data = (const u8 *)(long)ctx->data, *end = (const u8 *)(long)ctx->data_end;

	return data + 14 <= end && data[12] == 8 && data[13] == 0;
}

SEC("xdp")
int send_on(struct xdp_md *ctx)
{
	if (!is_ipv4(ctx))
		return XDP_PASS;
	sent++;
	return bpf_redirect_map(&ports, TESTED_KEY, XDP_DROP);
}

SEC("xdp/devmap")
int leave(struct xdp_md *ctx)
{
	left++;
	return XDP_PASS;
}

SEC("xdp")
int arrive(struct xdp_md *ctx)
{
	if (is_ipv4(ctx))
		arrived++;
	return XDP_PASS;
}
