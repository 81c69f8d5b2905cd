/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * debugfile.h - where the symbols are that were stripped from a binary.
 */
#ifndef ELF_DEBUGFILE_H
#define ELF_DEBUGFILE_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Path of the file with the debugging information of the binary @elf at @path, or NULL. By build-id
 * below /usr/lib/debug, else by the name in .gnu_debuglink: beside the binary, in .debug there, and
 * below /usr/lib/debug. What is found must have the same build-id or, where the binary has none, the
 * check sum of the link. Of a binary in the root of a process (/proc/PID/root/...) it is looked for
 * there first. The caller frees.
 */
char *elf_debug_file(Elf *elf, const char *path);

/* What a linker called the binary, in .note.gnu.build-id. */
struct elf_build_id {
	uint8_t bytes[64];
	size_t n; /* 0: none */
};
void elf_build_id(Elf *elf, struct elf_build_id *id);

/* A section by type and name, or NULL. */
Elf_Scn *elf_scn_named(Elf *elf, uint32_t type, const char *name);

#endif
