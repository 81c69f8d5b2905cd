/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * pick.c - one program of an object: found by its name, loaded with what it needs.
 */
#include "pick.h"

#define MOST_NAMES 64

int pick_program(const struct cli *cli, struct cleat_object *o, const char *name,
		 struct cleat_program **out)
{
	const char *names[MOST_NAMES], *near;
	size_t n = 0;

	*out = NULL;
	if (name)
		*out = cleat_object_program(o, name);
	else if (!cleat_object_program_at(o, 1))
		*out = cleat_object_program_at(o, 0);
	if (*out)
		return CLI_DONE;
	for (struct cleat_program *p; n < MOST_NAMES && (p = cleat_object_program_at(o, n)); n++)
		names[n] = cleat_program_name(p);
	if (!name)
		return cli_usage(cli,
				 n ? "%s has several programs: which one?" : "%s has no programs",
				 cleat_object_path(o));
	fprintf(stderr, "cleat: error: no program '%s' in %s\n", name, cleat_object_path(o));
	near = cli_nearest(name, names, n);
	if (near)
		fprintf(stderr, "  hint: did you mean '%s'?\n", near);
	return CLI_FAILED;
}

int pick_load(struct cli *cli, struct cleat_program *p)
{
	struct cleat_object *o = cleat_program_object(p);

	for (size_t i = 0; cleat_object_program_at(o, i); i++)
		cleat_program_set_required(cleat_object_program_at(o, i), false);
	cleat_program_set_autoload(p, true);
	cleat_program_set_required(p, true);
	if (cleat_object_load(o) < 0)
		return cli_failed(cli);
	cli_diags_to(cli, stderr, CLEAT_WARNING);
	return CLI_DONE;
}
