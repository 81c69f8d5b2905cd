/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * complete.c - what may stand next on the command line, for the shells' completion: 'cleat complete WORD...'
 * prints what the last word, which may be empty, may become, a line each; ':files' for names of files. So a
 * shell has no list of its own that could be out of date. Not shown among the verbs; fails in silence.
 */
#include <dirent.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "complete.h"

struct words {
	struct cli *cli;
	const char *last; /* to be completed */
	char **v; /* behind the verb, without options */
	int n; /* without the last */
};

#define FILES ":files"

static void offer(const struct words *w, const char *word)
{
	if (strncmp(word, w->last, strlen(w->last)) == 0)
		puts(word);
}

/* "a b c" */
static void offer_each(const struct words *w, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, " |");
		char *word = strndup(list, n);

		if (word)
			offer(w, word);
		free(word);
		list += n + (list[n] != '\0');
	}
}

/* ---- units, projects --------------------------------------------------------------------------- */

static void offer_units_of(const struct words *w, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		if (n <= 4 || strcmp(entry->d_name + n - 4, ".ini") != 0)
			continue;
		entry->d_name[n - 4] = '\0';
		offer(w, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static void offer_units(const struct words *w)
{
	offer_units_of(w, CLEAT_SYSCONF_DIR "/units.d");
	offer_units_of(w, CLEAT_UNIT_DIR);
	puts(FILES);
}

static void offer_files(const struct words *w)
{
	(void)w;
	puts(FILES);
}

static void offer_kind(void *user, const char *kind)
{
	offer(user, kind);
}

static void offer_new(const struct words *w)
{
	if (w->n == 0)
		new_each_kind(offer_kind, (void *)w);
}

/* ---- plugins, and their keys --------------------------------------------------------------------- */

static void offer_plugins(const struct words *w, const char *kind)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };

	for (size_t i = 0; cleat_plugin_at(w->cli->c, i, &info) == 0; i++)
		if (!kind || strcmp(info.kind, kind) == 0)
			offer(w, info.name);
}

static void offer_interfaces(const struct words *w, const char *key)
{
	struct if_nameindex *all = if_nameindex();

	for (size_t i = 0; all && all[i].if_index; i++) {
		char word[128];

		snprintf(word, sizeof(word), "%s=%s", key, all[i].if_name);
		offer(w, word);
	}
	if_freenameindex(all);
}

static void offer_values(const struct words *w, const struct cleat_key_info *key)
{
	const char *choices = key->choices                     ? key->choices
			      : strcmp(key->type, "bool") == 0 ? "yes|no"
							       : "";

	while (*choices) {
		size_t n = strcspn(choices, "|");
		char word[256];

		snprintf(word, sizeof(word), "%s=%.*s", key->name, (int)n, choices);
		offer(w, word);
		choices += n + (choices[n] != '\0');
	}
	if (strcmp(key->name, "interface") == 0)
		offer_interfaces(w, key->name);
	if (strcmp(key->type, "path") == 0)
		puts(FILES);
}

/* "KEY=" of a plugin, and behind it what is known to be a value. */
static void offer_keys(const struct words *w, const char *kind, const char *name)
{
	struct cleat_key_info key = { .size = sizeof(key) };
	size_t n = strcspn(w->last, "=");
	char word[128];

	for (size_t i = 0; cleat_plugin_key_at(w->cli->c, kind, name, i, &key) == 0; i++) {
		snprintf(word, sizeof(word), "%s=", key.name);
		if (w->last[n] == '\0')
			offer(w, word);
		else if (strlen(key.name) == n && strncmp(w->last, key.name, n) == 0)
			offer_values(w, &key);
	}
}

/* Map types by name, and the plugin that makes a map of this one. */
static const char *offer_types(const struct words *w, const char *type)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };

	for (size_t i = 0; cleat_plugin_at(w->cli->c, i, &info) == 0; i++) {
		for (size_t k = 0; strcmp(info.kind, "map") == 0 && info.sections[k]; k++) {
			if (!type)
				offer(w, info.sections[k]);
			else if (strcmp(type, info.sections[k]) == 0)
				return info.name;
		}
	}
	return NULL;
}

static void offer_all_plugins(const struct words *w)
{
	if (w->n == 0)
		offer_plugins(w, NULL);
}

/* ---- objects ------------------------------------------------------------------------------------- */

