/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test-vars.bpf.c - variables in an arena, and their addresses as user space knows them. Written so that
 * compilers without address spaces build it: the section is named, the cast is an instruction by its bytes.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

#define __arena_var __attribute__((section(".addr_space.1")))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 8);
} memory SEC(".maps");

struct pair {
	u32 left;
	u32 right;
};

u64 counter __arena_var = 40;
struct pair pair __arena_var = { 1, 2 };
u32 array[2000] __arena_var = { 7 };

u64 seen, sum, at;

/*
 * A variable's address is user space's, a number to the verifier. What it is to the program:
 * dst = addr_space_cast(src, 0, 1).
 */
static __always_inline void *here(volatile void *p)
{
	register void *address asm("r1") = (void *)p;

	asm volatile(".byte 0xbf, 0x11, 1, 0, 1, 0, 0, 0" : "+r"(address));
	return address;
}

SEC("syscall")
int count(void *ctx)
{
	u64 *n = here(&counter);
	struct pair *p;
	u32 *last;

	seen = ++*n;
	p = here(&pair);
	sum = p->right += p->left;
	last = here(&array[1999]);
	*last = 9;
	at = (u64)&counter;
	return 0;
}
