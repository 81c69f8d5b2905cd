/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inspect.c - cleat inspect: what an object file says. No privilege, no system call into BPF, any
 * byte order; so that thousands of strangers' files can be looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "table.h"

/* Larger variables are tables and buffers: their bytes help nobody. */
#define VALUE_MOST 512

/* ---- JSON ------------------------------------------------------------------------------------ */

static void program_json(struct json *j, const struct cleat_program *p)
{
	struct cleat_program_info info = { .size = sizeof(info) };

	cleat_program_info(p, &info);
	json_object(j, NULL);
	json_text(j, "name", info.name);
	json_text(j, "section", info.section);
	json_text(j, "plugin", info.plugin);
	json_text(j, "type", info.type);
	json_text(j, "expected_attach_type", info.attach_type);
	json_bool(j, "sleepable", info.sleepable);
	json_bool(j, "autoload", info.autoload);
	json_number(j, "instructions", info.insns);
	json_object_end(j);
}

static void map_json(struct json *j, struct cleat_map *m)
{
	struct cleat_map_info info = { .size = sizeof(info) };

	cleat_map_info(m, &info);
	json_object(j, NULL);
	json_text(j, "name", info.name);
	json_text(j, "plugin", info.plugin);
	json_text(j, "type", info.type);
	json_number(j, "type_number", info.type_number);
	json_number(j, "key_size", info.key_size);
	json_number(j, "value_size", info.value_size);
	json_number(j, "max_entries", info.max_entries);
	json_number(j, "flags", info.flags);
	json_number(j, "extra", info.extra);
	json_bool(j, "data", info.data);
	json_text(j, "key_type", info.key_type);
	json_text(j, "value_type", info.value_type);
	json_object_end(j);
}

/*
 * The value that the file gives a variable, or NULL: zeroes of .bss, large ones, and those of a
 * machine of the other byte order are left out.
 */
static char *value_of(struct cleat_object *o, const struct cleat_global *g, bool native, bool json)
{
	char *text = NULL;

	if (g->undefined || !native || g->bytes > VALUE_MOST ||
	    (g->section && strncmp(g->section, ".bss", 4) == 0))
		return NULL;
	return cleat_object_get_global(o, g->name, json, &text) ? NULL : text;
}

static void globals_json(struct json *j, struct cleat_object *o, bool native)
{
	struct cleat_global g = { .size = sizeof(g) };

	json_array(j, "globals");
	for (size_t i = 0; cleat_object_global_at(o, i, &g) == 0; i++) {
		char *value = value_of(o, &g, native, true);

		json_object(j, NULL);
		json_text(j, "name", g.name);
		json_text(j, "type", g.type);
		json_text(j, "section", g.section);
		json_number(j, "offset", g.offset);
		json_number(j, "size", g.bytes);
		json_bool(j, "read_only", g.read_only);
		json_raw(j, "value", value ? value : "null");
		json_object_end(j);
		free(value);
	}
	json_array_end(j);
}

/* One line an object: thousands of them are a stream. */
static void inspect_json(struct cleat_object *o, const struct cleat_facts *facts, bool native)
{
	struct json j = { .out = stdout };
	struct cleat_program *p;
	struct cleat_map *m;

	json_object(&j, NULL);
	json_text(&j, "object", cleat_object_path(o));
	for (size_t i = 0; i < cleat_facts_count(facts); i++) {
		const struct cleat_fact *f = cleat_facts_get(facts, i);

		if (strcmp(f->name, "extern") == 0)
			continue;
		if (f->kind == CLEAT_FACT_NUMBER)
			json_number(&j, f->name, f->number);
		else
			json_text(&j, f->name, f->text);
	}
	json_array(&j, "programs");
	for (size_t i = 0; (p = cleat_object_program_at(o, i)); i++)
		program_json(&j, p);
	json_array_end(&j);
	json_array(&j, "maps");
	for (size_t i = 0; (m = cleat_object_map_at(o, i)); i++)
		map_json(&j, m);
	json_array_end(&j);
	globals_json(&j, o, native);
	json_array(&j, "externs");
	for (size_t i = 0; i < cleat_facts_count(facts); i++)
		if (strcmp(cleat_facts_get(facts, i)->name, "extern") == 0)
			json_text(&j, NULL, cleat_facts_get(facts, i)->text);
	json_array_end(&j);
	json_object_end(&j);
	json_newline(&j);
}

