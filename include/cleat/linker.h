/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linker.h - several BPF object files made one, as a static linker does: functions, variables and
 * maps that one file declares are those that another defines. Needs no privilege and no kernel;
 * objects of either byte order, but not mixed.
 *
 * This is for programs that were written in several files. Objects that have nothing to do with
 * each other are opened and loaded each by itself.
 */
#ifndef CLEAT_LINKER_H
#define CLEAT_LINKER_H

#include <stddef.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_linker;

/* Begin. Release with cleat_linker_free(), before the context. Errors: -ENOMEM. */
CLEAT_API int cleat_linker_new(struct cleat *c, struct cleat_linker **out);
/* NULL is allowed. */
CLEAT_API void cleat_linker_free(struct cleat_linker *l);

/*
 * One more object. What is wrong with it alone is said now, and it is then left out.
 * Errors: -ENOENT and the like for the file, -ENOEXEC for what is not a BPF object, -EINVAL for a
 * broken one and for one of another byte order than the first.
 */
CLEAT_API int cleat_linker_add(struct cleat_linker *l, const char *path);
/* The same from memory (copied); @name is for messages. */
CLEAT_API int cleat_linker_add_memory(struct cleat_linker *l, const void *data, size_t size,
				      const char *name);

/*
 * Link what was added and write the object to @path: all of it or nothing, so an input may be the
 * output. Everything that does not fit together is reported, not the first thing; what no file
 * defines is left for a further link, with a note. The same objects in the same order give the same
 * bytes.
 * Errors: -EEXIST when something is defined twice, -EINVAL for files that do not agree and for none
 * at all, and what the file system says.
 */
CLEAT_API int cleat_linker_finish(struct cleat_linker *l, const char *path);
/* The same to memory, for cleat_object_open_memory(); the caller frees *data. */
CLEAT_API int cleat_linker_finish_memory(struct cleat_linker *l, void **data, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
