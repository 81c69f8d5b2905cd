/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * list.c - cleat list and show: programs, maps, links and BTF that are in the kernel, ours or not.
 * Knows which facts are worth a column; refuses to know what any type means.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "find.h"
#include "json.h"
#include "table.h"

struct column {
	const char *fact, *heading;
	unsigned int flags;
};

#define MAX_COLUMNS 10

static const struct kind {
	int kind;
	const char *many, *one;
	struct column columns[MAX_COLUMNS];
	bool details; /* all other facts in the last column */
} kinds[] = {
	{ CLEAT_PROGRAMS,
	  "programs",
	  "program",
	  { { "id", "ID", TABLE_RIGHT },
	    { "type", "TYPE", 0 },
	    { "name", "NAME", 0 },
	    { "tag", "TAG", 0 },
	    { "loaded", "LOADED", 0 },
	    { "uid", "UID", TABLE_RIGHT },
	    { "instructions", "INSNS", TABLE_RIGHT },
	    { "jited-bytes", "JITED", TABLE_RIGHT },
	    { "map", "MAPS", TABLE_GIVES } },
	  false },
	{ CLEAT_MAPS,
	  "maps",
	  "map",
	  { { "id", "ID", TABLE_RIGHT },
	    { "type", "TYPE", 0 },
	    { "name", "NAME", 0 },
	    { "key-size", "KEY", TABLE_RIGHT },
	    { "value-size", "VALUE", TABLE_RIGHT },
	    { "max-entries", "ENTRIES", TABLE_RIGHT },
	    { "flags", "FLAGS", TABLE_RIGHT } },
	  false },
	{ CLEAT_LINKS,
	  "links",
	  "link",
	  { { "id", "ID", TABLE_RIGHT },
	    { "type", "TYPE", 0 },
	    { "plugin", "PLUGIN", 0 },
	    { "program", "PROGRAM", TABLE_RIGHT },
	    { "name", "NAME", 0 } },
	  true },
	{ CLEAT_BTFS,
	  "btf",
	  "btf",
	  { { "id", "ID", TABLE_RIGHT },
	    { "type", "OF", 0 },
	    { "name", "NAME", 0 },
	    { "bytes", "BYTES", TABLE_RIGHT } },
	  false },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* 0, or CLI_USAGE after saying what there is. "map", "maps". */
static int find_kind(const struct cli *cli, const char *word, const struct kind **out)
{
	const char *names[N_KINDS], *near;

	for (size_t i = 0; i < N_KINDS; i++) {
		names[i] = kinds[i].many;
		if (strcmp(word, kinds[i].many) == 0 || strcmp(word, kinds[i].one) == 0) {
			*out = &kinds[i];
			return 0;
		}
	}
	near = cli_nearest(word, names, N_KINDS);
	if (near)
		return cli_usage(cli, "'%s' cannot be listed: did you mean '%s'?", word, near);
	return cli_usage(cli, "'%s' cannot be listed: programs, maps, links, btf can", word);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* A list stays a list when it has one element: programs have maps. */
static const char *list_name(const char *fact)
{
	return strcmp(fact, "map") == 0 ? "maps" : NULL;
}

static size_t times(const struct cleat_facts *facts, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < cleat_facts_count(facts); i++)
		n += strcmp(cleat_facts_get(facts, i)->name, name) == 0;
	return n;
}

static bool is_first(const struct cleat_facts *facts, size_t i)
{
	const char *name = cleat_facts_get(facts, i)->name;

	for (size_t k = 0; k < i; k++)
		if (strcmp(cleat_facts_get(facts, k)->name, name) == 0)
			return false;
	return true;
}

static void fact_json(struct json *j, const char *key, const struct cleat_fact *f)
{
	if (f->kind == CLEAT_FACT_NUMBER)
		json_number(j, key, f->number);
	else if (f->kind == CLEAT_FACT_BOOL)
		json_bool(j, key, f->number);
	else
		json_text(j, key, f->text);
}

static void facts_json(struct json *j, const struct cleat_facts *facts)
{
	json_object(j, NULL);
	for (size_t i = 0; i < cleat_facts_count(facts); i++) {
		const struct cleat_fact *f = cleat_facts_get(facts, i), *same;
		const char *list = list_name(f->name);

		if (!is_first(facts, i))
			continue;
		if (!list && times(facts, f->name) == 1) {
			fact_json(j, f->name, f);
			continue;
		}
		json_array(j, list ? list : f->name);
		for (size_t k = i; (same = cleat_facts_get(facts, k)); k++)
			if (strcmp(same->name, f->name) == 0)
				fact_json(j, NULL, same);
		json_array_end(j);
	}
	json_object_end(j);
}

/* ---- tables ---------------------------------------------------------------------------------- */

#define MOST_SHOWN 8 /* of one fact in a table; 'show' and JSON have all */

/* How many of this name come before it. */
static size_t place_among_same(const struct cleat_facts *facts, size_t i)
{
	size_t n = 0;

	for (size_t k = 0; k < i && n <= MOST_SHOWN; k++)
		n += strcmp(cleat_facts_get(facts, k)->name, cleat_facts_get(facts, i)->name) == 0;
	return n;
}

/* All values of a fact, or of all that have no column, as "a,b" or "key=a key=b". */
static char *join(const struct cleat_facts *facts, const struct kind *k, const char *name)
{
	const struct cleat_fact *f;
	char *text = NULL;
	size_t size, place;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++) {
		bool has_column = false;

		if (name && strcmp(f->name, name) == 0)
			fprintf(out, "%s%s", ftell(out) ? "," : "", f->text);
		if (name)
			continue;
		for (const struct column *c = k->columns; c->fact; c++)
			has_column |= strcmp(c->fact, f->name) == 0;
		if (has_column)
			continue;
		place = place_among_same(facts, i);
		if (place < MOST_SHOWN)
			fprintf(out, "%s%s=%s", ftell(out) ? " " : "", f->name, f->text);
		else if (place == MOST_SHOWN)
			fprintf(out, " %s=...", f->name);
	}
	fclose(out);
	return text;
}

