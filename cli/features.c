/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * features.c - cleat features: what this kernel can do, and which section names plugins take. Knows
 * the kinds of answers; refuses to know how they are found out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "table.h"

static const struct kind {
	const char *word;
	int what;
	const char *of; /* what it can be asked for, or NULL */
} kinds[] = {
	{ "kernel", CLEAT_FEATURES_KERNEL, NULL },
	{ "programs", CLEAT_FEATURES_PROGRAMS, NULL },
	{ "attach", CLEAT_FEATURES_ATTACH, NULL },
	{ "links", CLEAT_FEATURES_LINKS, NULL },
	{ "maps", CLEAT_FEATURES_MAPS, NULL },
	{ "helpers", CLEAT_FEATURES_HELPERS, "program type" },
	{ "plugins", CLEAT_FEATURES_PLUGINS, NULL },
	{ "sections", CLEAT_FEATURES_SECTIONS, "program plugin" },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Why something could not be told is the same for several kinds. */
static void say_once(const struct cli *cli, char **said)
{
	char *all = cli_what(cli, CLEAT_WARNING);

	if (all && (!*said || strcmp(all, *said) != 0))
		cli_diags(cli);
	if (!all)
		return;
	free(*said);
	*said = all;
}

/* The answers to one question, or NULL after saying why. */
static struct cleat_facts *ask(struct cli *cli, const struct kind *k, const char *of, char **said)
{
	struct cleat_facts *facts = cleat_facts_new();
	int err = facts ? cleat_features(cli->c, k->what, of, facts) : -ENOMEM;

	if (!err) {
		say_once(cli, said);
		return facts;
	}
	cleat_facts_free(facts);
	cli_failed(cli);
	return NULL;
}

static void answers_json(struct json *j, const char *key, const struct cleat_facts *facts)
{
	const struct cleat_fact *f;

	json_object(j, key);
	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++) {
		json_break(j);
		json_text(j, f->name, f->text);
	}
	json_object_end(j);
}

static void answers_rows(struct table *t, const struct cleat_facts *facts, const char *also)
{
	const struct cleat_fact *f;

	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++) {
		table_row(t);
		table_cell(t, f->name);
		table_cell(t, f->text);
		if (also)
			table_cell(t, also);
	}
}

/* The @i-th program plugin's name, or NULL past the end; *i is moved on. */
static const char *next_plugin(struct cli *cli, size_t *i)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };

	while (cleat_plugin_at(cli->c, (*i)++, &info) == 0)
		if (strcmp(info.kind, "program") == 0)
			return info.name;
	return NULL;
}

static int kind_json(struct cli *cli, struct json *j, const struct kind *k, const char *of,
		     const char *key, char **said)
{
	struct cleat_facts *facts = ask(cli, k, of, said);

	if (!facts)
		return CLI_FAILED;
	answers_json(j, key, facts);
	cleat_facts_free(facts);
	return CLI_DONE;
}

/* Section names stand with the plugin that takes them. */
static int kind_table(struct cli *cli, const struct kind *k, const char *of, char **said)
{
	bool by_plugin = k->what == CLEAT_FEATURES_SECTIONS;
	struct table *t = table_new();
	struct cleat_facts *facts;
	size_t i = 0;

	table_column(t, "NAME", 0);
	table_column(t, "ANSWER", 0);
	if (by_plugin)
		table_column(t, "PLUGIN", 0);
	do {
		const char *plugin = by_plugin && !of ? next_plugin(cli, &i) : of;

		if (by_plugin && !plugin)
			break;
		facts = ask(cli, k, plugin, said);
		if (!facts) {
			table_free(t);
			return CLI_FAILED;
		}
		answers_rows(t, facts, by_plugin ? plugin : NULL);
		cleat_facts_free(facts);
	} while (by_plugin && !of);
	return table_print(t);
}

static int all(struct cli *cli, char **said)
{
	struct json j = { .out = stdout };
	int status = CLI_DONE;

	if (cli->json)
		json_object(&j, NULL);
	for (size_t i = 0; i < N_KINDS; i++) {
		if (cli->json) {
			json_break(&j);
			status |= kind_json(cli, &j, &kinds[i], NULL, kinds[i].word, said);
			continue;
		}
		printf("%s%s:\n", i ? "\n" : "", kinds[i].word);
		status |= kind_table(cli, &kinds[i], NULL, said);
	}
	if (cli->json) {
		json_object_end(&j);
		json_newline(&j);
	}
	return status;
}

static int one(struct cli *cli, const struct kind *k, const char *of, char **said)
{
	struct json j = { .out = stdout };
	int status;

	if (!cli->json)
		return kind_table(cli, k, of, said);
	status = kind_json(cli, &j, k, of, NULL, said);
	json_newline(&j);
	return status;
}

/* 0, or CLI_USAGE after saying what there is. */
static int find_kind(const struct cli *cli, const char *word, const struct kind **out)
{
	const char *names[N_KINDS], *near;

	for (size_t i = 0; i < N_KINDS; i++) {
		names[i] = kinds[i].word;
		if (strcmp(word, names[i]) == 0) {
			*out = &kinds[i];
			return 0;
		}
	}
	near = cli_nearest(word, names, N_KINDS);
	if (near)
		return cli_usage(cli, "unknown kind of feature '%s': did you mean '%s'?", word,
				 near);
	return cli_usage(cli, "unknown kind of feature '%s'", word);
}

static int run_features(struct cli *cli, int argc, char **argv)
{
	const struct kind *k = NULL;
	char *said = NULL;
	int status;

	status = argc ? find_kind(cli, argv[0], &k) : 0;
	if (!status && k && argc > 1 && !k->of)
		return cli_usage(cli, "'%s' takes no argument", k->word);
	if (!status && k && argc > 2)
		return cli_usage(cli, "one %s at a time", k->of);
	if (!status)
		status = cli_open(cli);
	if (!status)
		status = k ? one(cli, k, argc > 1 ? argv[1] : NULL, &said) : all(cli, &said);
	free(said);
	return status;
}

const struct cli_verb verb_features = {
	.name = "features",
	.arguments = "[KIND [TYPE|PLUGIN]]",
	.summary = "what this kernel can do, found out by trying",
	.details =
		"KIND is one of kernel, programs, attach, links, maps, helpers, plugins, sections; all\n"
		"of them without. 'helpers TYPE' are those of programs of that type, 'sections PLUGIN'\n"
		"the names that this plugin takes. Answers are yes, no, and unknown: could not tell.\n",
	.run = run_features,
};