static void failure_json(const struct cli *cli, const char *path)
{
	struct json j = { .out = stdout };
	char *error = cli_what(cli, CLEAT_ERROR);

	json_object(&j, NULL);
	json_text(&j, "object", path);
	json_text(&j, "error", error ? error : "unknown");
	json_object_end(&j);
	json_newline(&j);
	free(error);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* What few programs are. */
static const char *flags_of(const struct cleat_program_info *info)
{
	if (info->sleepable)
		return info->autoload ? "sleepable" : "sleepable, off";
	return info->autoload ? NULL : "off";
}

static int programs_table(struct cleat_object *o)
{
	struct table *t = table_new();
	struct cleat_program *p;

	table_column(t, "PROGRAM", 0);
	table_column(t, "SECTION", TABLE_GIVES);
	table_column(t, "PLUGIN", 0);
	table_column(t, "TYPE", 0);
	table_column(t, "ATTACH", TABLE_GIVES);
	table_column(t, "INSNS", TABLE_RIGHT);
	table_column(t, "FLAGS", 0);
	for (size_t i = 0; (p = cleat_object_program_at(o, i)); i++) {
		struct cleat_program_info info = { .size = sizeof(info) };

		cleat_program_info(p, &info);
		table_row(t);
		table_cell(t, info.name);
		table_cell(t, info.section);
		table_cell(t, info.plugin);
		table_cell(t, info.type);
		table_cell(t, info.attach_type);
		table_format(t, "%zu", info.insns);
		table_cell(t, flags_of(&info));
	}
	if (table_rows(t))
		putchar('\n');
	return table_print(t);
}

static int maps_table(struct cleat_object *o)
{
	struct table *t = table_new();
	struct cleat_map *m;

	table_column(t, "MAP", 0);
	table_column(t, "TYPE", 0);
	table_column(t, "KEY", TABLE_RIGHT);
	table_column(t, "VALUE", TABLE_RIGHT);
	table_column(t, "ENTRIES", TABLE_RIGHT);
	table_column(t, "FLAGS", TABLE_RIGHT);
	table_column(t, "KEY TYPE", TABLE_GIVES);
	table_column(t, "VALUE TYPE", TABLE_GIVES);
	for (size_t i = 0; (m = cleat_object_map_at(o, i)); i++) {
		struct cleat_map_info info = { .size = sizeof(info) };

		cleat_map_info(m, &info);
		table_row(t);
		table_cell(t, info.name);
		if (info.type)
			table_cell(t, info.type);
		else
			table_format(t, "%u", info.type_number);
		table_format(t, "%u", info.key_size);
		table_format(t, "%u", info.value_size);
		table_format(t, "%u", info.max_entries);
		table_format(t, "0x%x", info.flags);
		table_cell(t, info.key_type);
		table_cell(t, info.value_type);
	}
	if (table_rows(t))
		putchar('\n');
	return table_print(t);
}

static int globals_table(struct cleat_object *o, bool native)
{
	struct cleat_global g = { .size = sizeof(g) };
	struct table *t = table_new();

	table_column(t, "GLOBAL", 0);
	table_column(t, "TYPE", 0);
	table_column(t, "SECTION", 0);
	table_column(t, "OFFSET", TABLE_RIGHT);
	table_column(t, "SIZE", TABLE_RIGHT);
	table_column(t, "VALUE", TABLE_GIVES);
	for (size_t i = 0; cleat_object_global_at(o, i, &g) == 0; i++) {
		char *value = value_of(o, &g, native, false);

		table_row(t);
		table_cell(t, g.name);
		table_cell(t, g.type);
		table_cell(t, g.section);
		table_format(t, "%llu", (unsigned long long)g.offset);
		table_format(t, "%llu", (unsigned long long)g.bytes);
		table_cell(t, value);
		free(value);
	}
	if (table_rows(t))
		putchar('\n');
	return table_print(t);
}

static int externs_table(const struct cleat_facts *facts)
{
	struct table *t = table_new();

	table_column(t, "EXTERN", 0);
	for (size_t i = 0; i < cleat_facts_count(facts); i++) {
		const struct cleat_fact *f = cleat_facts_get(facts, i);

		if (strcmp(f->name, "extern") != 0)
			continue;
		table_row(t);
		table_cell(t, f->text);
	}
	if (table_rows(t))
		putchar('\n');
	return table_print(t);
}

static int inspect_tables(struct cleat_object *o, const struct cleat_facts *facts, bool native)
{
	const char *comma = ": ";
	int status;

	/* "opens.bpf.o: license GPL, byte-order little, functions 3, ..." */
	fputs(cleat_object_path(o), stdout);
	for (size_t i = 0; i < cleat_facts_count(facts); i++) {
		const struct cleat_fact *f = cleat_facts_get(facts, i);

		if (strcmp(f->name, "extern") == 0)
			continue;
		printf("%s%s %s", comma, f->name, *f->text ? f->text : "none");
		comma = ", ";
	}
	putchar('\n');
	status = programs_table(o);
	status |= maps_table(o);
	status |= globals_table(o, native);
	status |= externs_table(facts);
	return status;
}

/* ---- the verb -------------------------------------------------------------------------------- */

static bool is_native(const struct cleat_facts *facts)
{
	const char *order = cleat_facts_find(facts, "byte-order");

	return !order ||
	       strcmp(order, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? "big" : "little") == 0;
}

static int inspect(struct cli *cli, const char *path)
{
	struct cleat_facts *facts = cleat_facts_new();
	struct cleat_object *o = NULL;
	int status = CLI_DONE;

	if (!facts || cleat_object_open(cli->c, path, &o) < 0 || cleat_object_facts(o, facts) < 0) {
		status = CLI_FAILED;
		if (cli->json)
			failure_json(cli, path);
		else
			cli_failed(cli);
	} else if (cli->json) {
		inspect_json(o, facts, is_native(facts));
	} else {
		status = inspect_tables(o, facts, is_native(facts));
	}
	cleat_object_close(o);
	cleat_facts_free(facts);
	return status;
}

static int run_inspect(struct cli *cli, int argc, char **argv)
{
	int status;

	if (argc == 0)
		return cli_usage(cli, "which object?");
	status = cli_open(cli);
	if (status)
		return status;
	for (int i = 0; i < argc; i++) {
		if (i && !cli->json)
			putchar('\n');
		status |= inspect(cli, argv[i]);
	}
	return status;
}

const struct cli_verb verb_inspect = {
	.name = "inspect",
	.arguments = "OBJECT...",
	.summary = "show what is in an object: programs, maps, globals, externs",
	.details =
		"Needs no privilege; objects of either byte order. Programs that are 'off' are not loaded\n"
		"unless that is asked for. With --json, a line an object.\n",
	.run = run_inspect,
};
