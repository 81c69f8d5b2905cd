/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - chooses one socket of those that share a port, as it is told.
 */
#include <cleat/bpf.h>

const volatile int verdict = SK_PASS;
u64 packets;

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *ctx)
{
	u32 zero = 0;

	__sync_fetch_and_add(&packets, 1);
	/* Without a socket there, the kernel chooses. */
	bpf_sk_select_reuseport(ctx, &sockets, &zero, 0);
	return verdict;
}

LICENSE("Dual BSD/GPL");
