/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - reads what user space has written each time that one process sends a signal, and adds
 * it up.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4000);
} orders SEC(".maps");

u32 only_pid;
u64 hits, read, sum;

static long on_order(struct bpf_dynptr *order, void *ctx)
{
	u32 number;

	if (bpf_dynptr_read(&number, sizeof(number), order, 0, 0) == 0)
		sum += number;
	read++;
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	bpf_user_ringbuf_drain(&orders, on_order, NULL, 0);
	hits++;
	return 0;
}
