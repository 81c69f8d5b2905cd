/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dispatcher-many.bpf.c - one program more than an interface can have under its dispatcher.
 */
#include <cleat/bpf.h>

#define PROGRAM(name)            \
	SEC("xdp")               \
	int name(struct xdp_md *ctx) \
	{                        \
		return XDP_PASS; \
	}

PROGRAM(p0)
PROGRAM(p1)
PROGRAM(p2)
PROGRAM(p3)
PROGRAM(p4)
PROGRAM(p5)
PROGRAM(p6)
PROGRAM(p7)
PROGRAM(p8)
PROGRAM(p9)
PROGRAM(p10)

LICENSE("Dual BSD/GPL");
