// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * types.bpf.c - what a program learns from the types of a kernel, and what it can do without them.
 * The member is where no kernel has it: its place tells which types were relocated against.
 */
#include <cleat/bpf.h>

struct task_struct {
	char nowhere[3000];
	int tgid;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} types_place SEC(".maps");

/* Attached by a type of the running kernel, relocated against whichever types there are. */
SEC("tp_btf/sched_process_exec")
int relocated(void *ctx)
{
	__u32 key = 0, *place = bpf_map_lookup_elem(&types_place, &key);

	if (place)
		*place = core_field_offset(((struct task_struct *)0)->tgid);
	return 0;
}

/* The same at a hook that needs no types. */
SEC("raw_tp/sched_process_exec")
int raw(void *ctx)
{
	return relocated(ctx);
}

/* In the object, and in no instruction. */
const volatile char types_version[] SEC(".rodata.types") = "1.2.3";

SEC("raw_tp/sched_process_exit")
int plain(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
