// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* unbounded-sum.bpf.c - adds a number to a pointer that may be anything, with its sign */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64[8]);
} table SEC(".maps");

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	u32 key = 0;
	u8 *value = bpf_map_lookup_elem(&table, &key);
	long at = bpf_ktime_get_ns();

	if (!value)
		return XDP_PASS;
	return value[at]; /* here */
}

LICENSE("GPL");
