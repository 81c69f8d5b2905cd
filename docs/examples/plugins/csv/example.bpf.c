/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* example.bpf.c - a record for each process that ends. */
#include <cleat/bpf.h>

struct ended {
	u32 pid;
	u32 uid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__record(struct ended);
} ended SEC(".maps");

SEC("tp/sched/sched_process_exit")
int on_exit(void *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	struct ended *e;

	if ((u32)id != id >> 32) /* a thread, not the process */
		return 0;
	e = bpf_ringbuf_reserve(&ended, sizeof(*e), 0);
	if (!e)
		return 0;
	e->pid = id >> 32;
	e->uid = (u32)bpf_get_current_uid_gid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}

LICENSE("Dual BSD/GPL");
