/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * settings.c - settings of an object on the command line. Which keys there are, and which maps and
 * variables, the library knows.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

static bool is_pair(const char *word)
{
	return strchr(word, '=') && *word != '=';
}

static bool begins_map(const char *word)
{
	return strcmp(word, "map") == 0;
}

static bool begins_global(const char *word)
{
	return strcmp(word, "global") == 0;
}

int settings_count(const struct cli *cli, int argc, char **argv, int *status)
{
	int i = 0;

	*status = CLI_DONE;
	while (i < argc && (begins_map(argv[i]) || begins_global(argv[i]))) {
		bool map = begins_map(argv[i]);
		int pairs = i + 1 + map;

		for (i = pairs; i < argc && is_pair(argv[i]); i++)
			;
		if (i > pairs && !(map && is_pair(argv[pairs - 1])))
			continue;
		*status = cli_usage(cli, map ? "'map' wants a name, and then KEY=VALUE" :
					       "'global' wants NAME=VALUE");
		return 0;
	}
	return i;
}

/* "NAME=VALUE" for a variable, or (@m) "KEY=VALUE" for a map. */
static int apply_pair(struct cleat_object *o, struct cleat_map *m, const char *word)
{
	const char *value = strchr(word, '=') + 1;
	char *name = strndup(word, (size_t)(value - word) - 1);
	int err = -ENOMEM;

	if (name)
		err = m ? cleat_map_set_param(m, name, value) :
			  cleat_object_set_global(o, name, value);
	free(name);
	return err;
}

static struct cleat_map *find_map(struct cleat_object *o, const char *name)
{
	struct cleat_map *m = cleat_object_map(o, name);
	const char *names[64], *near;
	size_t n = 0;

	if (m)
		return m;
	for (; n < 64 && (m = cleat_object_map_at(o, n)); n++)
		names[n] = cleat_map_name(m);
	fprintf(stderr, "%s: error: no map '%s' in it\n", cleat_object_path(o), name);
	near = cli_nearest(name, names, n);
	if (near)
		fprintf(stderr, "  hint: did you mean '%s'?\n", near);
	return NULL;
}

int settings_apply(const struct cli *cli, struct cleat_object *o, int n, char **words)
{
	struct cleat_map *m = NULL;

	for (int i = 0; i < n; i++) {
		if (begins_global(words[i])) {
			m = NULL;
		} else if (begins_map(words[i])) {
			m = find_map(o, words[++i]);
			if (!m)
				return CLI_FAILED;
		} else if (apply_pair(o, m, words[i]) < 0) {
			return cli_failed(cli);
		}
	}
	return CLI_DONE;
}
