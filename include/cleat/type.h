/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * type.h - types as BTF describes them, of the running kernel or of an object: for plugins that must
 * know how the kernel lays out what they hand it.
 */
#ifndef CLEAT_TYPE_H
#define CLEAT_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_btf;
struct cleat_object;

/* What a type is, by the numbers of BTF. */
#define CLEAT_BTF_INT 1
#define CLEAT_BTF_PTR 2
#define CLEAT_BTF_ARRAY 3
#define CLEAT_BTF_STRUCT 4
#define CLEAT_BTF_UNION 5
#define CLEAT_BTF_ENUM 6
#define CLEAT_BTF_TYPEDEF 8
#define CLEAT_BTF_FUNC 12
#define CLEAT_BTF_FUNC_PROTO 13
#define CLEAT_BTF_FLOAT 16
#define CLEAT_BTF_ENUM64 19

/* A type, good as long as the context (the kernel's) or the object. Never grows. */
struct cleat_type {
	const struct cleat_btf *btf; /* whose it is: only to be handed back */
	uint32_t id; /* its number there; 0: void */
	int module_fd; /* descriptor of the module's BTF it is in, the host's; 0: of none */
};

/* What is known of a type. */
struct cleat_type_info {
	uint32_t struct_size;
	uint32_t kind; /* CLEAT_BTF_*; 0: void, or one without a name here */
	const char *name; /* "" when it has none */
	uint64_t bytes; /* 0: has no size */
	uint32_t members; /* of a struct or union */
	uint32_t reserved;
};

/* A member of a struct or union. */
struct cleat_type_member {
	uint32_t struct_size;
	uint32_t bit_offset;
	uint32_t bits; /* of a bit-field; 0: it is none */
	uint32_t reserved;
	const char *name; /* "" for anonymous structs and unions */
	struct cleat_type type;
};

/*
 * The type of exactly this name and kind in the kernel's BTF, else in its modules'; of "MODULE:NAME" in that
 * module's alone. Returns 0, -ENOENT
 * (no diagnostic), or -ESRCH with one when the kernel has no BTF.
 */
CLEAT_API int cleat_kernel_type(struct cleat *c, const char *name, uint32_t kind,
				struct cleat_type *t);
/*
 * The type of a variable that the object declares in @section, which need not be one of data: what is said
 * there to loaders is in the types alone (".xdp_run_config"). Returns 0 or -ENOENT, no diagnostic.
 */
CLEAT_API int cleat_object_variable(const struct cleat_object *o, const char *section,
				    const char *name, struct cleat_type *t);

/* About the type behind typedefs and qualifiers (info->struct_size set by the caller). 0 or -EINVAL. */
CLEAT_API int cleat_type_info(const struct cleat_type *t, struct cleat_type_info *info);
/* The @i-th member; -ENOENT past the end and for what has no members. */
CLEAT_API int cleat_type_member_at(const struct cleat_type *t, uint32_t i,
				   struct cleat_type_member *member);
/* What a pointer points to, or an array has elements of, behind typedefs and qualifiers. 0 or -EINVAL. */
CLEAT_API int cleat_type_target(const struct cleat_type *t, struct cleat_type *target);
/*
 * Text to the @bytes of a value of the type: numbers, enumerators, "strings", { member = value }.
 * Reports with the place in the text.
 */
CLEAT_API int cleat_type_parse(struct cleat *c, const struct cleat_type *t, const char *text,
			       void *data, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
