/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts signals to processes that are perhaps suspect.
 */
#include <cleat/bpf.h>

u64 signals;

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 4);
	__type(value, u32);
} suspects SEC(".maps");

/* As the tracepoint's format file has it. */
struct signal_generate {
	u64 common;
	int sig, error, code;
	char comm[16];
	int pid;
};

SEC("tp/signal/signal_generate")
int generate(struct signal_generate *ctx)
{
	u32 pid = (u32)ctx->pid;

	if (bpf_map_peek_elem(&suspects, &pid) == 0)
		__sync_fetch_and_add(&signals, 1);
	return 0;
}

LICENSE("GPL");
