// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* null-arithmetic.bpf.c - adds to the result of a map look-up before comparing it with NULL */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[8]);
} table SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 key = 0;
	u64 *value = bpf_map_lookup_elem(&table, &key);

	/* The compiler would compare first. */
	asm volatile("%0 += 8" : "+r"(value)); /* here */
	return value ? XDP_PASS : XDP_DROP;
}

LICENSE("GPL");
