/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulk.bpf.c - maps that take many entries at once, or few; and a program that counts on each CPU.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct flow {
	__be32 addr;
	u16 port;
	u16 proto;
};

struct stats {
	u64 packets;
	u64 bytes;
};

struct name {
	char text[16];
};

#define MAP(name, map_type, entries, key_type, value_type) \
	struct {                                           \
		__uint(type, BPF_MAP_TYPE_##map_type);     \
		__uint(max_entries, entries);              \
		__type(key, key_type);                     \
		__type(value, value_type);                 \
	} name SEC(".maps")

MAP(bulk_many, HASH, 1000000, struct flow, struct stats);
MAP(bulk_few, HASH, 4, u32, u64);
MAP(bulk_names, HASH, 16, struct name, struct name);
MAP(bulk_cpus, PERCPU_HASH, 16, u32, struct stats);
MAP(bulk_slots, ARRAY, 4, u32, u64);
MAP(bulk_cpu_slots, PERCPU_ARRAY, 2, u32, u64);
MAP(bulk_lru, LRU_HASH, 1000, u32, u64);

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 100);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct {
		u32 length;
		u8 addr[4];
	});
	__type(value, u32);
} bulk_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 3);
	__type(value, u32);
} bulk_queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, u32);
	__type(value, struct name);
} bulk_shared SEC(".maps");

u32 only_pid;

SEC("raw_tp/sys_enter")
int bulk_count(void *ctx)
{
	u32 zero = 0;
	u64 *n;

	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	n = bpf_map_lookup_elem(&bulk_cpu_slots, &zero);
	if (n)
		(*n)++;
	return 0;
}
