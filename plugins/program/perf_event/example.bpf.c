/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - the program of the man page.
 */
#include <cleat/bpf.h>
LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10000);
	__type(key, char[16]);
	__type(value, u64);
} samples SEC(".maps");

SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	char name[16] = "";
	u64 one = 1, *n;

	bpf_get_current_comm(name, sizeof(name));
	n = bpf_map_lookup_elem(&samples, name);
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		bpf_map_update_elem(&samples, name, &one, 0);
	return 0;
}
