/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * map-text.bpf.c - maps whose keys and values are written in each way there is.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct prefix_v4 {
	u32 length;
	u8 addr[4];
};

struct prefix_v6 {
	u32 length;
	u8 addr[16];
};

struct service {
	u32 prefixlen;
	u16 proto;
	u16 port;
};

struct count {
	u64 calls;
	u32 weight;
};

struct name {
	char text[8];
};

struct label {
	u32 n;
	char text[4];
};

struct number {
	u32 key;
};

#define MAP(name, map_type, key_type, value_type)        \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_##map_type);   \
		__uint(max_entries, 8);                  \
		__type(key, key_type);                   \
		__type(value, value_type);               \
	} name SEC(".maps")

#define BYTES(name, map_type, key_bytes, value_bytes)    \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_##map_type);   \
		__uint(max_entries, 8);                  \
		__uint(key_size, key_bytes);             \
		__uint(value_size, value_bytes);         \
	} name SEC(".maps")

MAP(v4, LPM_TRIE, struct prefix_v4, u32);
MAP(v6, LPM_TRIE, struct prefix_v6, u32);
MAP(services, LPM_TRIE, struct service, u32);
BYTES(plain_v4, LPM_TRIE, 8, 4);
BYTES(plain_seven, LPM_TRIE, 7, 2);
MAP(counts, PERCPU_HASH, u32, struct count);
MAP(triples, PERCPU_ARRAY, u32, u16[3]);
BYTES(bytes, PERCPU_HASH, 6, 3);
BYTES(numbers, HASH, 2, 8);
MAP(limits, ARRAY, u32, struct count);
MAP(resized, HASH, u32, struct count);
MAP(names, HASH, struct name, struct name);
MAP(structs, HASH, struct number, u32);
MAP(balances, PERCPU_ARRAY, u32, s8);
MAP(labels, PERCPU_ARRAY, u32, struct label);
BYTES(untyped, PERCPU_ARRAY, 4, 2);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, 1); /* BPF_F_NO_PREALLOC */
	__uint(key_size, 4);
	__uint(value_size, 4);
} retyped SEC(".maps");

u64 kept;
