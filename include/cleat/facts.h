/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * facts.h - ordered lists of named values: what the kernel, or a plugin, says of a thing.
 *
 * A plugin describes a link with the keys that would attach it again; 'cleat list', 'cleat show'
 * and their JSON print what is here and know no type.
 */
#ifndef CLEAT_FACTS_H
#define CLEAT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_facts;

#define CLEAT_FACT_TEXT 0
#define CLEAT_FACT_NUMBER 1
#define CLEAT_FACT_BOOL 2

struct cleat_fact {
	size_t size;
	int kind;	  /* CLEAT_FACT_* */
	const char *name; /* lower case, as a key in a unit file where one exists */
	const char *text; /* always there, also for numbers; a name given twice is a list */
	uint64_t number;  /* CLEAT_FACT_NUMBER; CLEAT_FACT_BOOL: 0 or 1 */
};

/* Make an empty list; release with cleat_facts_free(). Returns NULL without memory. */
CLEAT_API struct cleat_facts *cleat_facts_new(void);
/* Release a list; NULL is allowed. */
CLEAT_API void cleat_facts_free(struct cleat_facts *f);
/* Append a text. Returns 0 or -ENOMEM. */
CLEAT_API int cleat_facts_text(struct cleat_facts *f, const char *name, const char *fmt, ...)
	CLEAT_PRINTF(3, 4);
/* Append a number. Returns 0 or -ENOMEM. */
CLEAT_API int cleat_facts_number(struct cleat_facts *f, const char *name, uint64_t number);
/* Append a truth. Returns 0 or -ENOMEM. */
CLEAT_API int cleat_facts_bool(struct cleat_facts *f, const char *name, bool truth);
/* How many there are. */
CLEAT_API size_t cleat_facts_count(const struct cleat_facts *f);
/* The @i-th, or NULL; lives as long as the list. */
CLEAT_API const struct cleat_fact *cleat_facts_get(const struct cleat_facts *f, size_t i);
/* The text of the first fact of this name, or NULL. */
CLEAT_API const char *cleat_facts_find(const struct cleat_facts *f, const char *name);

/* What can be listed. */
#define CLEAT_PROGRAMS 0
#define CLEAT_MAPS 1
#define CLEAT_LINKS 2
#define CLEAT_BTFS 3

/*
 * The id after @id (0: the first) of programs, maps, links or BTFs in the kernel.
 * Needs CAP_SYS_ADMIN or, since 5.8, CAP_BPF and the like; links: kernel 5.8.
 * Returns 0, -ENOENT at the end, or another negative errno with a diagnostic.
 */
CLEAT_API int cleat_kernel_next(struct cleat *c, int kind, uint32_t id, uint32_t *next);

/*
 * The id of the program, map or link that is pinned at @path on a BPF file system. Returns 0, or
 * -errno with a diagnostic: also when something of another kind is there.
 */
CLEAT_API int cleat_kernel_pinned(struct cleat *c, int kind, const char *path, uint32_t *id);

/*
 * Append what the kernel says of one program, map, link or BTF: "id", "name", "type", "plugin",
 * and what the plugin of that type adds. Returns 0, -ENOENT when it is gone, or -errno.
 */
CLEAT_API int cleat_kernel_facts(struct cleat *c, int kind, uint32_t id, struct cleat_facts *out);

/*
 * Append what is attached, by us or by others, where @params of program plugin @plugin point: the
 * "key=value" of an [attach] section, ending with NULL ("interface=eth0"). Facts: "program" (its id)
 * begins each, then what else is known of it, in the kernel's order.
 * Returns 0, -EOPNOTSUPP when the plugin cannot tell, or another -errno, with a diagnostic.
 */
CLEAT_API int cleat_kernel_attached(struct cleat *c, const char *plugin, const char *const *params,
				    struct cleat_facts *out);

#ifdef __cplusplus
}
#endif

#endif
