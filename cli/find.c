/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * find.c - ids of programs, maps, links and BTFs in the kernel, by what people call them. Refuses to
 * know what is done with them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"

struct cleat_facts *find_next(struct cli *cli, int kind, uint32_t *id, int *status)
{
	for (;;) {
		struct cleat_facts *facts;
		int err = cleat_kernel_next(cli->c, kind, *id, id);

		if (err) {
			if (err != -ENOENT)
				*status = cli_failed(cli);
			return NULL;
		}
		facts = cleat_facts_new();
		err = facts ? cleat_kernel_facts(cli->c, kind, *id, facts) : -ENOMEM;
		if (!err)
			return facts;
		cleat_facts_free(facts);
		if (err != -ENOENT) {
			*status = cli_failed(cli);
			return NULL;
		}
	}
}

static int add(uint32_t **ids, size_t *n, uint32_t id)
{
	uint32_t *more = realloc(*ids, (*n + 1) * sizeof(*more));

	if (!more) {
		fputs("cleat: error: out of memory\n", stderr);
		return CLI_FAILED;
	}
	*ids = more;
	more[(*n)++] = id;
	return CLI_DONE;
}

static int by_name(struct cli *cli, const struct find_kind *k, const char *name, uint32_t **ids,
		   size_t *n)
{
	struct cleat_facts *facts;
	int status = CLI_DONE;
	uint32_t id = 0;

	while ((facts = find_next(cli, k->kind, &id, &status))) {
		const char *own = cleat_facts_find(facts, "name");

		if (own && strcmp(own, name) == 0)
			status |= add(ids, n, id);
		cleat_facts_free(facts);
	}
	if (!*n && !status) {
		fprintf(stderr,
			"cleat: error: no %s '%s' in the kernel\n  hint: 'cleat list %s' shows all\n",
			k->one, name, k->many);
		status = CLI_FAILED;
	}
	return status;
}

static bool is_number(const char *word, uint32_t *out)
{
	unsigned long id;
	char *end;

	errno = 0;
	id = strtoul(word, &end, 10);
	*out = (uint32_t)id;
	return !*end && end != word && !errno && id <= UINT32_MAX;
}

int find_ids(struct cli *cli, const struct find_kind *k, const char *word, uint32_t **ids,
	     size_t *n)
{
	uint32_t id;

	*ids = NULL;
	*n = 0;
	if (strchr(word, '/')) {
		if (cleat_kernel_pinned(cli->c, k->kind, word, &id))
			return cli_failed(cli);
		return add(ids, n, id);
	}
	return is_number(word, &id) ? add(ids, n, id) : by_name(cli, k, word, ids, n);
}
