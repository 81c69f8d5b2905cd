/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - where in the kernel signals are sent.
 */
#include <cleat/bpf.h>

u64 signals;

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 16384);
	__uint(key_size, sizeof(u32));
	__uint(value_size, 127 * sizeof(u64));
} stacks SEC(".maps");

SEC("tp/signal/signal_generate")
int generate(void *ctx)
{
	bpf_get_stackid(ctx, &stacks, 0);
	__sync_fetch_and_add(&signals, 1);
	return 0;
}

LICENSE("GPL");
