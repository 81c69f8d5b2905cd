// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* helper-gpl.bpf.c - calls a helper that is for programs under the GPL, and is not */
#include <cleat/bpf.h>

SEC("xdp")
int refused(struct xdp_md *ctx)
{
	static const char text[] = "x";

	return bpf_trace_printk(text, sizeof(text)); /* here */
}

LICENSE("Proprietary");
