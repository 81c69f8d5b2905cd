/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * btf.h - types as text: C headers from the BTF of a kernel, a module, a file or an object.
 */
#ifndef CLEAT_BTF_H
#define CLEAT_BTF_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_object;

/*
 * Takes text as it is made, piece by piece; no piece ends with a NUL. Returns 0, or anything else: then
 * the call that makes the text ends, and returns that.
 */
typedef int cleat_write_fn(void *user, const char *text, size_t bytes);

/* Whose types, and how. Everything may be left 0. */
struct cleat_btf_options {
	size_t size;
	/*
	 * A module by its name: of the kernel's, or of the files in the context's btf_path (there it may be
	 * the path, too). NULL: the types in btf_path; if that names none, the running kernel's.
	 */
	const char *module;
	uint32_t id; /* a BTF in the kernel, of a program or map, say; 0: none */
	uint32_t flags; /* CLEAT_BTF_* */
};

/* For cleat_object_types(): C++ takes it, too. */
#define CLEAT_BTF_CXX 1

/*
 * Make a C header of the @n types that are named, and of all that they need, in the order that a compiler
 * wants; where a pointer is enough, with a declaration alone. It says "#pragma once", and on BPF its structs
 * are read wherever the kernel that runs has their members (CO-RE). Sizes and offsets are as the BTF says. It
 * stands by itself, or after <cleat/bpf.h>.
 *
 * A name is that of a struct, union, enum or typedef ("task_struct", or "struct task_struct" for the one
 * alone), of a function (a kernel function that programs call: "extern ... __weak __ksym", or one that they
 * trace), or a pattern ("bpf_iter__*"; types only). What the kernel does not have itself is looked for in its
 * modules, which must be one and the same for all.
 *
 * Nothing is written when a name is unknown. Errors: -ENOENT with the nearest name, for each; -ESRCH when there
 * are no types at all, -EINVAL for types that C cannot declare.
 */
CLEAT_API int cleat_btf_header(struct cleat *c, const struct cleat_btf_options *options,
			       const char *const *types, size_t n, cleat_write_fn *write,
			       void *user);

/* A C header of everything, by name: vmlinux.h. A module's has what it needs of the kernel's, too. */
#define CLEAT_BTF_C 0
/* A line for each record and each of its parts, in the order of their ids. */
#define CLEAT_BTF_RAW 1
/* The same as JSON: {"types":[{"id":1,"kind":"INT",...},...]} */
#define CLEAT_BTF_JSON 2

/* All types in one of the formats above. Errors as above. */
CLEAT_API int cleat_btf_dump(struct cleat *c, const struct cleat_btf_options *options, int format,
			     cleat_write_fn *write, void *user);

/*
 * C declarations of what an object shares with its user: the types of its global variables, a struct
 * PREFIX_SECTION for each section of them (".bss" of "fw": struct fw_bss) with the variables where they lie,
 * and typedefs PREFIX_MAP_key and PREFIX_MAP_value for the keys and values of its maps, as far as they have
 * types; it does not compile where a struct would lie elsewhere than in the object. @prefix must be an identifier; what is none in the object's names gets '_' for what C does not
 * take. Include <linux/types.h>, <stdbool.h> and <stddef.h> before. Nothing for objects without
 * BTF. Of @options the flags count; it may be NULL.
 */
CLEAT_API int cleat_object_types(struct cleat_object *o, const struct cleat_btf_options *options,
				 const char *prefix, cleat_write_fn *write, void *user);

#ifdef __cplusplus
}
#endif

#endif
