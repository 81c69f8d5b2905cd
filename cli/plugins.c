/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plugins.c - cleat plugins: what is installed, and which keys it takes. The list runs no plugin;
 * the keys are the plugin's own table. --index makes loads find them faster.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "selftest.h"
#include "table.h"

static void info_json(struct json *j, const struct cleat_plugin_info *info)
{
	json_text(j, "name", info->name);
	json_text(j, "kind", info->kind);
	json_text(j, "summary", info->summary);
	json_number(j, "abi", info->abi);
	json_text(j, "manual", info->manual);
	json_text(j, "file", info->file);
	json_text(j, "descriptor", info->descriptor);
	json_array(j, strcmp(info->kind, "map") == 0 ? "types" : "sections");
	for (size_t i = 0; info->sections && info->sections[i]; i++)
		json_text(j, NULL, info->sections[i]);
	json_array_end(j);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static int list_json(struct cli *cli)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };
	struct json j = { .out = stdout };

	json_array(&j, NULL);
	for (size_t i = 0; cleat_plugin_at(cli->c, i, &info) == 0; i++) {
		/* What is wrong with descriptors is said once, when they are read. */
		cli_diags(cli);
		json_break(&j);
		json_object(&j, NULL);
		info_json(&j, &info);
		json_object_end(&j);
	}
	cli_diags(cli);
	json_array_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

static int list_table(struct cli *cli)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };
	struct table *t = table_new();

	table_column(t, "NAME", 0);
	table_column(t, "KIND", 0);
	table_column(t, "SUMMARY", TABLE_GIVES);
	for (size_t i = 0; cleat_plugin_at(cli->c, i, &info) == 0; i++) {
		cli_diags(cli);
		table_row(t);
		table_cell(t, info.name);
		table_cell(t, info.kind);
		table_cell(t, info.summary);
	}
	cli_diags(cli);
	return table_print(t);
}

/* ---- one ------------------------------------------------------------------------------------- */

/* 0 and the key, 1 at the end, or negative after saying why. */
static int key_at(struct cli *cli, const struct cleat_plugin_info *info, size_t i,
		  struct cleat_key_info *key)
{
	*key = (struct cleat_key_info) { .size = sizeof(*key) };
	if (cleat_plugin_key_at(cli->c, info->kind, info->name, i, key) == 0)
		return 0;
	if (cleat_diag_count(cli->c) == 0)
		return 1;
	cli_failed(cli);
	return -1;
}

