/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * functions.h - functions of the kernel by name, address or glob, as far as it can trace them. Knows
 * nothing of how they are probed.
 */
#ifndef COMMON_FUNCTIONS_H
#define COMMON_FUNCTIONS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

struct function {
	char *name; /* "NAME", "MODULE:NAME" as it was written, or NULL: an address */
	uint64_t address; /* 0: not known */
	bool found; /* by a glob: may be left out when it cannot be probed */
	uint64_t cookie; /* see functions_number() */
};

struct functions {
	struct function *v;
	size_t n;
};

/* Is it a glob. */
bool functions_is_glob(const char *text);
/* Is the text [MODULE:]NAME, a glob of such, or an address. */
bool functions_is_valid(const char *text);
/*
 * What the repeatable keys @key and @except mean. Returns 0, or -errno after saying why; free in any
 * case.
 */
int functions_find(struct cleat *c, const struct cleat_params *p, const char *key,
		   const char *except, struct functions *out);
/* The same of one pattern, appended to *out; @except may be NULL: none. */
int functions_match(struct cleat *c, const struct cleat_params *p, const char *key,
		    const char *except, const char *pattern, struct functions *out);
/* Append one; @found as in struct function. Returns 0 or -ENOMEM. */
int functions_add(struct functions *f, const char *name, uint64_t address, bool found);
void functions_free(struct functions *f);
/*
 * Of the repeatable key @each there may be one for all functions that @key names or, when none of them is a
 * pattern, one for each. Reports.
 */
int functions_check_each(struct cleat *c, const struct cleat_params *p, const char *key,
			 const char *each);
/* Give each function its own of key @each, or all the one, as their cookie; right after they were found. */
void functions_number(const struct cleat_params *p, const char *each, struct functions *f);
/* Look up the addresses that are not known. Returns true when all are. */
bool functions_locate(struct cleat *c, struct functions *f);
/* Leave one of each name, and only what has a name. */
void functions_unique(struct functions *f);

#endif
