/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - numbers that user space writes are added up.
 */
#include <cleat/bpf.h>

u64 sum;

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 65536);
} orders SEC(".maps");

static long on_order(struct bpf_dynptr *order, void *ctx)
{
	u32 number;

	if (bpf_dynptr_read(&number, sizeof(number), order, 0, 0) == 0)
		sum += number;
	return 0;
}

SEC("tp/sched/sched_process_exec")
int on_exec(void *ctx)
{
	bpf_user_ringbuf_drain(&orders, on_order, NULL, 0);
	return 0;
}

LICENSE("GPL");
