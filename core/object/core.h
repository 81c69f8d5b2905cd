/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core.h - what the files of CO-RE share: a place in a type, what a relocation asks about it, and
 * the answer. Knows types and one instruction; refuses to know how candidates are found and cached.
 *
 *   core_spec.c   access strings, and finding the same place in another BTF
 *   core_value.c  offset, size, shifts, existence: numbers out of a place
 *   core_patch.c  a number into an instruction
 *   core_text.c   places and failures in words
 *   core_relo.c   the run over an object's functions: candidates, caches, errors
 */
#ifndef OBJECT_CORE_H
#define OBJECT_CORE_H

#include "btf/btf.h"
#include "elf/insn.h"

/* Relocation kinds, by the numbers that compilers write. */
enum core_kind {
	CORE_FIELD_OFFSET,
	CORE_FIELD_SIZE,
	CORE_FIELD_EXISTS,
	CORE_FIELD_SIGNED,
	CORE_FIELD_LSHIFT,
	CORE_FIELD_RSHIFT,
	CORE_TYPE_ID_LOCAL,
	CORE_TYPE_ID_TARGET,
	CORE_TYPE_EXISTS,
	CORE_TYPE_SIZE,
	CORE_ENUM_EXISTS,
	CORE_ENUM_VALUE,
	CORE_TYPE_MATCHES,
	CORE_KINDS,
};

static inline bool core_is_field(uint32_t kind)
{
	return kind <= CORE_FIELD_RSHIFT;
}

static inline bool core_is_enum(uint32_t kind)
{
	return kind == CORE_ENUM_EXISTS || kind == CORE_ENUM_VALUE;
}

static inline bool core_is_type(uint32_t kind)
{
	return kind < CORE_KINDS && !core_is_field(kind) && !core_is_enum(kind);
}

/* More nesting than any C program has; libbpf and the kernel stop at the same number. */
#define CORE_MAX_STEPS 64

/* A step that C programmers see: a member by name, or an array element. */
struct core_step {
	uint32_t type; /* member: the struct it is in; element: its own type; without modifiers */
	uint32_t index; /* of the member, element or enumerator */
	const char *name; /* of the member or enumerator; NULL for an element */
	/*
	 * The struct or enum, and a member's own type without modifiers; not for elements. Kept
	 * because finding a type of a kernel by its id is the dearest thing that happens here.
	 */
	const struct btf_type *in;
	uint32_t leaf;
};

/* A place: a type, and for fields the way into it. Anonymous structs leave no step of their own. */
struct core_spec {
	const struct btf *btf;
	uint32_t kind;
	uint32_t root; /* as named, modifiers and typedefs included */
	uint32_t bits; /* offset of the place from the root */
	unsigned int n; /* steps */
	unsigned int levels; /* steps with those through anonymous structs */
	struct core_step steps[CORE_MAX_STEPS];
};

/* Why something cannot be relocated, beside the errno. */
enum core_why {
	CORE_OK,
	/* the object is to blame */
	CORE_BAD_KIND,
	CORE_BAD_TYPE,
	CORE_ANONYMOUS,
	CORE_BAD_ACCESS,
	CORE_NOT_FOR_ELEMENT,
	CORE_WIDE_BITFIELD,
	CORE_NO_SIZE,
	CORE_BAD_INSN,
	CORE_NOT_IMMEDIATE,
	CORE_OTHER_VALUE,
	CORE_OTHER_WIDTH,
	CORE_OUTSIDE,
	/* the kernel's types are */
	CORE_BAD_TARGET,
	CORE_AMBIGUOUS,
	CORE_OFFSET_RANGE,
	CORE_VALUE_RANGE,
	CORE_NEW_WIDTH,
	/* not errors: the instruction is made invalid */
	CORE_NO_TYPE,
	CORE_NO_FIELD,
	CORE_NO_ENUMERATOR,
	CORE_INCOMPATIBLE,
	CORE_UNSAFE_WIDTH,
};

/* What is to be written, and what must be there already. */
struct core_value {
	uint64_t old_value;
	uint64_t new_value;
	uint32_t old_size; /* of the memory that is accessed; 0: does not apply */
	uint32_t new_size;
	bool poison;
	bool check; /* old_value is what the compiler must have written */
	bool unsafe_width; /* the sizes differ, and the types do not allow another access width */
};

/* --- core_spec.c ---------------------------------------------------------------------------- */

/* The place that @access means in type @id of the object's BTF. Returns 0, or -errno with *why. */
int core_spec_parse(struct core_spec *spec, const struct btf *btf, uint32_t id, const char *access,
		    uint32_t kind, enum core_why *why);
/*
 * The same place in type @id of another BTF. Returns 1, 0 when there is none (with *why), or
 * -errno when the other BTF makes no sense.
 */
int core_spec_match(struct core_spec *found, const struct core_spec *local, const struct btf *btf,
		    uint32_t id, enum core_why *why);

/* --- core_value.c --------------------------------------------------------------------------- */

/* What to write for a pair of places; @found is NULL when the kernel has none. */
int core_value(struct core_value *v, const struct core_spec *local, const struct core_spec *found,
	       enum core_why *why);

/* --- core_patch.c --------------------------------------------------------------------------- */

/*
 * Put @v into instruction @i of @n. Returns 0, or -errno with *why and nothing changed. *why is
 * also set when the instruction was made invalid for a reason that only it could show.
 */
int core_patch(struct insn *insns, size_t n, size_t i, const struct core_value *v,
	       enum core_why *why);

/* --- core_text.c ---------------------------------------------------------------------------- */

/* "struct task_struct": a type with its keyword, without its flavour. */
void core_put_type(struct buf *b, const struct btf *btf, uint32_t id);
/* "struct task_struct.comm[3]"; an enumerator's name; a type. */
void core_put_spec(struct buf *b, const struct core_spec *spec);
/* "this kernel has no 'struct task_struct.real_pid'". @v may be NULL. */
void core_put_poison(struct buf *b, const struct core_spec *local, enum core_why why,
		     const struct core_value *v);
/* What the relocation asks: "offset", "size", "signedness", ... */
const char *core_kind_name(uint32_t kind);

#endif
