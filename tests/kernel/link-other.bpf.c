// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-other.bpf.c - has names of link-part.bpf.c and means other things by them. */
#include <cleat/bpf.h>

extern struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u32);
} hits SEC(".maps");

int link_other_total;
extern int total;

SEC("raw_tp/sched_process_exec")
int link_part(void *ctx)
{
	__u32 key = 0;

	link_other_total += total;
	return !bpf_map_lookup_elem(&hits, &key);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
