/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - drops what comes from the addresses of a map.
 */
#include <cleat/bpf.h>

#define ETHERNET 14

enum verdict { PASS, DROP };

struct prefix_v4 {
	u32 length;
	u8 addr[4];
};

u64 dropped;

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_v4);
	__type(value, enum verdict);
} blocked_v4 SEC(".maps");

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct prefix_v4 from = { .length = 32 };
	enum verdict *verdict;

	if (data + ETHERNET + 20 > end || data[12] != 8 || data[13] != 0)
		return XDP_PASS;
	__builtin_memcpy(from.addr, data + ETHERNET + 12, sizeof(from.addr));
	verdict = bpf_map_lookup_elem(&blocked_v4, &from);
	if (!verdict || *verdict != DROP)
		return XDP_PASS;
	__sync_fetch_and_add(&dropped, 1);
	return XDP_DROP;
}

LICENSE("Dual BSD/GPL");
