// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* lock-in-tracing.bpf.c - takes a lock where programs may not wait */
#include <cleat/bpf.h>

struct guarded {
	struct bpf_spin_lock lock;
	u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct guarded);
} table SEC(".maps");

SEC("raw_tp/sched_process_exec")
int refused(void *ctx)
{
	u32 key = 0;
	struct guarded *value = bpf_map_lookup_elem(&table, &key);

	return value ? value->count : 0;
}

LICENSE("GPL");
