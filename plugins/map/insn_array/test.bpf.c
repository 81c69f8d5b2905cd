/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - an indirect jump with its table, as compilers from clang 22 on make of a switch: written in
 * assembly, because older ones do not.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

u64 which, got;

/* Something in front, so that no place is the first of its section. */
SEC("syscall")
int before(void *ctx)
{
	return 1;
}

/* gotox r1; entries count from the start of the section. */
SEC("syscall")
__attribute__((naked)) int choose(void *ctx)
{
	asm volatile("r2 = which ll;"
		     "r2 = *(u64 *)(r2 + 0);"
		     "r0 = 99;"
		     "if r2 > 2 goto 7f;"
		     "r2 <<= 3;"
		     "r1 = cleat_table ll;"
		     "r1 += r2;"
		     "r1 = *(u64 *)(r1 + 0);"
		     ".byte 0x0d, 1, 0, 0, 0, 0, 0, 0;"
		     "3: r0 = 10; goto 7f;"
		     "4: r0 = 20; goto 7f;"
		     "5: r0 = 30;"
		     "7: r1 = got ll;"
		     "*(u64 *)(r1 + 0) = r0;"
		     "exit;"
		     ".pushsection .jumptables, \"\", @progbits;"
		     ".type cleat_table, @object;"
		     "cleat_table:"
		     ".8byte 3b - before, 4b - before, 5b - before;"
		     ".size cleat_table, 24;"
		     ".popsection;");
}
