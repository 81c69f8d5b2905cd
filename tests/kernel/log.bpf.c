// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * log.bpf.c - log records of all types, at all levels, many at once, and bytes that are none.
 */
#include <cleat/bpf.h>
#include <cleat/log.h>

LICENSE("GPL");

const volatile u32 only;

enum verdict { PASS = 1, DROP };

SEC("tp/syscalls/sys_enter_kill")
int all_types(void *ctx)
{
	u8 mac[6] = { 2, 0, 0, 0, 0, 0x1f };
	char comm[16] = {};
	u32 address = bpf_htonl(0xc0000201), n = 7;
	u16 port = bpf_htons(443);
	s8 small = -8;
	s64 wide = -1234567890123;
	enum verdict verdict = DROP;
	bool yes = true;
	u64 now = bpf_ktime_get_ns();
	u8 v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

	if (bpf_get_current_pid_tgid() >> 32 != only)
		return 0;
	bpf_get_current_comm(comm, sizeof(comm));
	cleat_info(ctx, "nothing");
	cleat_info(ctx, "{} {} {} {} {} {}", small, (s16)-16, (int)-32, wide, (u8)200, (u16)65000);
	cleat_info(ctx, "{} {} {} {}", 4000000000u, ~0ull, verdict, (u64)n);
	cleat_info(ctx, "{x} {X} {p} {}", 0xabcdu, 0xabcdu, (void *)0x1000, (void *)0x2000);
	cleat_info(ctx, "{} {} {c} {}", yes, (bool)!yes, 65, (char)'x');
	cleat_info(ctx, "conn {ipv4}:{be} -> {mac} {MAC} took {} ns", address, port, mac, mac,
		   wide);
	cleat_info(ctx, "{ipv6} {} {x}", v6, mac, mac);
	cleat_info(ctx, "{} {x}", (unsigned __int128)5, (unsigned __int128)1 << 64);
	cleat_info(ctx, "{} {} [{}]", comm, "literal", cleat_bytes(mac, 3));
	cleat_info(ctx, "{} [{}]", cleat_str(comm, 32), cleat_some_bytes(mac, n - 4));
	cleat_info(ctx, "{}", cleat_str(comm, 3));
	cleat_info(ctx, "{}", cleat_user_str((void *)1, 8));
	cleat_info(ctx, "{errno} {errno} {errno} {ns} {ns}", -2, 13, 0, 1500ull, 2000000000ull);
	cleat_info(ctx, "braces {{}} and {time}", now);
	cleat_info(ctx, "{} {} {} {} {} {} {} {} {} {} {} {}", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		   12);
	return 0;
}

/* An interface has packets of its own, too: none of them is as long as the test's. */
static __always_inline bool is_ours(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data == 64;
}

/* Nothing but log calls: what is loaded of it is theirs. */
SEC("xdp")
int counted(struct xdp_md *ctx)
{
	cleat_error(ctx, "error {}", ctx->rx_queue_index);
	cleat_warn(ctx, "warn {} {}", ctx->rx_queue_index, bpf_ktime_get_ns());
	cleat_debug(ctx, "debug {}", ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("xdp")
int levels(struct xdp_md *ctx)
{
	u32 n = ctx->rx_queue_index;

	if (!is_ours(ctx))
		return XDP_DROP;
	cleat_error(ctx, "error {}", n);
	cleat_warn(ctx, "warn {}", n);
	cleat_info(ctx, "info {}", n);
#undef CLEAT_LOG_TARGET
#define CLEAT_LOG_TARGET "noise"
	cleat_debug(ctx, "debug {}", n);
	cleat_trace(ctx, "trace {}", n);
	return XDP_PASS;
}

u64 count;

/* A record for each run, with its number. */
SEC("xdp")
int flood(struct xdp_md *ctx)
{
	u64 n;

	if (!is_ours(ctx))
		return XDP_DROP;
	n = count++;
	cleat_info(ctx, "flood {} {}", n, cleat_str("text", 16));
	return XDP_PASS;
}

#if CLEAT_LOG_MAX
/* Between two records that are sound, those that are not. */
SEC("xdp")
int spoiled(struct xdp_md *ctx)
{
	u64 record[3] = { 1 << 20, 0, 0 };

	if (!is_ours(ctx))
		return XDP_DROP;
	cleat_info(ctx, "before");
	bpf_ringbuf_output(&cleat_log, record, sizeof(record), 0);
	bpf_ringbuf_output(&cleat_log, record, 4, 0);
	record[0] = 4;
	bpf_ringbuf_output(&cleat_log, record, sizeof(record), 0);
	cleat_info(ctx, "behind");
	return XDP_PASS;
}
#endif
