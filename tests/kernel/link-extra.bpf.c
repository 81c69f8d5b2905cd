// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* link-extra.bpf.c - the third file of link.sh: definitions that beat weak ones, and no program. */
#include "link.h"

extern int ticked;

__noinline int choose(int x)
{
	return x + 41;
}

__hidden __noinline int tick(__u32 i, void *ctx)
{
	ticked = (int)i + 10;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
