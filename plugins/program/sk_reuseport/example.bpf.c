/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - datagrams go to the sockets of the map by their hash.
 */
#include <cleat/bpf.h>

#define SERVERS 4

u64 datagrams;

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, SERVERS);
	__type(key, u32);
	__type(value, u64);
} servers SEC(".maps");

/* Without a socket there, the kernel chooses. */
SEC("sk_reuseport")
int balance(struct sk_reuseport_md *ctx)
{
	u32 slot = ctx->hash % SERVERS;

	__sync_fetch_and_add(&datagrams, 1);
	bpf_sk_select_reuseport(ctx, &servers, &slot, 0);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
