/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * loads.c - loads objects through the library and exits: the whole process is what gates.sh and
 * tests/bench measure. With -t it prints the name and tag of every program, which asks the kernel
 * for them; without, it makes no call of its own but the write of READY=1 on descriptor 3, if there
 * is one.
 *
 * usage: loads [-t] OBJECT...
 */
#include <cleat/cleat.h>
#include <cleat/object.h>
#include <cleat/program.h>
#include <stdbool.h>

#include "tag.h"

static void say_why(const struct cleat *c)
{
	char text[512];

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
}

static int load(struct cleat *c, const char *path, bool tags)
{
	struct cleat_program *program;
	struct cleat_object *object;

	if (cleat_object_open(c, path, &object) || cleat_object_load(object)) {
		say_why(c);
		return 1;
	}
	for (size_t i = 0; tags && (program = cleat_object_program_at(object, i)); i++)
		print_tag(cleat_program_fd(program), cleat_program_name(program));
	return 0;
}

int main(int argc, char **argv)
{
	bool tags = argc > 1 && !strcmp(argv[1], "-t");
	struct cleat *c;
	ssize_t n;

	if (cleat_open(&c, NULL))
		return 1;
	for (int i = 1 + tags; i < argc; i++)
		if (load(c, argv[i], tags))
			return 1;
	n = write(3, "READY=1\n", 8);
	(void)n;
	cleat_close(c);
	return 0;
}
