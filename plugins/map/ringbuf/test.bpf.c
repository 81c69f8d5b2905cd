/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - writes records into rings, in each of the ways there are.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

struct event {
	u32 number;
	u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
	__record(struct event);
} t_ring SEC(".maps");

/* Its records have no type, and sizes of all kinds. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1);
} t_bytes SEC(".maps");

u32 calls, full;
u64 ring_size;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	u8 bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct event *e, kept = { 0 };
	u32 n;

	if (!is_ours())
		return 0;
	n = ++calls;
	ring_size = bpf_ringbuf_query(&t_ring, BPF_RB_RING_SIZE);
	bpf_ringbuf_output(&t_bytes, bytes, 1 + (n & 7), 0);
	kept.number = n;
	kept.pid = only_pid;
	bpf_get_current_comm(kept.comm, sizeof(kept.comm));
	if (n % 4 == 3) {
		/* copied */
		if (bpf_ringbuf_output(&t_ring, &kept, sizeof(kept), 0))
			full++;
		return 0;
	}
	e = bpf_ringbuf_reserve(&t_ring, sizeof(*e), 0);
	if (!e) {
		full++;
		return 0;
	}
	*e = kept;
	if (n % 4 == 0)
		bpf_ringbuf_discard(e, 0);
	else
		bpf_ringbuf_submit(e, 0);
	return 0;
}
