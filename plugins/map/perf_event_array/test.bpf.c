/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - writes records into the buffer of the CPU it is on.
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
	u8 rest[84]; /* with the header a size that does not divide a page */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__record(struct event);
} t_perf SEC(".maps");

/* As libbpf's users write it: the value is no record. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, int);
	__type(value, int);
} t_plain SEC(".maps");

u32 calls, full;

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	struct event e = { 0 };
	u32 word = 0x04030201;

	if (!is_ours())
		return 0;
	e.number = ++calls;
	e.pid = only_pid;
	e.rest[83] = 7;
	if (bpf_perf_event_output(ctx, &t_perf, BPF_F_CURRENT_CPU, &e, sizeof(e)))
		full++;
	bpf_perf_event_output(ctx, &t_plain, BPF_F_CURRENT_CPU, &word, sizeof(word));
	return 0;
}
