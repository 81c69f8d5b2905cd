// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * exclusive.bpf.c - a map for one program alone: that one has a function, variables, a field of the kernel's
 * and another map, all of which are in its instructions; and another program that wants the map, too.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct task_struct {
	int tgid;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} mine SEC(".maps"), all SEC(".maps");

const volatile u64 step = 1;
u64 owner_ran, owner_seen; /* the second is not where the variables begin: its place is no part of the hash */

static __noinline u64 *find(void *map)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(map, &key);
}

SEC("raw_tp/sched_process_exec")
int owner(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&mine, &key), *m = find(&all);
	int tgid = 0;

	bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
	if (n && m && tgid) {
		*n += step;
		(*m)++;
	}
	owner_ran++;
	owner_seen += tgid;
	return 0;
}

SEC("?raw_tp/sched_process_exec")
int stranger(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&mine, &key);

	return n ? (int)*n : 0;
}