static void offer_programs_of(const struct words *w, const char *path)
{
	struct cleat_object *o;
	struct cleat_program *p;

	if (cleat_object_open(w->cli->c, path, &o))
		return;
	for (size_t i = 0; (p = cleat_object_program_at(o, i)); i++)
		offer(w, cleat_program_name(p));
}

static void offer_maps_of(const struct words *w, const char *path)
{
	struct cleat_object *o;
	struct cleat_map *m;

	if (cleat_object_open(w->cli->c, path, &o))
		return;
	for (size_t i = 0; (m = cleat_object_map_at(o, i)); i++)
		offer(w, cleat_map_name(m));
}

static void offer_globals_of(const struct words *w, const char *path)
{
	struct cleat_global g = { .size = sizeof(g) };
	struct cleat_object *o;
	char word[256];

	if (cleat_object_open(w->cli->c, path, &o))
		return;
	for (size_t i = 0; cleat_object_global_at(o, i, &g) == 0; i++) {
		snprintf(word, sizeof(word), "%s=", g.name);
		offer(w, word);
	}
}

/* OBJECT [PROGRAM] [KEY=VALUE...]: the keys of the program's plugin, of the first one's when none is named. */
static void offer_attach(const struct words *w)
{
	struct cleat_program_info info = { .size = sizeof(info) };
	struct cleat_program *p = NULL;
	struct cleat_object *o;

	if (w->n == 0) {
		puts(FILES);
		return;
	}
	if (w->n == 1)
		offer_programs_of(w, w->v[0]);
	if (cleat_object_open(w->cli->c, w->v[0], &o))
		return;
	if (w->n > 1)
		p = cleat_object_program(o, w->v[1]);
	if (!p)
		p = cleat_object_program_at(o, 0);
	if (p && cleat_program_info(p, &info) == 0 && info.plugin)
		offer_keys(w, "program", info.plugin);
}

/* OBJECT [map NAME KEY=VALUE...] [global NAME=VALUE...] */
static void offer_verify(const struct words *w)
{
	const char *before = w->n ? w->v[w->n - 1] : "";

	if (w->n > 1 && strcmp(before, "map") == 0)
		offer_maps_of(w, w->v[0]);
	else if (w->n > 1 && strcmp(before, "global") == 0)
		offer_globals_of(w, w->v[0]);
	else {
		if (w->n)
			offer_each(w, "map global");
		puts(FILES);
	}
}

/* ---- what is in the kernel -------------------------------------------------------------------------- */

static void offer_names(const struct words *w, int kind)
{
	for (uint32_t id = 0; cleat_kernel_next(w->cli->c, kind, id, &id) == 0;) {
		struct cleat_facts *facts = cleat_facts_new();
		const char *name;
		char number[16];

		if (facts && cleat_kernel_facts(w->cli->c, kind, id, facts) == 0) {
			snprintf(number, sizeof(number), "%u", id);
			name = cleat_facts_find(facts, "name");
			offer(w, name && *name ? name : number);
		}
		cleat_facts_free(facts);
	}
}

static void offer_map(const struct words *w)
{
	static const char keys[] = "pin= name= key-type= value-type= ";

	if (w->n == 0) {
		offer_each(w, "create get set delete dump load watch push pop peek");
	} else if (strcmp(w->v[0], "create") != 0) {
		if (w->n == 1)
			offer_names(w, CLEAT_MAPS);
		puts(FILES);
	} else if (w->n == 1) {
		offer_types(w, NULL);
	} else {
		const char *plugin = offer_types(w, w->v[1]);

		offer_each(w, keys);
		if (plugin)
			offer_keys(w, "map", plugin);
	}
}

static void offer_program(const struct words *w)
{
	if (w->n == 0) {
		offer(w, "run");
	} else if (w->n == 1) {
		offer_names(w, CLEAT_PROGRAMS);
		puts(FILES);
	} else {
		if (w->n == 2)
			offer_programs_of(w, w->v[1]);
		offer_each(w, "data= data-file= data-out= ctx= ctx-file= ctx-out= repeat= live= batch= cpu=");
		puts(FILES);
	}
}

static void offer_list(const struct words *w)
{
	if (w->n == 0)
		offer_each(w, "programs maps links btf attached");
	else if (w->n == 1 && strcmp(w->v[0], "attached") == 0)
		offer_plugins(w, "program");
	else if (strcmp(w->v[0], "attached") == 0)
		offer_keys(w, "program", w->v[1]);
}

