/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - remembers in a Bloom filter the word of the day each time that one process sends a
 * signal, and counts how often it was in there already.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__type(value, u32);
} seen SEC(".maps");

u32 only_pid;
/* Not on the stack: for the verifier of Linux 7.3 what is peeked at is written, and nothing before that. */
u32 word = 7;
u64 hits, known;

SEC("tp/syscalls/sys_enter_kill")
int on_kill(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	if (bpf_map_peek_elem(&seen, &word) == 0)
		known++;
	else
		bpf_map_push_elem(&seen, &word, BPF_ANY);
	hits++;
	return 0;
}
