// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-own.bpf.c - a file whose program, function, map and variable are its own: all are static. */
#include <cleat/bpf.h>

#ifndef OWN
#define OWN 1
#endif

static struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OWN);
	__type(key, __u32);
	__type(value, __u64);
} own_map SEC(".maps");

static volatile int own_value = 40;

static __noinline int own_sum(int x)
{
	return x + own_value;
}

SEC("raw_tp/sched_process_exec")
__attribute__((used)) static int own_program(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&own_map, &key);

	if (n)
		*n = own_sum(OWN);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
