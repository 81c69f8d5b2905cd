// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * insn.c - instructions from a file's bytes. Knows both byte orders; refuses to know what the
 * instructions do.
 */
#include "elf/insn.h"

static struct insn swapped(struct insn i)
{
	uint8_t dst = i.dst;

	/* where the other byte order keeps the first register, this one keeps the second */
	i.dst = i.src;
	i.src = dst;
	i.off = (int16_t)__builtin_bswap16((uint16_t)i.off);
	i.imm = (int32_t)__builtin_bswap32((uint32_t)i.imm);
	return i;
}

void insn_read(struct insn *to, const void *from, size_t n, bool swap)
{
	size_t i;

	if (!n)
		return;
	memcpy(to, from, n * sizeof(*to));
	for (i = 0; swap && i < n; i++)
		to[i] = swapped(to[i]);
}
