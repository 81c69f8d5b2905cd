/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * loglevels OBJECT - the verifier's log in the caller's own memory, and the caller's own name for an
 * object, through the library's public face. Exits with 0, or says what was wrong.
 */
#include <cleat/cleat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE (1u << 20)

#define CHECK(cond, ...)                                                \
	do {                                                            \
		if (!(cond)) {                                          \
			printf("line %d: %s: ", __LINE__, #cond);       \
			printf(__VA_ARGS__);                            \
			printf("\n");                                   \
			exit(1);                                        \
		}                                                       \
	} while (0)

static char *memory(size_t bytes)
{
	char *text = malloc(bytes);

	CHECK(text, "no memory");
	memset(text, 'x', bytes);
	return text;
}

/* A program that loads: no log at level 0, its cost at level 1, its instructions at level 2. */
static void levels(struct cleat_program *p)
{
	char *text = memory(LARGE);

	CHECK(cleat_program_set_log(p, text, LARGE, 0) == 0, "taken");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(!*text, "'%s'", text);
	cleat_program_unload(p);
	CHECK(cleat_program_set_log(p, text, LARGE, 1) == 0, "taken");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(strstr(text, "processed "), "'%s'", text);
	cleat_program_unload(p);
	CHECK(cleat_program_set_log(p, text, LARGE, 2) == 0, "taken");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(strstr(text, "exit"), "'%s'", text);
	CHECK(strcmp(text, cleat_program_log(p)) == 0, "'%s'", cleat_program_log(p));
	cleat_program_unload(p);
	free(text);
}

/* Less room than the log needs is no failure: its end is there, and nothing behind the room. */
static void little_room(struct cleat_program *p)
{
	char *text = memory(64);

	CHECK(cleat_program_set_log(p, text, 40, 2) == 0, "taken");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(strlen(text) == 39, "'%s'", text);
	CHECK(strcmp(text, cleat_program_log(p) + strlen(cleat_program_log(p)) - 39) == 0, "'%s'",
	      text);
	CHECK(text[40] == 'x', "written behind its end");
	cleat_program_unload(p);
	CHECK(cleat_program_set_log(p, NULL, 0, 0) == 0, "no longer");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(!cleat_program_log(p), "'%s'", cleat_program_log(p));
	cleat_program_unload(p);
	free(text);
}

/* A log that is longer than what it is first given room for, a megabyte, is there as a whole. */
static void long_log(struct cleat_program *p)
{
	size_t bytes = 16 * (size_t)LARGE;
	char *text = memory(bytes);

	CHECK(cleat_program_set_log(p, text, bytes, 2) == 0, "taken");
	CHECK(cleat_program_load(p) == 0, "it loads");
	CHECK(!strncmp(text, "0: ", 3) || strstr(text, "\n0: "), "its beginning: '%.200s'", text);
	CHECK(strstr(text + strlen(text) - 512, "processed "), "its end");
	cleat_program_unload(p);
	free(text);
}

/* One buffer for all: the program that was refused has left its reason there. */
static void refused(struct cleat_object *o, struct cleat_program *p)
{
	char *text = memory(LARGE);

	CHECK(cleat_object_set_log(o, text, LARGE, 0) == 0, "taken");
	CHECK(cleat_program_load(p) < 0, "it is refused");
	CHECK(strstr(text, "!read_ok"), "'%s'", text);
	CHECK(cleat_program_load(cleat_object_program(o, "sound")) == 0, "it loads");
	CHECK(!*text, "what was there before: '%s'", text);
	CHECK(cleat_program_set_log(p, NULL, 1, 0) == -EINVAL, "bytes of nothing");
	free(text);
	CHECK(cleat_object_set_log(o, NULL, 0, 0) == 0, "no longer");
}

static void names(struct cleat_object *o)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat *c = NULL;
	struct cleat_map *m;

	CHECK(cleat_object_set_name(o, "") == -EINVAL, "no name");
	CHECK(cleat_object_set_name(o, "mine") == 0, "taken");
	CHECK(cleat_object_create_maps(o) == 0, "made");
	CHECK(cleat_object_set_name(o, "late") == -EBUSY, "the maps have their names");
	CHECK(cleat_open(&c, NULL) == 0 && cleat_map_find(c, "mine.bss", &m) == 0, "not there");
	CHECK(cleat_map_info(m, &info) == 0 && info.id, "no id");
	cleat_close(c);
}

int main(int argc, char **argv)
{
	struct cleat *c;
	struct cleat_object *o;

	CHECK(argc == 2 && cleat_open(&c, NULL) == 0, "loglevels OBJECT");
	CHECK(cleat_object_open(c, argv[1], &o) == 0, "%s", argv[1]);
	names(o);
	levels(cleat_object_program(o, "sound"));
	little_room(cleat_object_program(o, "sound"));
	long_log(cleat_object_program(o, "wordy"));
	refused(o, cleat_object_program(o, "unsound"));
	cleat_close(c);
	return 0;
}
