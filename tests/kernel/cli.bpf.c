// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * cli.bpf.c - something of everything that the verbs show: programs that load, that the verifier
 * refuses, that no plugin takes; maps of several types; globals.
 */
#include <cleat/bpf.h>

enum colour {
	RED = 1,
	GREEN = 2,
};

struct entry {
	enum colour colour;
	u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, struct entry);
} cli_hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, u64);
} cli_percpu SEC(".maps");

/* The size is for whoever loads it to say. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u32);
} cli_nosize SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
	__uint(pinning, 1); /* by name */
} cli_pinned SEC(".maps");

const volatile s32 limit = -7;
const volatile enum colour colour = GREEN;
char greeting[8] = "hi";
u64 runs;

SEC("raw_tp/sched_process_exec")
int good(void *ctx)
{
	u32 key = 0;
	u64 *n = bpf_map_lookup_elem(&cli_percpu, &key);

	if (n)
		(*n)++;
	if (limit < 0 && greeting[0])
		__sync_fetch_and_add(&runs, 1);
	bpf_map_lookup_elem(&cli_nosize, &key);
	bpf_map_lookup_elem(&cli_pinned, &key);
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int bad(void *ctx)
{
	u32 key = 0;
	struct entry *e = bpf_map_lookup_elem(&cli_hash, &key);

	return e->count; /* it may not be there */
}

SEC("?strange/thing")
int odd(void *ctx)
{
	/* Beyond every context: as nothing that may be guessed does it load. */
	return colour + *((volatile u32 *)ctx + 100000);
}

LICENSE("GPL");