static struct table *new_table(const struct kind *k)
{
	struct table *t = table_new();

	for (const struct column *c = k->columns; c->fact; c++)
		table_column(t, c->heading, c->flags);
	if (k->details)
		table_column(t, "DETAILS", TABLE_GIVES);
	return t;
}

static void facts_row(struct table *t, const struct kind *k, const struct cleat_facts *facts)
{
	char *text;

	table_row(t);
	for (const struct column *c = k->columns; c->fact; c++) {
		text = join(facts, k, c->fact);
		table_cell(t, text);
		free(text);
	}
	if (!k->details)
		return;
	text = join(facts, k, NULL);
	table_cell(t, text);
	free(text);
}

static int facts_table(const struct cleat_facts *facts)
{
	struct table *t = table_new();
	const struct cleat_fact *f;

	table_column(t, NULL, 0);
	table_column(t, NULL, 0);
	for (size_t i = 0; (f = cleat_facts_get(facts, i)); i++) {
		table_row(t);
		table_cell(t, f->name);
		table_cell(t, f->text);
	}
	return table_print(t);
}

/* ---- list ------------------------------------------------------------------------------------ */

static int list_json(struct cli *cli, const struct kind *k, struct json *j, const char *key)
{
	struct cleat_facts *facts;
	int status = CLI_DONE;
	uint32_t id = 0;

	json_array(j, key);
	while ((facts = find_next(cli, k->kind, &id, &status))) {
		json_break(j);
		facts_json(j, facts);
		cleat_facts_free(facts);
	}
	json_array_end(j);
	return status;
}

