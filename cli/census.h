/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * census.h - what is in the kernel at one moment and whose it is: for top, metrics and graph. It refuses to know
 * how it is shown.
 */
#ifndef CLI_CENSUS_H
#define CLI_CENSUS_H

#include "cli.h"

/* A program, map or link. */
struct census_thing {
	uint32_t id;
	const char *name, *type; /* never NULL; the facts' */
	struct cleat_facts *facts;
	/* of programs: since they were loaded, as far as somebody had them counted */
	uint64_t runs, ns, missed;
};

struct census {
	struct census_thing *things; /* by id */
	size_t n;
	uint64_t time; /* ns, of the monotonic clock */
};

/* @kind: CLEAT_PROGRAMS ... Returns 0 or an exit status, after saying why; freed in any case. */
int census_take(struct cli *cli, int kind, struct census *out);
void census_free(struct census *c);
const struct census_thing *census_find(const struct census *c, uint32_t id);
/* A number among the facts; 0 when there is none. */
uint64_t census_number(const struct cleat_facts *facts, const char *name);

/* How many entries a map has; false: it has no keys that could be counted, or they may not be read. */
bool census_entries(struct cli *cli, uint32_t id, uint64_t *n);

/* Who has it: units that have it pinned, processes that have it open. */
struct owner {
	int kind; /* CLEAT_PROGRAMS ... */
	uint32_t id;
	bool unit;
	char name[64];
	uint32_t pid; /* of a process */
};

struct owners {
	struct owner *v;
	size_t n, cap;
};

/* What cannot be read has no owner that we know of. */
void owners_read(struct cli *cli, struct owners *out);
void owners_free(struct owners *o);
/* "firewall,cleat[812]"; "" when there is none. The caller frees; NULL without memory. */
char *owners_text(const struct owners *o, int kind, uint32_t id);
/* The unit, or NULL. */
const char *owners_unit(const struct owners *o, int kind, uint32_t id);

/*
 * Have the kernel count runs, as long as the descriptor is open: -1 when it cannot or we may not, after
 * a warning. Counting costs each run some 20 ns.
 */
int census_count_runs(void);

#endif
