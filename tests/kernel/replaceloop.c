/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * replaceloop OBJECT PROGRAM COUNTER [-GLOBAL=VALUE...] [KEY=VALUE...] - attaches a program and swaps
 * it for its twin, another load of the same object, and back, again and again, over the public API.
 * Prints its pid when it is attached. A line on standard input ends it: then it prints how often the
 * program was replaced, and what the global COUNTER has come to in each of the two. Status 1 when
 * something failed, with the reason. It knows nothing of events.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cleat/object.h>

#include "complain.h"

#define PAUSE 2 /* milliseconds: many swaps, and many events between two */

struct twin {
	struct cleat_object *object;
	struct cleat_program *program;
};

/* Sets the globals, which stand before the keys: the first of these is returned. */
static char **set_globals(struct cleat_object *o, char **args)
{
	for (; *args && **args == '-'; args++) {
		char *name = strdup(*args + 1), *value = name ? strchr(name, '=') : NULL;
		int err = -1;

		if (value) {
			*value++ = '\0';
			err = cleat_object_set_global(o, name, value);
		}
		free(name);
		if (err)
			return NULL;
	}
	return args;
}

static char **load(struct cleat *c, struct twin *t, char **args)
{
	struct cleat_program *other;
	char **keys;

	if (cleat_object_open(c, args[1], &t->object))
		return NULL;
	t->program = cleat_object_program(t->object, args[2]);
	keys = t->program ? set_globals(t->object, args + 4) : NULL;
	for (size_t i = 0; (other = cleat_object_program_at(t->object, i)); i++)
		cleat_program_set_autoload(other, other == t->program);
	return keys && cleat_object_load(t->object) == 0 ? keys : NULL;
}

/* Until a line comes. Returns how often, or -1. */
static long swap_on(struct cleat_link *links, struct cleat_program *programs[2])
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	long n = 0;

	while (poll(&input, 1, PAUSE) == 0) {
		n++;
		for (struct cleat_link *l = links; l; l = cleat_link_next(l))
			if (cleat_link_replace(l, programs[n & 1]))
				return -1;
	}
	return n;
}

static int say(struct twin twins[2], const char *counter, long n)
{
	printf("%ld", n);
	for (int i = 0; i < 2; i++) {
		char *value;

		if (cleat_object_get_global(twins[i].object, counter, false, &value))
			return -1;
		printf(" %s", value);
		free(value);
	}
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	struct cleat_program *programs[2];
	struct twin twins[2] = { 0 };
	struct cleat_link *links;
	struct cleat *c;
	char **keys;
	long n = -1;
	int status;

	if (argc < 4 || cleat_open(&c, NULL))
		return 2;
	if (load(c, &twins[0], argv) && (keys = load(c, &twins[1], argv))) {
		programs[0] = twins[0].program;
		programs[1] = twins[1].program;
		if (cleat_program_attach(programs[0], (const char *const *)keys, &links) == 0) {
			printf("%d\n", (int)getpid());
			fflush(stdout);
			n = swap_on(links, programs);
		}
	}
	status = n < 0 || say(twins, argv[3], n);
	if (status)
		complain(c);
	cleat_close(c);
	return status;
}
