// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* object.bpf.c - programs, functions and variables of every kind, for test-object.c. */
#include "defs.h"

char _license[] SEC("license") = "Dual BSD/GPL";
u32 _version SEC("version") = 0x060c00;

int counter = 7;		/* .data */
static volatile int hidden_counter; /* .bss, not for user space */
u64 totals[4];			/* .bss */
const volatile u32 limit = 100; /* .rodata */
u16 custom SEC(".data.custom") = 0x1234;
const volatile int verbose SEC(".rodata.flags") = 1;
u32 before SEC(".data.tail") = 5;
u32 tail[3] SEC(".data.tail") = { 6, 7, 8 };
int secret __hidden = 3; /* .data */
char own_section[8] SEC("my_claim") = "claimed";

static __noinline int twice(int x)
{
	return hidden_counter + x * 2;
}

/* Compilers call it as well: it is verified with its callers, who know the pointers. */
__noinline int bcmp(const void *a, const void *b, unsigned long size)
{
	return a != b && size;
}

__noinline __hidden int quiet(int x)
{
	return twice(x) + 1;
}

__weak int soft(int x)
{
	return quiet(x) + secret;
}

SEC("tc")
int first(void *ctx)
{
	totals[2] += counter + soft((int)(s64)ctx);
	return limit;
}

SEC("tc")
int second(void *ctx)
{
	hidden_counter += verbose;
	return custom;
}

SEC("?xdp")
int sleeping(void *ctx)
{
	return 2;
}

/* Called by the next one: a subprogram, though it has a section. */
static __noinline SEC("classifier") int helper(int x)
{
	return x + hidden_counter;
}

SEC("classifier")
int caller(void *ctx)
{
	return helper((int)(s64)ctx);
}

/* Called by nobody: an entry program. */
SEC("classifier")
static int lonely(void *ctx)
{
	return own_section[1];
}
