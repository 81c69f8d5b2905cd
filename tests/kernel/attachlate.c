// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * attachlate OBJECT PROGRAM COMMAND KEY=VALUE... - loads a program, runs a command that takes its target
 * away, and attaches it. Prints what was said. Status 0 when it was refused with one error, and no
 * descriptor and no link is left; 1 otherwise, 2 when it was not loaded.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cleat/cleat.h>

static size_t say(struct cleat *c)
{
	size_t errors = 0;
	char text[4096];

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		errors += cleat_diag_get(c, i)->level == CLEAT_ERROR;
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		printf("%s\n", text);
	}
	return errors;
}

static size_t descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static struct cleat_program *load(struct cleat_object *o, const char *name, char **keys)
{
	struct cleat_program *p = cleat_object_program(o, name), *other;
	char key[64];

	for (size_t i = 0; (other = cleat_object_program_at(o, i)); i++)
		cleat_program_set_autoload(other, other == p);
	for (; p && *keys; keys++) {
		const char *equals = strchr(*keys, '=');

		snprintf(key, sizeof(key), "%.*s", (int)(equals - *keys), *keys);
		if (cleat_program_set_param(p, key, equals + 1))
			return NULL;
	}
	return p && cleat_object_load(o) == 0 ? p : NULL;
}

int main(int argc, char **argv)
{
	struct cleat_object *o = NULL;
	struct cleat_program *p;
	size_t before, errors;
	struct cleat *c;
	int status = 2;

	if (argc < 4 || cleat_open(&c, NULL))
		return 2;
	p = cleat_object_open(c, argv[1], &o) ? NULL : load(o, argv[2], argv + 4);
	if (!p) {
		say(c);
	} else if (system(argv[3]) == 0) {
		/* Twice: what the first attempt reads and keeps is no leak. */
		cleat_program_attach(p, NULL, NULL);
		before = descriptors();
		status = cleat_program_attach(p, NULL, NULL) == 0;
		errors = say(c);
		if (errors != 1 || descriptors() != before || cleat_program_link_at(p, 0))
			status = 1;
		printf("%zu errors, %ld descriptors left\n", errors,
		       (long)descriptors() - (long)before);
	}
	cleat_close(c);
	return status;
}
