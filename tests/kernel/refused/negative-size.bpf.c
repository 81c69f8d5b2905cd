// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* negative-size.bpf.c - hands a size to a helper that may be negative */
#include <cleat/bpf.h>

/* With the size as it is in the register. */
static long (*const read_kernel)(void *to, long size,
				 const void *from) = (void *)BPF_FUNC_probe_read_kernel;

SEC("raw_tp/sched_process_exec")
int refused(void *ctx)
{
	char text[16] = "";
	long size = bpf_get_current_pid_tgid();

	if (size < (long)sizeof(text))
		read_kernel(text, size, ctx); /* here */
	return text[0];
}

LICENSE("GPL");
