/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - takes jobs off one stack and puts answers onto another, each time that one process
 * sends a signal.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct job {
	u32 number;
	u32 weight;
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 3);
	__type(value, struct job);
} jobs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 3);
	__type(value, u32);
} answers SEC(".maps");

u32 only_pid;
u64 hits, empty;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	struct job job;
	u32 answer;

	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	if (bpf_map_pop_elem(&jobs, &job)) {
		empty++;
	} else {
		answer = job.number * job.weight;
		bpf_map_push_elem(&answers, &answer, BPF_ANY);
	}
	hits++;
	return 0;
}
