/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_run.h - the state of one run of CO-RE over some functions. Knows what was asked and what was
 * found; refuses to be included from anywhere but the core_*.c that do the run.
 *
 *   core_find.c   questions, candidates and their agreement
 *   core_error.c  what failed, as diagnostics
 *   core_relo.c   functions, patched whole or not at all
 */
#ifndef OBJECT_CORE_RUN_H
#define OBJECT_CORE_RUN_H

#include "object/core.h"
#include "object/object.h"

/* Failures that a report names. Who mends so many will try again before mending more. */
#define CORE_MAX_TOLD 10

/* A type of the kernel that may stand for a root type of the object. */
struct candidate {
	struct btf *btf;
	uint32_t id;
	const char *module; /* NULL: the kernel itself */
	bool fits; /* has what is being asked for */
};

/*
 * A root type of the object. Candidates that lack what one relocation needs are dropped once
 * another has it: so all relocations of a type speak of the same kernel type.
 */
struct root {
	struct root *next;
	uint32_t id;
	const char *name; /* with its flavour; "" for an anonymous type */
	VEC(struct candidate) found;
};

/* The answer to one question: all relocations with the same type, access string and kind. */
struct result {
	struct result *next;
	const struct btf_core_relo *relo;
	struct root *root; /* NULL: no candidates are needed, or the type id is wrong */
	int err;
	enum core_why why;
	struct core_value value;
	struct candidate culprit; /* with CORE_BAD_TARGET */
	const struct func *told; /* the function for which the error was reported last */
	const char *reason; /* of poison, once somebody needs it */
};

/* Where a question or a root is kept. */
struct slot {
	uint32_t type;
	uint32_t access;
	uint32_t kind; /* CORE_KINDS for a root */
	void *value;
};

struct run {
	struct object *o;
	const struct target *t;
	struct report *r;
	struct arena *arena;
	struct root *roots;
	struct root **last_root;
	struct result *results;
	struct result **last_result;
	struct slot *slots; /* open addressing; sized for every relocation being its own question */
	uint32_t mask;
	size_t told;   /* failures that were reported, and */
	size_t untold; /* those beyond CORE_MAX_TOLD */
	struct core_spec local; /* scratch: large, and never needed twice at a time */
	struct core_spec found;
};

/* A relocation in a function. */
struct place {
	const struct func *f;
	const struct btf_core_relo *relo;
	size_t insn; /* in the function */
};

/* --- core_find.c ---------------------------------------------------------------------------- */

/* Make room for this many relocations. Returns 0 or -errno. */
int core_run_init(struct run *run, size_t relos);
void core_run_free(struct run *run);
/* The question that @relo asks: found or made, not answered yet. Returns 0 or -ENOMEM. */
int core_ask(struct run *run, const struct btf_core_relo *relo, struct result **out);
/* Answer all. What is wrong with one question stays in its result; reports and returns others. */
int core_answer(struct run *run);
/* The local place of @relo into run->local. */
int core_parse(struct run *run, const struct btf_core_relo *relo, enum core_why *why);

/* --- core_error.c --------------------------------------------------------------------------- */

/* Why an instruction with this answer is poisoned; lives as long as the object. NULL: no memory. */
const char *core_reason(struct run *run, struct result *res, enum core_why why);
/* Report a failure at @at. Returns @err. */
int core_report(struct run *run, const struct place *at, struct result *res, int err,
		enum core_why why);

#endif
