/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * verify.c - cleat verify: what the kernel's verifier says to each program of an object. Maps are
 * created, programs are loaded and dropped one by one; nothing is attached, pinned, or taken from a
 * pin. One context for all objects: the kernel's BTF is read once.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "guess.h"
#include "json.h"
#include "settings.h"
#include "table.h"

/* The verifier's statistics, without the log of a program that loads. */
#define LOG_STATISTICS 4

/* ---- maps ------------------------------------------------------------------------------------ */

static char *add_note(char *notes, const char *fmt, ...) CLEAT_PRINTF(2, 3);

/* Takes @notes. */
static char *add_note(char *notes, const char *fmt, ...)
{
	char *text, *all;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (!text || !notes)
		return text ? text : notes;
	if (asprintf(&all, "%s; %s", notes, text) < 0)
		return notes;
	free(notes);
	free(text);
	return all;
}

/* The map that the last call stumbled over, or NULL. */
static struct cleat_map *map_to_blame(const struct cli *cli, struct cleat_object *o)
{
	for (size_t i = 0; i < cleat_diag_count(cli->c); i++) {
		const struct cleat_diag *d = cleat_diag_get(cli->c, i);

		if (d->level == CLEAT_ERROR && d->map)
			return cleat_object_map(o, d->map);
	}
	return NULL;
}

static bool guess(struct cleat_map *m, const char *lacks, const char *key, const char *value,
		  char **notes)
{
	if (cleat_map_set_param(m, key, value) < 0)
		return false;
	*notes = add_note(*notes, "map '%s' has no %s: tried with %s %s", cleat_map_name(m), lacks,
			  key, value);
	return true;
}

/*
 * Sizes that the application sets before loading are 0 in the file. An operator says them in the
 * unit; here the smallest will do: one entry, or a page where entries are bytes; and values, where
 * only keys have a size, as those of stacks with as many frames as the kernel records.
 */
static bool guess_size(struct cleat_map *m, char **notes)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	bool guessed = false;

	cleat_map_info(m, &info);
	if (!info.max_entries)
		guessed = guess(m, "size", "max-entries",
				info.key_size || info.value_size ? "1" : "4096", notes);
	if (info.key_size && !info.value_size)
		guessed |= guess(m, "size of its values", "value-size", "1016", notes);
	return guessed;
}

/* Numbers that the application puts into the code: as zero, most of it makes sense. */
static char *guess_constants(struct cleat_object *o)
{
	struct cleat_global g = { .size = sizeof(g) };
	char *notes = NULL;

	for (size_t i = 0; cleat_object_global_at(o, i, &g) == 0; i++)
		if (g.undefined && cleat_object_set_global(o, g.name, "0") == 0)
			notes = add_note(notes, "constant '%s' has no value: tried with 0", g.name);
	return notes;
}

/*
 * A map that cannot be made is the trouble of the programs that use it: they will say so. Returns
 * what there is to note, or NULL.
 */
static char *create_maps(struct cli *cli, struct cleat_object *o)
{
	struct cleat_map *m, *blamed;
	char *notes = guess_constants(o);

	for (size_t i = 0; (m = cleat_object_map_at(o, i)); i++)
		cleat_map_set_param(m, "pin", "no");
	while (cleat_object_create_maps(o) < 0) {
		blamed = map_to_blame(cli, o);
		if (!blamed || !guess_size(blamed, &notes))
			break;
	}
	return notes;
}

/* ---- one program ----------------------------------------------------------------------------- */

struct verdict {
	struct cleat_program_info info;
	char *error, *hint, *log, *note;
	char *guess; /* what it was tried as, where its section's name does not say what it is */
	char *source_file, *source_text, *reg_value;
	unsigned int source_line;
	size_t omitted;
	int64_t insn; /* -1: none */
	int reg;      /* -1: none */
	char *text; /* the same for people */
};

