/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * find.h - which things in the kernel a word on the command line means.
 */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include "cli.h"

/* What they are called in messages. */
struct find_kind {
	int kind; /* CLEAT_PROGRAMS and so on */
	const char *one, *many;
};

/*
 * An id, a name, which may belong to several, or the path of a pin. Returns CLI_DONE with at least one of
 * @ids, which the caller frees, or CLI_FAILED after saying why. An id is not looked up.
 */
int find_ids(struct cli *cli, const struct find_kind *k, const char *word, uint32_t **ids,
	     size_t *n);
/*
 * Facts of the thing after *id, which becomes its id. NULL at the end, or when *status says that it
 * went wrong. What went away between two questions is left out.
 */
struct cleat_facts *find_next(struct cli *cli, int kind, uint32_t *id, int *status);

#endif
