/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - datagrams go to the worker in the first slot.
 */
#include <cleat/bpf.h>

u64 datagrams;

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, u64);
} workers SEC(".maps");

/* Without a socket there, the kernel chooses. */
SEC("sk_reuseport")
int choose(struct sk_reuseport_md *ctx)
{
	u32 first = 0;

	__sync_fetch_and_add(&datagrams, 1);
	bpf_sk_select_reuseport(ctx, &workers, &first, 0);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
