// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * minidebug.c - unpacks .gnu_debugdata, see minidebug.h. Knows xz, where liblzma is there; refuses
 * to know what is in it, and to unpack more than any symbol table needs.
 */
#include "config.h"

#include "base/base.h"
#include "elf/debugfile.h"
#include "elf/minidebug.h"

#ifdef HAVE_LZMA
#include <gelf.h>
#include <lzma.h>

/* Of the largest libraries of a distribution these are 2 MB. */
#define MOST_BYTES  ((size_t)64 << 20)
#define MOST_MEMORY ((uint64_t)128 << 20)

/* How much there is to unpack is at the end: it is tried with more and more room. */
static char *unpack(const uint8_t *data, size_t n, size_t *size)
{
	for (size_t room = n * 4 + 4096; room <= MOST_BYTES; room *= 4) {
		uint64_t memory = MOST_MEMORY;
		size_t from = 0, to = 0;
		char *out = malloc(room);
		lzma_ret ret = out ? lzma_stream_buffer_decode(&memory, 0, NULL, data, &from, n,
							       (uint8_t *)out, &to, room) :
				     LZMA_MEM_ERROR;

		if (ret == LZMA_OK) {
			*size = to;
			return out;
		}
		free(out);
		if (ret != LZMA_BUF_ERROR)
			return NULL;
	}
	return NULL;
}

char *elf_minidebug(Elf *elf, size_t *size)
{
	Elf_Scn *scn = elf_scn_named(elf, SHT_PROGBITS, ".gnu_debugdata");
	Elf_Data *data = scn ? elf_rawdata(scn, NULL) : NULL;

	if (!data || !data->d_buf || data->d_size > MOST_BYTES)
		return NULL;
	return unpack(data->d_buf, data->d_size, size);
}
#else
char *elf_minidebug(Elf *elf, size_t *size)
{
	(void)elf;
	(void)size;
	return NULL;
}
#endif
