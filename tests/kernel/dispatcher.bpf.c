/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dispatcher.bpf.c - programs that count pings and are to share an interface; what they say of their place is in
 * the types alone, as libxdp has it.
 */
#include <cleat/bpf.h>

const volatile u32 early_action = XDP_PASS, late_action = XDP_PASS;
u64 early_pings, late_pings, pieces_pings;

struct {
	__uint(priority, 10);
	__uint(XDP_PASS, 1);
	__uint(XDP_TX, 1);
} _early SEC(".xdp_run_config");

struct {
	__uint(priority, 90);
	__uint(XDP_PASS, 0);
} _late SEC(".xdp_run_config");

/* An ICMP echo request over IPv4 on ethernet. */
static bool is_ping(const struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	return data + 35 <= end && data[12] == 8 && data[13] == 0 && data[23] == 1 && data[34] == 8;
}

static int count(const struct xdp_md *ctx, u64 *pings, u32 action)
{
	if (!is_ping(ctx))
		return XDP_PASS;
	__sync_fetch_and_add(pings, 1);
	return action;
}

SEC("xdp")
int early(struct xdp_md *ctx)
{
	return count(ctx, &early_pings, early_action);
}

SEC("xdp")
int late(struct xdp_md *ctx)
{
	return count(ctx, &late_pings, late_action);
}

/* Says nothing of its place. */
SEC("xdp")
int plain(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* Changes the packet, which a dispatcher must allow. */
SEC("xdp")
int trims(struct xdp_md *ctx)
{
	bpf_xdp_adjust_tail(ctx, 0);
	return XDP_PASS;
}

SEC("xdp.frags")
int pieces(struct xdp_md *ctx)
{
	return count(ctx, &pieces_pings, XDP_PASS);
}

LICENSE("Dual BSD/GPL");
