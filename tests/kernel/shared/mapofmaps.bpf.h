/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mapofmaps.bpf.h - counts in the map that lies in a slot: two of them are put in by the object, others
 * while it runs.
 * The type of the map, TESTED_TYPE, is said by who includes it.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct counters {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
};

struct counters red SEC(".maps"), blue SEC(".maps"), spare SEC(".maps");

struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 4);
	__type(key, u32);
	__array(values, struct counters);
} outer SEC(".maps") = {
	.values = { [0] = &red, [2] = &blue },
};

/* Nothing here says what its maps are like: the unit does. */
struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} untold SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} other SEC(".maps");

u32 only_pid;
u32 slot;
u64 hits, nothing;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	u32 key = slot, zero = 0;
	void *inner;
	u64 *count;

	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	inner = bpf_map_lookup_elem(&outer, &key);
	count = inner ? bpf_map_lookup_elem(inner, &zero) : NULL;
	if (count)
		(*count)++;
	else
		nothing++;
	hits++;
	return 0;
}
