/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * minidebug.h - the symbols that some distributions leave in a stripped binary, compressed.
 */
#ifndef ELF_MINIDEBUG_H
#define ELF_MINIDEBUG_H

#include <libelf.h>

/*
 * The ELF file inside the binary's section .gnu_debugdata, unpacked, or NULL: there is none, it is
 * damaged or unreasonably large, or this library was built without liblzma. The caller frees.
 */
char *elf_minidebug(Elf *elf, size_t *size);

#endif
