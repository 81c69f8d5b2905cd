/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts the system calls of some processes.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} calls SEC(".maps");

SEC("tp_btf/sys_enter")
int on_call(u64 *ctx)
{
	u64 *n = bpf_task_storage_get(&calls, bpf_get_current_task_btf(), NULL, 0);

	if (n)
		*n += 1;
	return 0;
}

LICENSE("GPL");
