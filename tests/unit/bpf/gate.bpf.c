// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * gate.bpf.c - log calls between branches, functions that only they call, and code behind them.
 */
#include <cleat/bpf.h>
#include <cleat/log.h>

LICENSE("GPL");

static __noinline int only_for_logs(u32 n)
{
	barrier_var(n);
	return n * 3;
}

static __noinline int always(u32 n)
{
	barrier_var(n);
	return n + 1;
}

SEC("xdp")
int branches(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	if (n > 7) {
		cleat_debug(ctx, "many {}", n);
		n = always(n);
	} else if (n > 3) {
		cleat_trace(ctx, "some {}", n);
	}
	for (u32 i = 0; i < (n & 3); i++) {
		cleat_debug(ctx, "turn {}", i);
		barrier_var(n);
	}
	if (cleat_log_on(CLEAT_LOG_TRACE))
		n += only_for_logs(n);
	cleat_error(ctx, "end {}", n);
	return always(n) ? XDP_PASS : XDP_DROP;
}

/* More places than arguments, hints that do not fit. */
SEC("xdp")
int careless(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	cleat_info(ctx, "{} {}", n);
	cleat_info(ctx, "{mac}", n);
	cleat_info(ctx, "{ipv5}", n);
	return XDP_PASS;
}
