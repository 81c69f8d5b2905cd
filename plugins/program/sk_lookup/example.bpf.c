/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - one server for all ports and addresses: the socket in the map.
 */
#include <cleat/bpf.h>

u64 steered;

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
	void *sk = bpf_map_lookup_elem(&server, &zero);

	__sync_fetch_and_add(&steered, 1);
	if (!sk)
		return SK_PASS;
	bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
