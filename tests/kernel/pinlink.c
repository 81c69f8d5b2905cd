// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * pinlink OBJECT PROGRAM PATH [KEY=VALUE...] - loads one program, attaches it, pins each of its links at
 * PATH followed by its number, and ends: what is pinned stays. PROGRAM may be the name of a map that is
 * attached itself. Prints how many links there are. Status 0 when all are pinned; 3 when they are attached
 * and one cannot be pinned, with the reason; 1 when it could not be attached at all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "complain.h"

/* Only what is asked for is loaded. */
static int attach(struct cleat_object *o, const char *name, const char *const *params,
		  struct cleat_link **link)
{
	struct cleat_program *program = cleat_object_program(o, name), *other;
	struct cleat_map *map = program ? NULL : cleat_object_map(o, name);

	if (map) {
		int err = cleat_map_set_param(map, "create", "yes") ?: cleat_object_load(o);

		return err ? err : cleat_map_attach(map, link);
	}
	for (size_t i = 0; (other = cleat_object_program_at(o, i)); i++)
		cleat_program_set_autoload(other, other == program);
	if (!program)
		return -ENOENT;
	return cleat_object_load(o) ?: cleat_program_attach(program, params, link);
}

static int pin_all(struct cleat_link *link, const char *path)
{
	size_t n = 0;

	for (; link; link = cleat_link_next(link), n++) {
		char pin[512];

		snprintf(pin, sizeof(pin), "%s%zu", path, n);
		if (cleat_link_pin(link, pin))
			return -1;
	}
	printf("%zu\n", n);
	return 0;
}

int main(int argc, char **argv)
{
	struct cleat_link *link = NULL;
	struct cleat_object *o;
	struct cleat *c;
	int status = 0;

	if (argc < 4 || cleat_open(&c, NULL))
		return 2;
	if (cleat_object_open(c, argv[1], &o) ||
	    attach(o, argv[2], (const char *const *)(argv + 4), &link))
		status = 1;
	else if (pin_all(link, argv[3]))
		status = 3;
	if (status)
		complain(c);
	cleat_close(c);
	return status;
}