static void verdict_free(struct verdict *v)
{
	free(v->error);
	free(v->hint);
	free(v->log);
	free(v->note);
	free(v->guess);
	free(v->source_file);
	free(v->source_text);
	free(v->reg_value);
	free(v->text);
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* Where the verifier stopped, of the first error that says it. */
static void keep_place(struct verdict *v, const struct cleat_diag *d)
{
	if (v->insn >= 0 || v->source_file || (d->insn < 0 && !d->source_file))
		return;
	v->insn = d->insn;
	v->reg = d->reg;
	v->omitted = d->omitted;
	v->reg_value = copy(d->reg_value);
	v->source_file = copy(d->source_file);
	v->source_line = d->source_line;
	v->source_text = copy(d->source_text);
}

/* Diagnostics live until the next call: all that is needed of them is copied. */
static void keep_diags(struct cli *cli, struct verdict *v)
{
	size_t size;
	FILE *out;

	v->error = cli_what(cli, CLEAT_ERROR);
	v->note = cli_what(cli, CLEAT_WARNING);
	for (size_t i = 0; i < cleat_diag_count(cli->c); i++) {
		const struct cleat_diag *d = cleat_diag_get(cli->c, i);

		if (d->level != CLEAT_ERROR)
			continue;
		if (!v->hint)
			v->hint = copy(d->hint);
		if (!v->log)
			v->log = copy(cli->full_log && d->full_log ? d->full_log : d->log);
		keep_place(v, d);
	}
	if (cli->json)
		return;
	out = open_memstream(&v->text, &size);
	if (out) {
		cli_diags_to(cli, out, CLEAT_WARNING);
		fclose(out);
	}
}

static void try_program(struct cli *cli, struct cleat_program *p, struct verdict *v,
			char **map_notes)
{
	struct cleat_map *blamed;
	int err;

	for (;;) {
		*v = (struct verdict) { .info.size = sizeof(v->info), .insn = -1, .reg = -1 };
		err = cleat_program_load(p);
		keep_diags(cli, v);
		/* A map that was not reached before, because another one failed, is made here. */
		blamed = err ? map_to_blame(cli, cleat_program_object(p)) : NULL;
		if (!blamed || cleat_map_fd(blamed) >= 0 || !guess_size(blamed, map_notes))
			break;
		verdict_free(v);
	}
	if (err && !v->error)
		v->error = copy(strerror(-err));
	cleat_program_info(p, &v->info);
	cleat_program_unload(p);
}

/* A verdict that is worth more than 'no plugin for that section': it loads as what was guessed. */
static bool guess_type(struct cli *cli, struct cleat_program *p, struct verdict *v,
		       char **map_notes)
{
	const char *section = v->info.section;
	struct verdict tried;
	struct guess g;

	guess_sections(&g, cli->c, &v->info);
	for (size_t i = 0; i < g.n; i++) {
		if (cleat_program_set_section(p, g.sections[i]) < 0)
			continue;
		try_program(cli, p, &tried, map_notes);
		/* What was no more than usual is nothing to explain a refusal with. */
		if (!tried.info.loaded && (i + 1 < g.known || i >= g.known)) {
			verdict_free(&tried);
			continue;
		}
		verdict_free(v);
		*v = tried;
		v->info.section = section;
		v->guess = add_note(NULL, "no plugin for section '%s': tried as '%s'", section,
				    g.sections[i]);
		return tried.info.loaded;
	}
	return false;
}

static void verify_program(struct cli *cli, struct cleat_program *p, struct verdict *v,
			   char **map_notes)
{
	try_program(cli, p, v, map_notes);
	if (!v->info.plugin)
		guess_type(cli, p, v, map_notes);
}

/* ---- what it says ---------------------------------------------------------------------------- */

static void tag_text(const struct cleat_program_info *info, char text[static 17])
{
	for (size_t i = 0; i < sizeof(info->tag); i++)
		snprintf(text + 2 * i, 3, "%02x", info->tag[i]);
}

/* 0 is "not known" for all numbers here. */
static void number_or_null(struct json *j, const char *key, uint64_t number)
{
	if (number)
		json_number(j, key, number);
	else
		json_null(j, key);
}

/* The same as in struct cleat_diag: the instruction, its register, and the line in the source. */
static void place_json(struct json *j, const struct verdict *v)
{
	if (v->insn >= 0)
		json_number(j, "insn", (uint64_t)v->insn);
	else
		json_null(j, "insn");
	if (v->reg >= 0)
		json_number(j, "register", (uint64_t)v->reg);
	else
		json_null(j, "register");
	json_text(j, "register_value", v->reg_value);
	json_text(j, "source_file", v->source_file);
	number_or_null(j, "source_line", v->source_line);
	json_text(j, "source_text", v->source_text);
}

static void program_json(const char *object, const struct verdict *v, const char *map_note)
{
	const struct cleat_program_info *info = &v->info;
	struct json j = { .out = stdout };
	char tag[17], *note = NULL;

	tag_text(info, tag);
	if (map_note)
		note = add_note(note, "%s", map_note);
	if (v->guess)
		note = add_note(note, "%s", v->guess);
	if (v->note)
		note = add_note(note, "%s", v->note);
	json_object(&j, NULL);
	json_text(&j, "object", object);
	json_text(&j, "program", info->name);
	json_text(&j, "section", info->section);
	json_text(&j, "plugin", info->plugin);
	json_text(&j, "type", info->type);
	json_text(&j, "expected_attach_type", info->attach_type);
	json_bool(&j, "loaded", info->loaded);
	json_text(&j, "tag", info->loaded ? tag : NULL);
	number_or_null(&j, "insns", info->verified_insns);
	number_or_null(&j, "states", info->states);
	number_or_null(&j, "size", info->loaded_insns);
	number_or_null(&j, "load_ns", info->load_ns);
	json_text(&j, "error", v->error);
	json_text(&j, "hint", v->hint);
	place_json(&j, v);
	json_text(&j, "log", v->log);
	number_or_null(&j, "omitted", v->omitted);
	json_text(&j, "note", note);
	json_object_end(&j);
	json_newline(&j);
	/* A program may keep the verifier busy for long: what is known is seen at once. */
	fflush(stdout);
	free(note);
}

/* An object without a verdict on any program: it cannot be opened, or has none. */
static void object_json(const char *object, bool loaded, const char *error, const char *note)
{
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	json_text(&j, "object", object);
	json_null(&j, "program");
	json_bool(&j, "loaded", loaded);
	json_text(&j, "error", error);
	json_text(&j, "note", note);
	json_object_end(&j);
	json_newline(&j);
	fflush(stdout);
}

static struct table *new_table(void)
{
	struct table *t = table_new();

	table_column(t, "PROGRAM", 0);
	table_column(t, "TYPE", 0);
	table_column(t, "SECTION", TABLE_GIVES);
	table_column(t, "VERDICT", 0);
	table_column(t, "INSNS", TABLE_RIGHT);
	table_column(t, "STATES", TABLE_RIGHT);
	table_column(t, "TIME", TABLE_RIGHT);
	return t;
}

static void count_cell(struct table *t, uint64_t number)
{
	if (number)
		table_format(t, "%llu", (unsigned long long)number);
	else
		table_cell(t, NULL);
}

static void program_row(struct table *t, const struct verdict *v)
{
	table_row(t);
	table_cell(t, v->info.name);
	table_cell(t, v->info.type);
	table_cell(t, v->info.section);
	table_cell(t, v->info.loaded ? "loads" : "refused");
	count_cell(t, v->info.verified_insns);
	count_cell(t, v->info.states);
	if (v->info.load_ns)
		table_format(t, "%.2f ms", (double)v->info.load_ns / 1e6);
	else
		table_cell(t, NULL);
}

/* The table, then the reasons: they are what was asked for, so they go where the table goes. */
static int print_object(const char *path, struct table *t, const char *map_note,
			const struct verdict *verdicts, size_t n)
{
	size_t loaded = 0;
	int status;

	for (size_t i = 0; i < n; i++)
		loaded += verdicts[i].info.loaded;
	printf("%s: %zu of %zu program%s load%s\n", path, loaded, n, n == 1 ? "" : "s",
	       n == 1 ? "s" : "");
	if (map_note)
		printf("note: %s\n", map_note);
	for (size_t i = 0; i < n; i++)
		if (verdicts[i].guess)
			printf("note: program '%s': %s\n", verdicts[i].info.name,
			       verdicts[i].guess);
	status = table_print(t);
	for (size_t i = 0; i < n; i++) {
		const char *text = verdicts[i].text ? verdicts[i].text : "";
		const char *before = i && verdicts[i - 1].text ? verdicts[i - 1].text : "";

		/* what is wrong with the object, or with a file of types, is said once */
		if (*text && strcmp(text, before) != 0)
			printf("%s%s", i ? "\n" : "", text);
	}
	fflush(stdout);
	return status;
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* Only maps: they are all there is to say something about. */
static int verify_maps(struct cli *cli, const char *path, struct cleat_object *o)
{
	char *note = create_maps(cli, o), *error;
	int err = cleat_object_create_maps(o);

	error = err ? cli_what(cli, CLEAT_ERROR) : NULL;
	if (cli->json) {
		object_json(path, !err, error, note);
	} else {
		printf("%s: no programs\n", path);
		if (note)
			printf("note: %s\n", note);
		cli_diags_to(cli, stdout, CLEAT_WARNING);
	}
	free(note);
	free(error);
	return err ? CLI_FAILED : CLI_DONE;
}

/*
 * The next program to judge, from the @i-th on. A function in a section that says nothing, which others
 * call, is verified with them.
 */
static struct cleat_program *next_program(struct cleat_object *o, size_t *i)
{
	struct cleat_program_info info = { .size = sizeof(info) };
	struct cleat_program *p;

	while ((p = cleat_object_program_at(o, (*i)++))) {
		cleat_program_info(p, &info);
		if (info.plugin || !info.called)
			return p;
	}
	return NULL;
}

/* What all of them want of the kernel is then looked for in one sweep. */
static size_t choose_all(struct cleat_object *o)
{
	struct cleat_program *p;
	size_t n = 0;

	for (size_t i = 0; (p = next_program(o, &i)); n++)
		cleat_program_set_autoload(p, true);
	return n;
}

static int verify_programs(struct cli *cli, const char *path, struct cleat_object *o)
{
	size_t n = choose_all(o), at = 0;
	int status = CLI_DONE;
	struct table *t = NULL;
	struct verdict *verdicts;
	char *map_note;

	if (n == 0)
		return verify_maps(cli, path, o);
	verdicts = calloc(n, sizeof(*verdicts));
	if (!verdicts) {
		fputs("cleat: error: out of memory\n", stderr);
		return CLI_FAILED;
	}
	map_note = create_maps(cli, o);
	if (!cli->json)
		t = new_table();
	for (size_t i = 0; i < n; i++) {
		verify_program(cli, next_program(o, &at), &verdicts[i], &map_note);
		if (!verdicts[i].info.loaded)
			status = CLI_FAILED;
		if (cli->json)
			program_json(path, &verdicts[i], map_note);
		else
			program_row(t, &verdicts[i]);
	}
	if (!cli->json)
		status |= print_object(path, t, map_note, verdicts, n);
	for (size_t i = 0; i < n; i++)
		verdict_free(&verdicts[i]);
	free(verdicts);
	free(map_note);
	return status;
}

/* @settings: the @n words behind the object. */
static int verify(struct cli *cli, const char *path, int n, char **settings)
{
	struct cleat_object *o;
	char *error;
	int status;

	if (cleat_object_open(cli->c, path, &o) < 0) {
		error = cli_what(cli, CLEAT_ERROR);
		if (cli->json)
			object_json(path, false, error ? error : "unknown", NULL);
		else
			cli_failed(cli);
		free(error);
		return CLI_FAILED;
	}
	status = settings_apply(cli, o, n, settings);
	if (status == CLI_DONE)
		status = verify_programs(cli, path, o);
	cleat_object_close(o);
	return status;
}

static int run_verify(struct cli *cli, int argc, char **argv)
{
	int status = CLI_DONE, n;

	if (argc == 0)
		return cli_usage(cli, "which object?");
	for (int i = 1; i < argc && status == CLI_DONE; i++)
		i += settings_count(cli, argc - i, argv + i, &status);
	cli->log_level = LOG_STATISTICS;
	if (status == CLI_DONE)
		status = cli_open(cli);
	if (status)
		return status;
	for (int i = 0; i < argc; i += 1 + n) {
		int usage;

		n = settings_count(cli, argc - i - 1, argv + i + 1, &usage);
		if (i && !cli->json)
			putchar('\n');
		status |= verify(cli, argv[i], n, argv + i + 1);
	}
	return status;
}

const struct cli_verb verb_verify = {
	.name = "verify",
	.arguments = "OBJECT [map NAME KEY=VALUE...] [global NAME=VALUE...]...",
	.summary = "ask the kernel's verifier about each program",
	.details =
		"Each program is loaded on its own and dropped again; nothing is attached or pinned.\n"
		"Behind an object: what a unit would say in [map] and [global].\n"
		"INSNS are the instructions that the verifier processed. With --json, a line a\n"
		"program. Exit status 1 when one did not load.\n",
	.run = run_verify,
};
