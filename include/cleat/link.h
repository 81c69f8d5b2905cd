/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * link.h - an attachment of a program. It knows how it is undone.
 */
#ifndef CLEAT_LINK_H
#define CLEAT_LINK_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_link;
struct cleat_map;
struct cleat_object;
struct cleat_program;

/* The next link that the same attach made, or NULL. */
CLEAT_API struct cleat_link *cleat_link_next(const struct cleat_link *l);
/* The @i-th link of a program, in the order of their making; NULL past the end. */
CLEAT_API struct cleat_link *cleat_program_link_at(const struct cleat_program *p, size_t i);
/* The @i-th link of all programs and maps of an object; NULL past the end. */
CLEAT_API struct cleat_link *cleat_object_link_at(const struct cleat_object *o, size_t i);
/* What it is, for people: "xdp on eth0, native". */
CLEAT_API const char *cleat_link_what(const struct cleat_link *l);
/* The program that it runs; NULL: a map is attached, see cleat_link_map(). */
CLEAT_API struct cleat_program *cleat_link_program(const struct cleat_link *l);
/* The map that it registers, or NULL. */
CLEAT_API struct cleat_map *cleat_link_map(const struct cleat_link *l);
/* The descriptor of a kernel link (5.7 and later), or -1 for older forms of attaching. */
CLEAT_API int cleat_link_fd(const struct cleat_link *l);
/* The kernel's id of the link, or 0 when it is none. */
CLEAT_API uint32_t cleat_link_id(const struct cleat_link *l);
/*
 * Keep the attachment after the context is closed, at @path on a BPF file system.
 * Errors: -EOPNOTSUPP for forms of attaching that have no kernel link.
 */
CLEAT_API int cleat_link_pin(struct cleat_link *l, const char *path);
/* Detach and release. A pinned link is unpinned. Returns 0 or what undoing it said. */
CLEAT_API int cleat_link_detach(struct cleat_link *l);
/*
 * Swap the program without a gap. Where the kernel cannot swap, and a hook calls all programs of theirs, the
 * new one comes before the old one goes: for a moment both are called. Links that were made together (a
 * probe for each function of a list) are replaced together then. Errors: -EOPNOTSUPP where neither can be.
 */
CLEAT_API int cleat_link_replace(struct cleat_link *l, struct cleat_program *p);

#ifdef __cplusplus
}
#endif

#endif
