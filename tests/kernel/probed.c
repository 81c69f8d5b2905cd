/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * probed - a process with USDT probes, which it passes on demand. It prints its pid and the address of
 * its words, then reads commands, a line each, does them and prints a line.
 *
 *   plain       probe demo:plain, without arguments
 *   value N     demo:value, with the int N
 *   again N     the same probe at another place
 *   other N     other:value
 *   guarded N   demo:guarded, which has a semaphore; prints the semaphore
 *   semaphore   prints the semaphore
 *   forms       demo:forms, with 12 arguments of all kinds; prints 0, or -1 on machines it has none for
 *   fast        demo:fast, where the instruction behind the nop is one, too
 *   word        demo:word, with a word of memory by its name
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sdt.h"

/* Found by name: assembler texts and notes speak of them. */
extern uint64_t probed_words[4];
uint64_t probed_words[4] __attribute__((used)) = {
	0x4008000000000000, /* 3.0 */
	0xfffffffe00000007, /* ints 7, -2 */
	1234567890123,
	0xfedcba9876543210,
};

extern volatile unsigned short probed_semaphore;
volatile unsigned short probed_semaphore __attribute__((used, section(".probes")));

static void plain(void)
{
	__asm__ volatile(SDT_PROBE("demo", "plain", "0", ""));
}

static __attribute__((noinline)) void value(int n)
{
	__asm__ volatile(SDT_PROBE("demo", "value", "0", "-4@%[n]") : : [n] "r"(n));
}

static __attribute__((noinline)) void again(int n)
{
	__asm__ volatile(SDT_PROBE("demo", "value", "0", "-4@%[n] 8@%[m]")
			 :
			 : [n] "m"(n), [m] "r"(2L * n));
}

static void other(int n)
{
	__asm__ volatile(SDT_PROBE("other", "value", "0", "-4@%[n]") : : [n] "r"(n));
}

static int guarded(int n)
{
	int semaphore = probed_semaphore;

	if (semaphore)
		__asm__ volatile(SDT_PROBE("demo", "guarded", "probed_semaphore", "-4@%[n]")
				 :
				 : [n] "r"(n));
	return semaphore;
}

#ifdef __x86_64__

#ifdef __PIC__
#define WORD_2 "probed_words+16(%%rip)"
#else
#define WORD_2 "probed_words+16"
#endif

static int forms(void)
{
	__asm__ volatile(
		"movq %[words], %%rsi\n"
		"movl $0x12345681, %%edx\n"
		"shll $8, %%edx\n"
		"orl $0xfb, %%edx\n" /* dh is 0x81, dl -5 */
		"movl $0x7777fb2e, %%ecx\n" /* cx is -1234 */
		"movabsq $0x55555555deadbeef, %%r8\n"
		"movabsq $0x0123456789abcdef, %%r9\n"
		"movq $2, %%rdi\n" SDT_PROBE("demo", "forms", "0",
					     "-1@%%dl 1@%%dh -2@%%cx 4@%%r8d 8@%%r9 -8@$-9 "
					     "-4@12(%%rsi) 8@8(%%rsi,%%rdi,8) 8@" WORD_2 " "
					     "8f@(%%rsi) 16@%%xmm0 2@-2+26(%%rsi)")
		:
		: [words] "r"(probed_words)
		: "rsi", "rdi", "rcx", "rdx", "r8", "r9");
	return 0;
}

static void fast(void)
{
	__asm__ volatile("990: .byte 0x90\n"
			 "     .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n" SDT_NOTE("demo", "fast", "0",
									      "8@" WORD_2 " -4@$-3")
			 :
			 :);
}

static void word(void)
{
	__asm__ volatile(SDT_PROBE("demo", "word", "0", "8@" WORD_2) : :);
}

#elif defined(__aarch64__)

static int forms(void)
{
	__asm__ volatile("mov x9, %[words]\n"
			 "ldr x10, =0x77777777777781fb\n" /* w10's low byte is -5 */
			 "ldr x11, =0x777777777777fb2e\n"
			 "ldr x12, =0x55555555deadbeef\n"
			 "ldr x13, =0x0123456789abcdef\n"
			 "mov x14, #3\n"
			 "mov x15, #0x81\n" SDT_PROBE(
				 "demo", "forms", "0",
				 "-1@w10 1@w15 -2@w11 4@w12 8@x13 -8@-9 -4@[x9, 12] "
				 "8@[x9, x14, lsl 3] 8@[x9, #16] 8f@[x9] 16@q0 2@[x9, 24]")
			 :
			 : [words] "r"(probed_words)
			 : "x9", "x10", "x11", "x12", "x13", "x14", "x15");
	return 0;
}

static void fast(void)
{
	__asm__ volatile(SDT_PROBE("demo", "fast", "0", "8@%[n] -4@-3")
			 :
			 : [n] "r"(probed_words[2]));
}

static void word(void)
{
	__asm__ volatile("adrp x9, probed_words\n" SDT_PROBE("demo", "word", "0",
							     "8@[x9, :lo12:probed_words+16]")
			 :
			 :
			 : "x9");
}

#else

static int forms(void)
{
	return -1;
}

static void fast(void)
{
	plain();
}

static void word(void)
{
	plain();
}

#endif

static int obey(const char *what, int n)
{
	if (!strcmp(what, "plain"))
		plain();
	else if (!strcmp(what, "value"))
		value(n);
	else if (!strcmp(what, "again"))
		again(n);
	else if (!strcmp(what, "other"))
		other(n);
	else if (!strcmp(what, "guarded"))
		return guarded(n);
	else if (!strcmp(what, "semaphore"))
		return probed_semaphore;
	else if (!strcmp(what, "forms"))
		return forms();
	else if (!strcmp(what, "fast"))
		fast();
	else if (!strcmp(what, "word"))
		word();
	return 0;
}

int main(void)
{
	char line[128], what[32];
	int n;

	printf("%d 0x%llx\n", (int)getpid(), (unsigned long long)(uintptr_t)probed_words);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		n = 0;
		if (sscanf(line, "%31s %d", what, &n) < 1)
			continue;
		printf("%d\n", obey(what, n));
		fflush(stdout);
	}
	return 0;
}
