/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test-migrate.bpf.c - connections go to one socket, and from a socket that is closed to the other.
 */
#include <cleat/bpf.h>

u64 migrations;

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} sockets SEC(".maps");

SEC("sk_reuseport/migrate")
int choose(struct sk_reuseport_md *ctx)
{
	u32 key = 0;

	if (ctx->migrating_sk) {
		key = 1;
		__sync_fetch_and_add(&migrations, 1);
	}
	bpf_sk_select_reuseport(ctx, &sockets, &key, 0);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
