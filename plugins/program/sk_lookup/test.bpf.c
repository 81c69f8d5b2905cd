/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - gives what arrives at one port to a socket that may listen on another, and drops it
 * while there is none.
 */
#include <cleat/bpf.h>

const volatile u16 port = 7777;
u64 lookups;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} server SEC(".maps");

SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	u32 zero = 0;
	void *sk;
	long err;

	if (ctx->local_port != port)
		return SK_PASS;
	__sync_fetch_and_add(&lookups, 1);
	sk = bpf_map_lookup_elem(&server, &zero);
	if (!sk)
		return SK_DROP;
	err = bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);
	return err ? SK_DROP : SK_PASS;
}

LICENSE("Dual BSD/GPL");
