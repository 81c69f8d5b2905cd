// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * variables.bpf.c - global variables in sections of every name, an array to be made longer, and
 * code that only a constant makes good.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct pair {
	u32 a, b;
};

u32 plain_data = 1;
u32 plain_bss;
const volatile u32 plain_rodata = 2;
struct pair custom_data SEC(".data.custom") = { 3, 4 };
u64 custom_bss SEC(".bss.custom");
const volatile u32 custom_rodata SEC(".rodata.custom") = 5;

const volatile u32 slots = 4;
u32 header SEC(".bss.table");
struct pair table[4] SEC(".bss.table");

/* Sixteen bytes like others': compilers put them in .rodata.cst16, where equal ones are merged. */
static const u8 scattered[16] = { 9, 1, 8, 2, 7, 3, 6, 4, 5, 5, 4, 6, 3, 7, 2, 8 };
u64 picked;

/* Nobody knows what is at address 0: the verifier must not see it. */
const volatile bool reckless = false;

SEC("raw_tp/sched_process_exec")
int run(void *ctx)
{
	u32 last = slots - 1;

	custom_bss = plain_data + plain_rodata + custom_data.a + custom_data.b + custom_rodata;
	header++;
	barrier_var(last);
	table[last].b = 77;
	if (reckless)
		return *(volatile int *)NULL;
	picked = scattered[slots & 15];
	plain_bss++;
	return 0;
}
