// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* lock-other.bpf.c - unlocks another lock than it has locked */
#include <cleat/bpf.h>

struct guarded {
	struct bpf_spin_lock lock;
	u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, struct guarded);
} table SEC(".maps");

static long (*const spin_lock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_lock;
static long (*const spin_unlock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_unlock;

SEC("tc")
int refused(struct __sk_buff *skb)
{
	u32 one = 1, two = 2;
	struct guarded *first = bpf_map_lookup_elem(&table, &one);
	struct guarded *second = bpf_map_lookup_elem(&table, &two);

	if (first && second) {
		spin_lock(&first->lock);
		first->count++;
		spin_unlock(&second->lock); /* here */
	}
	return 0;
}

LICENSE("GPL");
