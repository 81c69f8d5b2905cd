/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - takes a page of an arena, and says where it is.
 */
#include <cleat/bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 256);
} memory SEC(".maps");

extern void *bpf_arena_alloc_pages(void *map, void *address, u32 pages, int node, u64 flags) __ksym;

CLEAT_KERNEL_TYPES_BEGIN
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
CLEAT_KERNEL_TYPES_END

/* At the end of all tasks. */
SEC("iter.s/task")
int take(struct bpf_iter__task *ctx)
{
	u64 page;

	if (ctx->task)
		return 0;
	page = (u64)bpf_arena_alloc_pages(&memory, NULL, 1, -1, 0);
	BPF_SEQ_PRINTF(ctx->meta->seq, "%llx\n", page);
	return 0;
}

LICENSE("GPL");
