// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* lacking-values.bpf.c - programs with and without global variables. */
#include <cleat/bpf.h>

LICENSE("GPL");

int counter;
const volatile int setting = 4;

SEC("raw_tp/sched_process_exec")
int without(void *ctx)
{
	return 0;
}

SEC("raw_tp/sched_process_exec")
int reads(void *ctx)
{
	return ++counter;
}

SEC("raw_tp/sched_process_exec")
int constant(void *ctx)
{
	return setting;
}
