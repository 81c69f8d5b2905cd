// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* policy.bpf.c - programs of which some load on no kernel, and some are attached nowhere. */
#include <cleat/bpf.h>

char LICENSE[] SEC("license") = "GPL";

/* One element for each program: how often it ran. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} ran SEC(".maps");

static long (*no_such_helper)(void) = (void *)99999;

static void count(__u32 key)
{
	__u64 *n = bpf_map_lookup_elem(&ran, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
}

/* refused by every verifier */
SEC("raw_tp/sched_process_exec")
int newest(void *ctx)
{
	count(0);
	return no_such_helper();
}

/* loads, and there is nothing to attach it to */
SEC("raw_tp/no_such_tracepoint")
int newer(void *ctx)
{
	count(1);
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int oldest(void *ctx)
{
	count(2);
	return 0;
}

SEC("raw_tp/sched_process_exec")
int always(void *ctx)
{
	count(3);
	return 0;
}
