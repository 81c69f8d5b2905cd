/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * state.h - units that stay: what a set of them would change in the kernel, and the change itself. What
 * was applied is pinned below /sys/fs/bpf/cleat and outlives the process, until the machine is
 * switched off.
 */
#ifndef CLEAT_STATE_H
#define CLEAT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat_plan;
struct cleat_session;

struct cleat_plan_options {
	size_t size;
	const char *root; /* a folder on a BPF file system; NULL: /sys/fs/bpf/cleat */
	bool all;	  /* the session's are all units there are: others that were applied go */
	bool to_apply;	  /* nobody else may plan or apply until the plan is freed */
	/*
	 * While programs are switched over, a second process (fork) stands by: when the first is killed,
	 * it finishes. Without it, the next plan finds what was left half-way.
	 */
	bool guarded;
	const char *const *gone; /* names of units that are to be removed, NULL behind them; or NULL */
	/*
	 * Where a link of somebody else holds a program of the same name, it is taken over: it gets the
	 * unit's program, without a gap, and its name in the unit's folder.
	 */
	bool adopt;
};

/*
 * What is to be done so that the kernel has what the units of the session say; the session is not
 * started. Changes nothing. @options may be NULL. Units whose condition does not hold are to go.
 * Release with cleat_plan_free(), before the session.
 */
CLEAT_API int cleat_plan_new(struct cleat_session *s, const struct cleat_plan_options *options,
			     struct cleat_plan **out);
/* Release; NULL is allowed. */
CLEAT_API void cleat_plan_free(struct cleat_plan *p);

/* One thing that is to be done. Strings live as long as the plan. */
struct cleat_step {
	size_t size;
	const char *action; /* "create", "update", "remove", "adopt" */
	const char *unit;
	const char *kind; /* "program", "map", "link", "entries" */
	const char *name;
	const char *from; /* what it is, NULL: does not matter */
	const char *to;	  /* what it will be, or NULL */
	const char *why;  /* or NULL */
	/* Of a link that is made; else NULL: */
	const char *way; /* how: "link", "netlink", "clsact filter" ...; see cleat_plan_apply() */
	/* "boot": until the machine is switched off; "process": it cannot be applied */
	const char *lasts;
	/*
	 * Of a program or map that is to be made: what this process lacks for it, "CAP_PERFMON, CAP_BPF" or, in a user
	 * namespace, "a BPF token"; NULL: nothing.
	 */
	const char *missing;
};

/* How many there are; 0: everything is as it should be. */
CLEAT_API size_t cleat_plan_count(const struct cleat_plan *p);
/* The @i-th, step->size set by the caller. Returns 0, or -ENOENT past the end. */
CLEAT_API int cleat_plan_step(const struct cleat_plan *p, size_t i, struct cleat_step *step);
/* 64 hexadecimal digits: plans with the same steps for the same objects have the same. */
CLEAT_API const char *cleat_plan_hash(const struct cleat_plan *p);

/* How a unit stands. Strings live as long as the plan. */
struct cleat_unit_state {
	size_t size;
	const char *name;
	const char *source; /* its file */
	const char *object;
	/*
	 * "applied": as the unit says. "differs": there is something to do. "new": not applied yet.
	 * "skipped": a condition does not hold. "forgotten": applied, and nobody wants it any more.
	 */
	const char *state;
	size_t steps;			/* what there is to do */
	size_t programs, maps, links;	/* that were applied */
	size_t missing;			/* of these that are gone, or not what was made */
	const char *owner; /* as the unit says, or NULL */
};

/* The @i-th unit, state->size set by the caller. Returns 0, or -ENOENT past the end. */
CLEAT_API int cleat_plan_unit(const struct cleat_plan *p, size_t i, struct cleat_unit_state *state);

/* A program of somebody else where a unit has one, or wants one. Strings live as long as the plan. */
struct cleat_foreign {
	size_t size;
	const char *unit;
	const char *link_name; /* the unit's link, whose place it is */
	const char *keys; /* "interface=eth0 mode=native" */
	const char *name; /* of the program, "" when it is not to be had */
	uint32_t program; /* its id */
	uint32_t link; /* id of the link that holds it, 0: none does */
};

/*
 * The @i-th, foreign->size set by the caller; the kernel is asked when @i is 0. Returns 0, or -ENOENT past
 * the end. Hooks whose plugin cannot tell are left out.
 */
CLEAT_API int cleat_plan_foreign(struct cleat_plan *p, size_t i, struct cleat_foreign *foreign);

/*
 * Do it, once; the plan was made 'to_apply'. First all that is new is loaded, then it takes the place
 * of what was there, program for program without a gap. When anything fails, what was there before
 * is there again. What would end with the process is refused before anything is loaded.
 */
CLEAT_API int cleat_plan_apply(struct cleat_plan *p);

#ifdef __cplusplus
}
#endif

#endif