static void offer_show(const struct words *w)
{
	static const char *const kinds[] = { "program", "map", "link", "btf" };

	if (w->n == 0)
		offer_each(w, "program map link btf");
	for (int i = 0; w->n == 1 && i < 4; i++)
		if (strcmp(w->v[0], kinds[i]) == 0)
			offer_names(w, i); /* CLEAT_PROGRAMS and the others in this order */
}

static void offer_dump(const struct words *w)
{
	if (w->n == 0)
		offer(w, "program");
	else if (w->n == 1)
		offer_names(w, CLEAT_PROGRAMS);
}

static void offer_log(const struct words *w)
{
	if (w->n == 0)
		offer_names(w, CLEAT_PROGRAMS);
}

static void offer_features(const struct words *w)
{
	if (w->n == 0)
		offer_each(w, "kernel programs attach links maps helpers plugins sections");
	else if (strcmp(w->v[0], "sections") == 0)
		offer_plugins(w, "program");
}

static void offer_btf(const struct words *w)
{
	if (w->n == 0)
		offer_each(w, "header dump");
}

/* ---- by verb --------------------------------------------------------------------------------------------- */

static const struct {
	const char *verb;
	void (*offer)(const struct words *w);
} completions[] = {
	{ "attach", offer_attach },
	{ "dump", offer_dump },
	{ "run", offer_units },
	{ "check", offer_units },
	{ "plan", offer_units },
	{ "apply", offer_units },
	{ "status", offer_units },
	{ "remove", offer_units },
	{ "inspect", offer_files },
	{ "link", offer_files },
	{ "embed", offer_files },
	{ "verify", offer_verify },
	{ "map", offer_map },
	{ "program", offer_program },
	{ "list", offer_list },
	{ "show", offer_show },
	{ "log", offer_log },
	{ "features", offer_features },
	{ "plugins", offer_all_plugins },
	{ "btf", offer_btf },
	{ "new", offer_new },
};

static void offer_options(const struct words *w, const struct cli_option *o)
{
	for (; o && o->name; o++) {
		char word[64];

		snprintf(word, sizeof(word), "--%s", o->name);
		offer(w, word);
	}
}

/* What the option takes, when it is one and takes something. */
static const char *argument_of(const struct cli_option *o, const char *word)
{
	for (; o && o->name; o++)
		if (strcmp(word + 2, o->name) == 0)
			return o->argument;
	return NULL;
}

static void offer_argument(const struct words *w, const char *argument)
{
	static const char *const numbers[] = { "N", "SECONDS", "HASH", "[ADDRESS:]PORT" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(argument, numbers[i]) == 0)
			return;
	if (strcmp(argument, "LEVEL") == 0)
		offer_each(w, "off error warn info debug trace");
	else
		puts(FILES);
}

static void complete_verb(struct words *w, const struct cli_verb *verb, int argc, char **argv)
{
	const struct cli_option *const tables[] = { cli_shared_options, verb->options };
	char *left[argc + 1];
	int i;

	w->v = left;
	for (i = 0; i < argc - 1; i++) {
		const char *argument = NULL;

		if (argv[i][0] != '-' || argv[i][1] != '-') {
			left[w->n++] = argv[i];
			continue;
		}
		for (int t = 0; t < 2 && !argument; t++)
			argument = argument_of(tables[t], argv[i]);
		if (argument && i == argc - 2) {
			offer_argument(w, argument);
			return;
		}
		i += argument != NULL;
	}
	if (w->last[0] == '-') {
		for (int t = 0; t < 2; t++)
			offer_options(w, tables[t]);
		return;
	}
	for (size_t k = 0; k < sizeof(completions) / sizeof(completions[0]); k++)
		if (strcmp(completions[k].verb, verb->name) == 0)
			completions[k].offer(w);
}

int complete(struct cli *cli, const struct cli_verb *const *verbs, size_t n, int argc, char **argv)
{
	struct words w = { .cli = cli, .last = argc ? argv[argc - 1] : "" };

	if (argc <= 1 || (argc == 2 && strcmp(argv[0], "help") == 0)) {
		for (size_t i = 0; i < n; i++)
			offer(&w, verbs[i]->name);
		if (argc <= 1)
			offer_each(&w, "help --help --version");
		return CLI_DONE;
	}
	for (size_t i = 0; i < n; i++) {
		if (strcmp(verbs[i]->name, argv[0]) != 0)
			continue;
		if (cli_open(cli) == 0)
			complete_verb(&w, verbs[i], argc - 1, argv + 1);
	}
	return CLI_DONE;
}
