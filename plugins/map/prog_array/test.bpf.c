/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - jumps to another program through an array.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u32 only_pid;

static bool is_ours(void)
{
	return bpf_get_current_pid_tgid() >> 32 == only_pid;
}

int first(void *ctx);

/* Slot 1 is filled by the object, the others by units and by hand. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} t_jumps SEC(".maps") = {
	.values = { [1] = (void *)&first },
};

u32 slot, firsts, seconds, missed;

SEC("tp")
int first(void *ctx)
{
	firsts++;
	return 0;
}

SEC("tp")
int second(void *ctx)
{
	seconds++;
	return 0;
}

SEC("?raw_tp")
int other(void *ctx)
{
	return 0;
}

/* No verifier takes it. */
SEC("?tp")
int broken(void *ctx)
{
	return *(int *)(long)slot;
}

SEC("tp/syscalls/sys_enter_getppid")
int on_call(void *ctx)
{
	if (!is_ours())
		return 0;
	bpf_tail_call(ctx, &t_jumps, slot);
	missed++;
	return 0;
}