static int show_json(struct cli *cli, const struct cleat_plugin_info *info)
{
	struct json j = { .out = stdout };
	struct cleat_key_info key;
	int more;

	json_object(&j, NULL);
	info_json(&j, info);
	json_array(&j, "keys");
	for (size_t i = 0; (more = key_at(cli, info, i, &key)) == 0; i++) {
		json_break(&j);
		json_object(&j, NULL);
		json_text(&j, "name", key.name);
		json_text(&j, "type", key.type);
		json_text(&j, "choices", key.choices);
		json_text(&j, "default", key.preset);
		json_text(&j, "help", key.help);
		json_bool(&j, "required", key.required);
		json_bool(&j, "repeat", key.repeat);
		json_bool(&j, "load", key.load);
		json_bool(&j, "shared", key.shared);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_newline(&j);
	return more < 0 ? CLI_FAILED : CLI_DONE;
}

/* "required, repeatable" behind the help. */
static void help_cell(struct table *t, const struct cleat_key_info *key)
{
	const char *words[3];
	size_t n = 0;

	if (key->required)
		words[n++] = "required";
	if (key->repeat)
		words[n++] = "may be repeated";
	if (key->load)
		words[n++] = "also in [program]";
	table_format(t, "%s%s%s%s%s%s%s%s", key->help ? key->help : "", n ? " (" : "",
		     n ? words[0] : "", n > 1 ? ", " : "", n > 1 ? words[1] : "", n > 2 ? ", " : "",
		     n > 2 ? words[2] : "", n ? ")" : "");
}

static int keys_table(struct cli *cli, const struct cleat_plugin_info *info)
{
	struct table *t = table_new();
	struct cleat_key_info key;
	int more;

	table_column(t, "KEY", 0);
	table_column(t, "TYPE", 0);
	table_column(t, "DEFAULT", 0);
	table_column(t, "HELP", TABLE_GIVES);
	for (size_t i = 0; (more = key_at(cli, info, i, &key)) == 0; i++) {
		table_row(t);
		table_cell(t, key.name);
		table_cell(t, key.choices ? key.choices : key.type);
		table_cell(t, key.preset);
		help_cell(t, &key);
	}
	if (more < 0) {
		table_free(t);
		return CLI_FAILED;
	}
	if (table_rows(t))
		putchar('\n');
	else
		puts("\nit takes no keys");
	return table_print(t);
}

static int show_table(struct cli *cli, const struct cleat_plugin_info *info)
{
	bool map = strcmp(info->kind, "map") == 0;

	printf("%s: %s\n", info->name, info->summary);
	printf("  kind        %s\n", info->kind);
	if (info->manual)
		printf("  manual      %s\n", info->manual);
	for (size_t i = 0; info->sections && info->sections[i]; i++)
		printf("  %-11s %s\n", i ? "" : map ? "types" : "sections", info->sections[i]);
	if (info->file)
		printf("  file        %s\n  descriptor  %s\n", info->file, info->descriptor);
	else
		printf("  file        inside this program\n");
	return keys_table(cli, info);
}

static int no_plugin(const char *name, const char *const *names, size_t n)
{
	const char *near = cli_nearest(name, names, n);

	fflush(stdout);
	fprintf(stderr, "cleat: error: no plugin '%s'\n", name);
	if (near)
		fprintf(stderr, "  hint: did you mean '%s'?\n", near);
	else
		fprintf(stderr, "  hint: 'cleat plugins' shows all\n");
	return CLI_FAILED;
}

#define MAX_NAMES 512

static int show(struct cli *cli, const char *name)
{
	struct cleat_plugin_info info = { .size = sizeof(info) };
	const char *names[MAX_NAMES];
	size_t n = 0;

	for (size_t i = 0; cleat_plugin_at(cli->c, i, &info) == 0; i++) {
		cli_diags(cli); /* why another one was refused may be the answer */
		if (strcmp(info.name, name) == 0)
			return cli->json ? show_json(cli, &info) : show_table(cli, &info);
		if (n < MAX_NAMES)
			names[n++] = info.name;
	}
	return no_plugin(name, names, n);
}

/* ---- their index ----------------------------------------------------------------------------- */

static int write_indexes(struct cli *cli, int n, char **dirs)
{
	int err = n ? 0 : cleat_plugins_index(cli->c, NULL);

	for (int i = 0; i < n && !err; i++)
		err = cleat_plugins_index(cli->c, dirs[i]);
	return err ? cli_failed(cli) : CLI_DONE;
}

static const char *tested; /* --selftest */
static int indexing;	   /* --index */

static int plugins_option(struct cli *cli, const char *name, const char *value)
{
	(void)cli;
	if (strcmp(name, "index") == 0)
		indexing = 1;
	else
		tested = value;
	return 0;
}

static int run_plugins(struct cli *cli, int argc, char **argv)
{
	int status;

	if (tested && (argc || indexing))
		return cli_usage(cli, "--selftest is about its file alone");
	if (tested)
		return selftest(cli, tested);
	if (argc > 1 && !indexing)
		return cli_usage(cli, "one plugin at a time, or all of them");
	status = cli_open(cli);
	if (status)
		return status;
	if (indexing)
		return write_indexes(cli, argc, argv);
	if (argc)
		return show(cli, argv[0]);
	return cli->json ? list_json(cli) : list_table(cli);
}

static const struct cli_option plugins_options[] = {
	{ "selftest", "FILE", "try the plugin FILE against the contract, and say what it breaks" },
	{ "index", NULL, "write the index of all descriptors, or of those in the directories NAME" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_plugins = {
	.name = "plugins",
	.arguments = "[NAME]",
	.summary = "list the plugins, or the keys that one takes",
	.options = plugins_options,
	.run = run_plugins,
	.option = plugins_option,
};