static int list_table(struct cli *cli, const struct kind *k)
{
	struct table *t = new_table(k);
	struct cleat_facts *facts;
	int status = CLI_DONE;
	uint32_t id = 0;

	while ((facts = find_next(cli, k->kind, &id, &status))) {
		facts_row(t, k, facts);
		cleat_facts_free(facts);
	}
	return status | table_print(t);
}

static int list_all(struct cli *cli, struct json *j)
{
	int status = CLI_DONE;

	if (cli->json)
		json_object(j, NULL);
	for (size_t i = 0; i < N_KINDS; i++) {
		if (cli->json) {
			json_break(j);
			status |= list_json(cli, &kinds[i], j, kinds[i].many);
		} else {
			printf("%s%s:\n", i ? "\n" : "", kinds[i].many);
			status |= list_table(cli, &kinds[i]);
		}
	}
	if (cli->json)
		json_object_end(j);
	return status;
}

/* ---- what is attached somewhere --------------------------------------------------------------- */

static const struct kind attached = {
	.many = "attached",
	.one = "attached",
	.columns = { { "program", "PROGRAM", TABLE_RIGHT },
		     { "type", "TYPE", 0 },
		     { "name", "NAME", 0 },
		     { "link", "LINK", TABLE_RIGHT } },
	.details = true,
};

static void copy_fact(struct cleat_facts *to, const struct cleat_fact *f)
{
	if (f->kind == CLEAT_FACT_NUMBER)
		cleat_facts_number(to, f->name, f->number);
	else if (f->kind == CLEAT_FACT_BOOL)
		cleat_facts_bool(to, f->name, f->number);
	else
		cleat_facts_text(to, f->name, "%s", f->text);
}

/* The kernel's words for the program: who else may not ask for it. */
static void add_program(struct cli *cli, uint32_t id, struct cleat_facts *to)
{
	static const char *const wanted[] = { "type", "name" };
	struct cleat_facts *facts = cleat_facts_new();

	if (facts && cleat_kernel_facts(cli->c, CLEAT_PROGRAMS, id, facts) == 0)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (cleat_facts_find(facts, wanted[i]))
				cleat_facts_text(to, wanted[i], "%s",
						 cleat_facts_find(facts, wanted[i]));
	cleat_facts_free(facts);
}

/* The next of them: "program" begins each. NULL at the end. */
static struct cleat_facts *next_attached(struct cli *cli, const struct cleat_facts *all, size_t *i)
{
	const struct cleat_fact *f;
	struct cleat_facts *one;

	while ((f = cleat_facts_get(all, *i)) && strcmp(f->name, "program") != 0)
		(*i)++;
	one = f ? cleat_facts_new() : NULL;
	if (!one)
		return NULL;
	copy_fact(one, f);
	add_program(cli, (uint32_t)f->number, one);
	for ((*i)++; (f = cleat_facts_get(all, *i)) && strcmp(f->name, "program") != 0; (*i)++)
		copy_fact(one, f);
	return one;
}

