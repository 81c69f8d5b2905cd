/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Read by @NAME@ while it runs. */
u64 seen;

/* On each CPU, so many times a second; ctx has the registers, bpf_get_stackid() the functions. */
SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	/* whoever runs; 0 is a CPU with nothing to do */
	if (bpf_get_current_pid_tgid() >> 32)
		__sync_fetch_and_add(&seen, 1);
	return 0;
}
