/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - takes pages of an arena and gives them back, until there are no more. So that compilers
 * before clang 19 build it, no page is looked into.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 3);
} memory SEC(".maps");

extern void *bpf_arena_alloc_pages(void *map, void *address, u32 pages, int node, u64 flags) __ksym;
extern void bpf_arena_free_pages(void *map, void *address, u32 pages) __ksym;

u64 first, second, full;

struct bpf_iter_meta {
	void *seq;
	u64 session_id;
	u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

SEC("iter.s/task")
int take(struct bpf_iter__task *ctx)
{
	void *one, *two;

	if (ctx->task)
		return 0;
	one = bpf_arena_alloc_pages(&memory, NULL, 1, -1, 0);
	two = bpf_arena_alloc_pages(&memory, NULL, 2, -1, 0);

	first = (u64)one;
	second = (u64)two;
	full = bpf_arena_alloc_pages(&memory, NULL, 1, -1, 0) == NULL;
	bpf_arena_free_pages(&memory, two, 2);
	bpf_arena_free_pages(&memory, one, 1);
	return 0;
}
