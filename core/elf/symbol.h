/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * symbol.h - functions of user-space binaries: a symbol's offset in the file, for uprobes, and the
 * function at an offset, for stacks.
 */
#ifndef ELF_SYMBOL_H
#define ELF_SYMBOL_H

#include "base/report.h"
#include "elf/debugfile.h"

/*
 * File offset of function @symbol in the binary or library at @path. Looks in .dynsym, then
 * .symtab, then the separate debug file, then .gnu_debugdata; NAME@VERSION and NAME@@VERSION select a version; several hits at one offset are one,
 * a strong one beats weak ones, two strong ones at different offsets are an error (-EINVAL).
 * -ENOENT with the nearest name when there is none. Reports.
 */
int elf_function_offset(const char *path, const char *symbol, uint64_t *offset, struct report *r);

/*
 * Calls @fn for each defined function symbol whose name matches the glob @pattern, once an offset,
 * by offset; a binary without .symtab has that of its
 * debug file, or of .gnu_debugdata. Ends when @fn returns other than 0, and returns that; -ENOENT when nothing matches.
 */
int elf_function_each(const char *path, const char *pattern,
		      int (*fn)(void *user, const char *name, uint64_t offset), void *user,
		      struct report *r);

/* The functions of a binary, kept; looked for where elf_function_each() does. */
struct elf_functions;
/* Returns 0 or -errno, and reports nothing. Released with elf_functions_free(), NULL is allowed. */
int elf_functions_read(const char *path, struct elf_functions **out);
void elf_functions_free(struct elf_functions *f);
/* Of the binary; n is 0 when it has none. */
const struct elf_build_id *elf_functions_build_id(const struct elf_functions *f);
/* The function that has the byte at file offset @offset, and how far in it is; or NULL. */
const char *elf_functions_name(const struct elf_functions *f, uint64_t offset, uint64_t *into);

#endif
