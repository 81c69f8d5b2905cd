/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * object.h - a BPF object: first what the file says (readable without privilege, editable), then
 * the same thing in the kernel.
 */
#ifndef CLEAT_OBJECT_H
#define CLEAT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_object;
struct cleat_program;
struct cleat_map;
struct cleat_facts;

/*
 * Open an object file. Nothing is loaded and no privilege is needed. Every program has its plugin
 * found from its section name; a program whose section no plugin knows is there, but without a type.
 * Released by cleat_object_close(), or with the context.
 * Errors: -ENOENT and the like for the file, -ENOEXEC for what is not a BPF object, -EINVAL for a
 * broken one.
 */
CLEAT_API int cleat_object_open(struct cleat *c, const char *path, struct cleat_object **out);
/* The same from memory (copied); @name is for messages and for map names. */
CLEAT_API int cleat_object_open_memory(struct cleat *c, const void *data, size_t size,
				       const char *name, struct cleat_object **out);
/* Release: detaches links that are not pinned, closes programs and maps. NULL is allowed. */
CLEAT_API void cleat_object_close(struct cleat_object *o);

/* The path as given to cleat_object_open(). */
CLEAT_API const char *cleat_object_path(const struct cleat_object *o);
/* The object's license text; "" when it has none. */
CLEAT_API const char *cleat_object_license(const struct cleat_object *o);

/* Programs in file order; NULL past the end. */
CLEAT_API struct cleat_program *cleat_object_program_at(const struct cleat_object *o, size_t i);
/*
 * A program by its function's name, or NULL. Linked files may have static functions of one name: the
 * global one, else the first, has it here, and the others are NAME-2, NAME-3, ... in file order; in
 * the kernel all are called by the function's name. Maps likewise.
 */
CLEAT_API struct cleat_program *cleat_object_program(const struct cleat_object *o, const char *name);
/* Maps, those of the data sections included; NULL past the end. */
CLEAT_API struct cleat_map *cleat_object_map_at(const struct cleat_object *o, size_t i);
/* A map by its variable's name, or by a data section's (".bss"); or NULL. */
CLEAT_API struct cleat_map *cleat_object_map(const struct cleat_object *o, const char *name);

/*
 * A global variable: all strings live as long as the object. A symbol that assembler code loads as a
 * number ("%0 = NAME ll"), and that nothing defines or declares, is one too: without type and section.
 */
struct cleat_global {
	size_t size;
	const char *name;
	const char *type;    /* C type, "unsigned int"; NULL without BTF */
	const char *section; /* ".rodata"; NULL for constants of the code */
	uint64_t offset;     /* in the section's map */
	uint64_t bytes;
	bool read_only;	     /* may be set before load only */
	bool undefined; /* a constant of the code without a value: set one before load */
};

/* The @i-th global variable. Returns 0, or -ENOENT past the end. */
CLEAT_API int cleat_object_global_at(struct cleat_object *o, size_t i, struct cleat_global *g);
/*
 * Set a global from text by its BTF type (numbers, enumerators, "strings", { member = value }; a
 * number or hex bytes when it has none),
 * before load; after load only those that are not read-only, at once and without a system call where
 * the kernel maps them (cleat_object_global_memory()), else by writing their section as a whole.
 * Errors: -ENOENT with the nearest name, -EINVAL with the place in the text, -EROFS.
 */
CLEAT_API int cleat_object_set_global(struct cleat_object *o, const char *name, const char *text);
/*
 * Another number of elements for a global array, before load: it must be the last variable of its
 * section, best in one of its own, SEC(".bss.NAME"). Elements that are new are zero. Pointers from
 * cleat_object_global_memory() into the section are void afterwards.
 * Errors: -ENOENT with the nearest name, -EINVAL when it is no array or not the last, -ERANGE,
 * -EBUSY after load.
 */
CLEAT_API int cleat_object_resize_global(struct cleat_object *o, const char *name,
					 uint64_t elements);
/* A global's value as text (JSON when @json); the caller frees *text. */
CLEAT_API int cleat_object_get_global(struct cleat_object *o, const char *name, bool json,
				      char **text);
/*
 * The global's bytes: before load the initial value, after load the memory shared with the kernel
 * (kernel 5.5), NULL where the kernel cannot map. *size is set when not NULL.
 */
CLEAT_API void *cleat_object_global_memory(struct cleat_object *o, const char *name, size_t *size);

/*
 * Create the object's maps (those that are not there yet): sizes as the plugins say, contents of
 * the data sections, pinned maps adopted. Idempotent.
 */
CLEAT_API int cleat_object_create_maps(struct cleat_object *o);
/*
 * Load all programs that are to be loaded (cleat_program_set_autoload()), after creating the maps.
 * A required program that does not load fails the whole and everything is undone; an optional one
 * leaves a warning.
 */
CLEAT_API int cleat_object_load(struct cleat_object *o);

/*
 * Attach every loaded program as its section name says, and the maps that are attached themselves
 * (cleat_map_attach()). Programs whose section does not say enough are left alone. On failure what was attached by this call is detached again.
 */
CLEAT_API int cleat_object_attach(struct cleat_object *o);

/*
 * Detach all links of the object's programs that are not pinned, the last first. Returns the first
 * error, after having gone on.
 */
CLEAT_API int cleat_object_detach(struct cleat_object *o);

/*
 * Take the object out of the kernel: programs and maps are closed (readers of its maps must be
 * closed before), maps that were pinned by a load that is undone are unpinned. Handles and settings
 * stay: it can be loaded again.
 */
CLEAT_API void cleat_object_unload(struct cleat_object *o);

/* cleat_program_set_log() for all programs: the buffer has the log of the one that was loaded last. */
CLEAT_API int cleat_object_set_log(struct cleat_object *o, char *buffer, size_t bytes,
				   unsigned int level);
/*
 * Another name than the file's, before maps are created: those of data sections are called by it in
 * the kernel ("NAME.bss"). Errors: -EINVAL when empty, -EBUSY.
 */
CLEAT_API int cleat_object_set_name(struct cleat_object *o, const char *name);

/* What the file says beyond programs, maps and globals (externs, relocations, sizes). */
CLEAT_API int cleat_object_facts(struct cleat_object *o, struct cleat_facts *out);

#ifdef __cplusplus
}
#endif

#endif
