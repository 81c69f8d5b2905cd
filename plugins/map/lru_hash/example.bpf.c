/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts bytes by source address.
 */
#include <cleat/bpf.h>

#define ETHERNET 14

struct source {
	__be32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct source);
	__type(value, u64);
} sources SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	const u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	u64 length = end - data, *bytes;
	struct source from;

	if (data + ETHERNET + 20 > end || data[12] != 8 || data[13] != 0)
		return XDP_PASS;
	__builtin_memcpy(&from, data + ETHERNET + 12, sizeof(from));
	bytes = bpf_map_lookup_elem(&sources, &from);
	if (bytes)
		__sync_fetch_and_add(bytes, length);
	else
		bpf_map_update_elem(&sources, &from, &length, BPF_ANY);
	return XDP_PASS;
}

LICENSE("Dual BSD/GPL");
