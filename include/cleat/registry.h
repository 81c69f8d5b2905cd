/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * registry.h - which plugins there are, and which keys they take.
 */
#ifndef CLEAT_REGISTRY_H
#define CLEAT_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;

/* What a descriptor says. Strings live as long as the context. */
struct cleat_plugin_info {
	size_t size;
	const char *name;
	const char *kind;	    /* "program", "map", "output" */
	const char *summary;
	const char *descriptor;	    /* path of the .plugin file, or the name of one inside the program */
	const char *file;	    /* path of the shared object; NULL: it is inside the program */
	unsigned int abi;
	const char *const *sections; /* patterns, NULL at the end; of a map plugin: type names */
	const char *manual;	     /* "cleat-xdp(7)", or NULL */
};

/*
 * The @i-th plugin, ordered by kind and name. Reads descriptors, runs no plugin. A descriptor with
 * errors leaves a diagnostic and is skipped. Returns 0, or -ENOENT past the end.
 */
CLEAT_API int cleat_plugin_at(struct cleat *c, size_t i, struct cleat_plugin_info *info);

/*
 * Write the index of the descriptors in @dir, the file DIR.index beside it, or, when @dir is NULL, of every
 * directory that is searched and has some. Later processes read it in the place of the descriptors, as long as
 * none of these changed: an index that is out of date costs time and nothing else. Waits for some hundredths
 * of a second, so that a change right afterwards is noticed. Returns 0 or -errno with a diagnostic.
 */
CLEAT_API int cleat_plugins_index(struct cleat *c, const char *dir);

/* A key that a plugin takes. */
struct cleat_key_info {
	size_t size;
	const char *name;
	const char *type;    /* "text", "bool", "number", "size", "duration", "choice", ... */
	const char *help;    /* one line */
	const char *preset;  /* the default, or NULL */
	const char *choices; /* "native|generic", or NULL */
	int required;
	int repeat;
	int load;	     /* of a program plugin: may stand in [program] sections, too */
	int shared;	     /* not the plugin's own: every map takes it */
};

/*
 * The @i-th key of a plugin ("program", "xdp"), which is loaded for it; after a map plugin's own
 * come those that every map takes. Returns 0 or -ENOENT past the end.
 */
CLEAT_API int cleat_plugin_key_at(struct cleat *c, const char *kind, const char *name, size_t i,
				  struct cleat_key_info *info);

#ifdef __cplusplus
}
#endif

#endif
