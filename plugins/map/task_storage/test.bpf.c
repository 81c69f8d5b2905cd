/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - counts the system calls of tasks that have a value in the map.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} calls SEC(".maps");

SEC("tp_btf/sys_enter")
int count(u64 *ctx)
{
	u64 *count = bpf_task_storage_get(&calls, bpf_get_current_task_btf(), NULL, 0);

	if (count)
		(*count)++;
	return 0;
}
