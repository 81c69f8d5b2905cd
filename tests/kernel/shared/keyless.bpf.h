/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * keyless.bpf.h - takes jobs out of one map and puts answers into another, each time that one process
 * sends a signal.
 * The type of the maps, TESTED_TYPE, is said by who includes it.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct job {
	u32 number;
	u32 weight;
};

struct {
	__uint(type, TESTED_TYPE);
	__uint(max_entries, 3);
	__type(value, struct job);
} jobs SEC(".maps");

struct {
	__uint(type, TESTED_TYPE);
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
