// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mapdef.bpf.c - maps in BTF with every attribute, for test-mapdef.c. */
#include "defs.h"

struct pair {
	u32 a, b;
};

struct {
	__uint(type, HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, 5);
	__uint(numa_node, 3);
	__type(key, u32);
	__type(value, struct pair);
	__uint(pinning, 1);
	__ulong(map_extra, 0x12345678);
} everything SEC(".maps");

struct {
	__uint(type, ARRAY);
	__uint(key_size, 4);
	__uint(value_size, sizeof(struct pair));
	__type(key, u32);
	__type(value, struct pair);
	__uint(max_entries, 1);
	__uint(pinning, 0);
	__uint(map_extra, 9);
} both SEC(".maps");

struct inner_def {
	__uint(type, ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
};

struct {
	__uint(type, ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, u32);
	__array(values, struct inner_def);
} outer SEC(".maps") = {
	.values = { [1] = (void *)0, [3] = (void *)0 },
};

struct inner_def in_a SEC(".maps");
struct inner_def in_b SEC(".maps");

struct {
	__uint(type, ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(values, struct inner_def);
} filled SEC(".maps") = {
	.values = { [0] = &in_b, [2] = &in_a },
};

static struct {
	__uint(type, ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} local_map SEC(".maps");

int tail(void *ctx);

struct {
	__uint(type, PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(values, int(void *));
} jumps SEC(".maps") = {
	.values = { [2] = (void *)&tail },
};

SEC("tc")
int tail(void *ctx)
{
	return 0;
}

SEC("tc")
int user(void *ctx)
{
	u32 key = 0;
	u32 *value = lookup(&local_map, &key);
	void *map = lookup(&filled, &key);

	return lookup(&everything, &key) ? 1 : value && map ? *value : 0;
}
