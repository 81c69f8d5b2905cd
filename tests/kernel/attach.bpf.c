// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * attach.bpf.c - for 'cleat attach' and 'cleat dump': a program that says itself where it belongs and has
 * a function of its own, and one whose place must be said.
 */
#include <cleat/bpf.h>
#include <cleat/log.h>

LICENSE("GPL");

const volatile u32 only;
u64 kills_seen;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} numbers SEC(".maps");

static __noinline u64 add_up(u32 key, u64 by)
{
	u64 *n = bpf_map_lookup_elem(&numbers, &key);

	return (n ? *n : 0) + by;
}

SEC("tp/syscalls/sys_enter_kill")
int kills(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only)
		return 0;
	kills_seen += add_up(1, bpf_ktime_get_ns() != 0);
	cleat_info(ctx, "{} kills", kills_seen);
	return 0;
}

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}