static int print_attached(struct cli *cli, const struct cleat_facts *all)
{
	struct table *t = cli->json ? NULL : new_table(&attached);
	struct json j = { .out = stdout };
	struct cleat_facts *one;
	size_t i = 0;

	if (cli->json)
		json_array(&j, NULL);
	while ((one = next_attached(cli, all, &i))) {
		if (cli->json) {
			json_break(&j);
			facts_json(&j, one);
		} else {
			facts_row(t, &attached, one);
		}
		cleat_facts_free(one);
	}
	if (!cli->json)
		return table_print(t);
	json_array_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

/* @argv: a plugin and keys, NULL at the end. */
static int list_attached(struct cli *cli, int argc, char **argv)
{
	struct cleat_facts *all;
	int status, err;

	if (argc < 1)
		return cli_usage(cli, "attached by which plugin?");
	status = cli_open(cli);
	if (status)
		return status;
	all = cleat_facts_new();
	err = all ? cleat_kernel_attached(cli->c, argv[0], (const char *const *)(argv + 1), all)
		  : -ENOMEM;
	status = err ? cli_failed(cli) : print_attached(cli, all);
	cleat_facts_free(all);
	return status;
}

static int run_list(struct cli *cli, int argc, char **argv)
{
	struct json j = { .out = stdout };
	const struct kind *k = NULL;
	int status;

	if (argc && strcmp(argv[0], "attached") == 0)
		return list_attached(cli, argc - 1, argv + 1);
	if (argc > 1)
		return cli_usage(cli, "one kind at a time, or all of them");
	status = argc ? find_kind(cli, argv[0], &k) : 0;
	if (!status)
		status = cli_open(cli);
	if (status)
		return status;
	if (!k)
		status = list_all(cli, &j);
	else if (cli->json)
		status = list_json(cli, k, &j, NULL);
	else
		status = list_table(cli, k);
	if (cli->json)
		json_newline(&j);
	return status;
}

const struct cli_verb verb_list = {
	.name = "list",
	.arguments = "[programs|maps|links|btf|attached ...]",
	.summary = "list what is in the kernel, whoever put it there",
	.details = "'attached PLUGIN [KEY=VALUE...]' lists the programs, anybody's, that are attached where\n"
		   "the keys of an [attach] section point, in the order in which the kernel runs them.\n",
	.run = run_list,
};

/* ---- show ------------------------------------------------------------------------------------ */

/* Types of a map's keys and values are known to a map's handle. */
static void add_types(struct cli *cli, const char *id, struct cleat_facts *facts)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat_map *m;

	if (cleat_map_find(cli->c, id, &m) < 0)
		return;
	cleat_map_info(m, &info);
	if (info.key_type)
		cleat_facts_text(facts, "key-type", "%s", info.key_type);
	if (info.value_type)
		cleat_facts_text(facts, "value-type", "%s", info.value_type);
	cleat_map_close(m);
}

static int show_facts(struct cli *cli, const struct kind *k, struct json *j,
		      struct cleat_facts *facts, bool first)
{
	const char *id = cleat_facts_find(facts, "id");

	if (k->kind == CLEAT_MAPS && id)
		add_types(cli, id, facts);
	if (cli->json) {
		json_break(j);
		facts_json(j, facts);
		return CLI_DONE;
	}
	if (!first)
		putchar('\n');
	return facts_table(facts);
}

static int show_id(struct cli *cli, const struct kind *k, struct json *j, uint32_t id, bool first)
{
	struct cleat_facts *facts = cleat_facts_new();
	int err = facts ? cleat_kernel_facts(cli->c, k->kind, id, facts) : -ENOMEM;
	int status = CLI_FAILED;

	if (err == -ENOENT)
		fprintf(stderr, "cleat: error: no %s has the id %u\n", k->one, id);
	else if (err)
		cli_failed(cli);
	else
		status = show_facts(cli, k, j, facts, first);
	cleat_facts_free(facts);
	return status;
}

static int run_show(struct cli *cli, int argc, char **argv)
{
	struct json j = { .out = stdout };
	const struct kind *k = NULL;
	uint32_t *ids = NULL;
	size_t n = 0;
	int status;

	if (argc != 2)
		return cli_usage(cli, "show takes a kind and an id, a name, or the path of a pin");
	status = find_kind(cli, argv[0], &k);
	if (!status)
		status = cli_open(cli);
	if (status)
		return status;
	if (cli->json)
		json_array(&j, NULL);
	status = find_ids(cli, &(struct find_kind){ k->kind, k->one, k->many }, argv[1], &ids, &n);
	for (size_t i = 0; i < n; i++)
		status |= show_id(cli, k, &j, ids[i], i == 0);
	free(ids);
	if (cli->json) {
		json_array_end(&j);
		json_newline(&j);
	}
	return status;
}

const struct cli_verb verb_show = {
	.name = "show",
	.arguments = "program|map|link|btf ID|NAME|PATH",
	.summary = "show all that is known of one of them",
	.details = "With --json a list: a name may belong to several.\n",
	.run = run_show,
};
