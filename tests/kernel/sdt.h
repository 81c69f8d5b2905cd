/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sdt.h - USDT probes for test programs: a nop and the note that tells of it, as texts of the
 * assembler. In one with operands a register is %%eax, in one without %eax.
 *
 *	__asm__ volatile(SDT_PROBE("demo", "value", "0", "-4@%[n]") : : [n] "r"(n));
 */
#ifndef TEST_SDT_H
#define TEST_SDT_H

#if __SIZEOF_POINTER__ == 8
#define SDT_ADDRESS ".8byte "
#else
#define SDT_ADDRESS ".4byte "
#endif

/* The note of what is at the label 990 before. @semaphore: a symbol, or "0". */
#define SDT_NOTE(provider, name, semaphore, args)                                 \
	"\t.pushsection .note.stapsdt,\"\",\"note\"\n"                            \
	"\t.balign 4\n"                                                           \
	"\t.4byte 992f-991f, 994f-993f, 3\n"                                      \
	"991:\t.asciz \"stapsdt\"\n"                                              \
	"992:\t.balign 4\n"                                                       \
	"993:\t" SDT_ADDRESS "990b\n"                                             \
	"\t" SDT_ADDRESS "_.stapsdt.base\n"                                       \
	"\t" SDT_ADDRESS semaphore "\n"                                           \
	"\t.asciz \"" provider "\"\n"                                             \
	"\t.asciz \"" name "\"\n"                                                 \
	"\t.asciz \"" args "\"\n"                                                 \
	"994:\t.balign 4\n"                                                       \
	"\t.popsection\n"                                                         \
	"\t.ifndef _.stapsdt.base\n"                                              \
	"\t.pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
	"\t.weak _.stapsdt.base\n"                                                \
	"\t.hidden _.stapsdt.base\n"                                              \
	"_.stapsdt.base:\t.space 1\n"                                             \
	"\t.size _.stapsdt.base, 1\n"                                             \
	"\t.popsection\n"                                                         \
	"\t.endif\n"

#define SDT_PROBE(provider, name, semaphore, args) \
	"990:\tnop\n" SDT_NOTE(provider, name, semaphore, args)

#endif
