/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * symbols.h - functions by their names and addresses, in the kernel and in programs of users. Part
 * of <cleat/plugin.h>.
 */
#ifndef CLEAT_SYMBOLS_H
#define CLEAT_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;

/* Address of a kernel symbol. -ENOENT, -EPERM when the kernel hides addresses; no diagnostic. */
CLEAT_API int cleat_kernel_symbol(struct cleat *c, const char *name, uint64_t *address);
/*
 * The kernel function at or before an address, and how far before; NULL when unknown or hidden.
 * Lives as long as the context.
 */
CLEAT_API const char *cleat_kernel_function(struct cleat *c, uint64_t address, uint64_t *offset);
/* Hint the kernel function nearest to @name, when one is near. */
CLEAT_API void cleat_hint_kernel_symbol(struct cleat *c, const char *name);
/*
 * The same among functions that begin with @prefix, which is not shown: the kernel has a function
 * "__traceiter_NAME" for each tracepoint.
 */
CLEAT_API void cleat_hint_kernel_name(struct cleat *c, const char *prefix, const char *name);
/*
 * Each function of the kernel and its modules whose name matches the glob; @address is 0 when the
 * kernel hides it, @module NULL for the kernel's own. Stops at and returns what @fn returns when that
 * is not 0. No diagnostic.
 */
CLEAT_API int cleat_kernel_each_function(struct cleat *c, const char *pattern,
					 int (*fn)(void *user, const char *name, uint64_t address,
						   const char *module),
					 void *user);
/*
 * File offset of a function in a user-space binary; "name@VERSION" selects a version. Reports with
 * the nearest name.
 */
CLEAT_API int cleat_user_symbol(struct cleat *c, const char *path, const char *symbol,
				uint64_t *offset);
/*
 * Each function of a user-space binary whose name matches the glob, once a place, with its offset in
 * the file. Stops at and returns what @fn returns when that is not 0. Reports, also when none
 * matches (-ENOENT).
 */
CLEAT_API int cleat_user_each_function(struct cleat *c, const char *path, const char *pattern,
				       int (*fn)(void *user, const char *name, uint64_t offset),
				       void *user);
/*
 * The function of process @pid that has the instruction at @address, and how far in it is, by the
 * files that it has mapped: their symbols, debug files and .gnu_debugdata. NULL when unknown, or
 * when the process is gone. Files are read once, so it lives as long as the context.
 */
CLEAT_API const char *cleat_user_function(struct cleat *c, int pid, uint64_t address,
					  uint64_t *offset);
/* The same for an offset in the one of those files that has the build id of @bytes bytes. */
CLEAT_API const char *cleat_user_function_in(struct cleat *c, int pid, const void *build_id,
					     size_t bytes, uint64_t file_offset, uint64_t *offset);

#ifdef __cplusplus
}
#endif

#endif
