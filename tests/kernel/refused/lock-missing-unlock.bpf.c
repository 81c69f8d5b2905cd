// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* lock-missing-unlock.bpf.c - returns with a lock held */
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

static long (*const spin_lock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_lock;

SEC("tc")
int refused(struct __sk_buff *skb)
{
	u32 key = 0;
	struct guarded *value = bpf_map_lookup_elem(&table, &key);

	if (value) {
		spin_lock(&value->lock);
		value->count++;
	}
	return 0;
}

LICENSE("GPL");
