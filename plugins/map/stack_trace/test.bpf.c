/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - records where one process is when it sends a signal: in the kernel, in its program,
 * and in its program by build ids.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define FRAMES 21

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(u32));
	__uint(value_size, FRAMES * sizeof(u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_STACK_BUILD_ID);
	__uint(key_size, sizeof(u32));
	__uint(value_size, FRAMES * sizeof(struct bpf_stack_build_id));
} build_ids SEC(".maps");

u32 only_pid;
u64 hits;
s64 kernel_id, user_id, build_id;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	kernel_id = bpf_get_stackid(ctx, &stacks, 0);
	user_id = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	build_id = bpf_get_stackid(ctx, &build_ids, BPF_F_USER_STACK);
	hits++;
	return 0;
}
