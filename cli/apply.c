/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * apply.c - cleat plan, apply, status and remove: what units would change in the kernel, the change, how
 * they stand, and the way back. What was applied stays when the command ends.
 */
#include <string.h>

#include "cli.h"
#include "json.h"
#include "keep.h"
#include "stay.h"
#include "table.h"

static const char *wanted_hash;
static bool exit_code, quiet, everything, watch, adopt;

static int plan_option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "exit-code") == 0) {
		exit_code = true;
	} else if (strcmp(name, "quiet") == 0) {
		quiet = true;
	} else if (strcmp(name, "all") == 0) {
		everything = true;
	} else if (strcmp(name, "adopt") == 0) {
		adopt = true;
	} else if (strcmp(name, "watch") == 0) {
		watch = true;
	} else if (strcmp(name, "ready-fd") == 0) {
		return stay_ready_option(cli, value);
	} else {
		if (strlen(value) != 64)
			return cli_usage(cli, "--plan takes the hash that 'cleat plan' shows");
		wanted_hash = value;
	}
	return 0;
}

/* ---- printing -------------------------------------------------------------------------------- */

static void print_step(const struct cleat_step *s)
{
	static const struct {
		const char *action, *sign;
	} signs[] = { { "create", "+" }, { "update", "~" }, { "remove", "-" }, { "adopt", "=" } };
	const char *sign = "?";

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcmp(signs[i].action, s->action) == 0)
			sign = signs[i].sign;
	printf("  %s %s %s", sign, s->kind, s->name);
	if (s->from && s->to)
		printf(": %s -> %s", s->from, s->to);
	else if (s->to && *s->to)
		printf(": %s", s->to);
	else if (s->from && *s->from)
		printf(": %s", s->from);
	if (s->why)
		printf(" (%s)", s->why);
	if (s->way && strcmp(s->way, "link") != 0)
		printf(" [%s]", s->way);
	if (s->lasts && strcmp(s->lasts, "process") == 0)
		printf(" [ends with the process: not to be applied]");
	if (s->missing)
		printf(" [missing: %s]", s->missing);
	putchar('\n');
}

static void print_plan(const struct cleat_plan *p)
{
	struct cleat_step s = { .size = sizeof(s) };
	const char *unit = NULL;

	for (size_t i = 0; cleat_plan_step(p, i, &s) == 0; i++) {
		if (!unit || strcmp(unit, s.unit) != 0)
			printf("%s\n", s.unit);
		unit = s.unit;
		print_step(&s);
	}
	if (!cleat_plan_count(p))
		printf("nothing to do: everything is as the units say\n");
}

static void print_plan_json(const struct cleat_plan *p)
{
	struct cleat_step s = { .size = sizeof(s) };
	struct json j = { .out = stdout };

	json_object(&j, NULL);
	json_text(&j, "hash", cleat_plan_hash(p));
	json_array(&j, "steps");
	for (size_t i = 0; cleat_plan_step(p, i, &s) == 0; i++) {
		json_break(&j);
		json_object(&j, NULL);
		json_text(&j, "action", s.action);
		json_text(&j, "unit", s.unit);
		json_text(&j, "kind", s.kind);
		json_text(&j, "name", s.name);
		json_text(&j, "from", s.from);
		json_text(&j, "to", s.to);
		json_text(&j, "why", s.why);
		json_text(&j, "way", s.way);
		json_text(&j, "lasts", s.lasts);
		json_text(&j, "missing", s.missing);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_newline(&j);
}

static void show(const struct cli *cli, const struct cleat_plan *p)
{
	if (cli->json)
		print_plan_json(p);
	else if (!quiet && (cleat_plan_count(p) || !cli->memory))
		print_plan(p);
}

/* ---- units ----------------------------------------------------------------------------------- */

/* Those that are named, or all of them. */
static int add_units(struct cli *cli, struct cleat_session *s, int argc, char **argv)
{
	if (argc == 0 && cleat_session_add_all(s) < 0)
		return cli_failed(cli);
	return cli_add_units(cli, s, argc, argv);
}

static int make_plan(struct cli *cli, struct cleat_session *s, bool all, bool to_apply,
		     struct cleat_plan **out)
{
	const struct cleat_plan_options options = {
		.size = sizeof(options),
		.all = all,
		.to_apply = to_apply,
		.guarded = true,
		.adopt = adopt,
	};

	if (cleat_plan_new(s, &options, out) < 0)
		return cli_failed(cli);
	cli_diags(cli);
	return CLI_DONE;
}

static int with_session(struct cli *cli, int argc, char **argv,
			int (*run)(struct cli *cli, struct cleat_session *s, bool all))
{
	struct cleat_session *s;
	int status = cli_open(cli);

	if (status)
		return status;
	if (cleat_session_new(cli->c, &s) < 0)
		return cli_failed(cli);
	status = add_units(cli, s, argc, argv);
	if (!status)
		status = run(cli, s, argc == 0);
	cleat_session_free(s);
	return status;
}

/* ---- remove ---------------------------------------------------------------------------------- */

static int apply_plan(struct cli *cli, struct cleat_plan *p)
{
	if (cleat_plan_apply(p) < 0)
		return cli_failed(cli);
	cli_diags(cli);
	show(cli, p);
	return CLI_DONE;
}

/* No file is asked: what was applied is known. */
static int remove_units(struct cli *cli, struct cleat_session *s, char **argv)
{
	const struct cleat_plan_options options = {
		.size = sizeof(options),
		.all = !*argv,
		.to_apply = true,
		.guarded = true,
		.gone = *argv ? (const char *const *)argv : NULL,
	};
	struct cleat_plan *p;
	int status;

	if (cleat_plan_new(s, &options, &p) < 0)
		return cli_failed(cli);
	status = apply_plan(cli, p);
	cleat_plan_free(p);
	return status;
}

static int run_remove(struct cli *cli, int argc, char **argv)
{
	struct cleat_session *s;
	int status;

	if (argc == 0 && !everything)
		return cli_usage(cli, "which unit? All of them: --all");
	if (argc && everything)
		return cli_usage(cli, "either units or --all");
	status = cli_open(cli);
	if (status)
		return status;
	if (cleat_session_new(cli->c, &s) < 0)
		return cli_failed(cli);
	status = remove_units(cli, s, argv);
	cleat_session_free(s);
	return status;
}

static const struct cli_option remove_options[] = {
	{ "all", NULL, "everything that was applied" },
	{ "quiet", NULL, "say nothing but errors" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_remove = {
	.name = "remove",
	.arguments = "UNIT...",
	.summary = "take away what was applied of units; nothing of theirs is left",
	.options = remove_options,
	.run = run_remove,
	.option = plan_option,
};

/* ---- status ---------------------------------------------------------------------------------- */

/* Behind the table: who else is where units have programs. */
static void print_foreign(struct cleat_plan *p)
{
	struct cleat_foreign f = { .size = sizeof(f) };

	for (size_t i = 0; cleat_plan_foreign(p, i, &f) == 0; i++) {
		printf("%s: program %u%s%s%s of another is where '%s' is: %s", f.unit, f.program,
		       *f.name ? " '" : "", f.name, *f.name ? "'" : "", f.link_name, f.keys);
		if (f.link)
			printf(" (link %u)", f.link);
		putchar('\n');
	}
}

static void print_foreign_json(struct json *j, struct cleat_plan *p, const char *unit)
{
	struct cleat_foreign f = { .size = sizeof(f) };

	json_array(j, "foreign");
	for (size_t i = 0; cleat_plan_foreign(p, i, &f) == 0; i++) {
		if (strcmp(f.unit, unit) != 0)
			continue;
		json_object(j, NULL);
		json_text(j, "link", f.link_name);
		json_text(j, "keys", f.keys);
		json_number(j, "program", f.program);
		json_text(j, "name", f.name);
		json_number(j, "by_link", f.link);
		json_object_end(j);
	}
	json_array_end(j);
}

static int print_status(struct cleat_plan *p)
{
	struct cleat_unit_state s = { .size = sizeof(s) };
	struct table *t = table_new();
	int status;

	table_column(t, "UNIT", 0);
	table_column(t, "STATE", 0);
	table_column(t, "PROGRAMS", TABLE_RIGHT);
	table_column(t, "MAPS", TABLE_RIGHT);
	table_column(t, "LINKS", TABLE_RIGHT);
	table_column(t, "MISSING", TABLE_RIGHT);
	table_column(t, "OWNER", TABLE_GIVES);
	table_column(t, "FILE", TABLE_GIVES);
	for (size_t i = 0; cleat_plan_unit(p, i, &s) == 0; i++) {
		table_row(t);
		table_cell(t, s.name);
		table_cell(t, s.state);
		table_format(t, "%zu", s.programs);
		table_format(t, "%zu", s.maps);
		table_format(t, "%zu", s.links);
		table_format(t, "%zu", s.missing);
		table_cell(t, s.owner ? s.owner : "-");
		table_cell(t, s.source);
	}
	status = table_print(t);
	print_foreign(p);
	return status;
}

static int print_status_json(struct cleat_plan *p)
{
	struct cleat_unit_state s = { .size = sizeof(s) };
	struct json j = { .out = stdout };

	json_array(&j, NULL);
	for (size_t i = 0; cleat_plan_unit(p, i, &s) == 0; i++) {
		json_break(&j);
		json_object(&j, NULL);
		json_text(&j, "unit", s.name);
		json_text(&j, "state", s.state);
		json_text(&j, "owner", s.owner);
		json_text(&j, "file", s.source);
		json_text(&j, "object", s.object);
		json_number(&j, "programs", s.programs);
		json_number(&j, "maps", s.maps);
		json_number(&j, "links", s.links);
		json_number(&j, "missing", s.missing);
		json_number(&j, "steps", s.steps);
		print_foreign_json(&j, p, s.name);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

static int status_of(struct cli *cli, struct cleat_session *s, bool all)
{
	struct cleat_plan *p;
	int status = make_plan(cli, s, all, false, &p);

	if (status)
		return status;
	status = cli->json ? print_status_json(p) : quiet ? CLI_DONE : print_status(p);
	if (!status && cleat_plan_count(p))
		status = CLI_FAILED;
	cleat_plan_free(p);
	return status;
}

static int run_status(struct cli *cli, int argc, char **argv)
{
	return with_session(cli, argc, argv, status_of);
}

static const struct cli_option status_options[] = {
	{ "quiet", NULL, "say nothing but errors" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_status = {
	.name = "status",
	.arguments = "[UNIT...]",
	.summary = "say how units stand: applied, differs, new, skipped, forgotten",
	.details = "Exit status 1 when anything is not as the units say; 'cleat plan' says what.\n",
	.options = status_options,
	.run = run_status,
	.option = plan_option,
};

/* ---- plan ------------------------------------------------------------------------------------ */

static int plan(struct cli *cli, struct cleat_session *s, bool all)
{
	struct cleat_plan *p;
	int status = make_plan(cli, s, all, false, &p);

	if (status)
		return status;
	show(cli, p);
	if (!cli->json && !quiet && cleat_plan_count(p))
		printf("plan %s\n", cleat_plan_hash(p));
	status = exit_code && cleat_plan_count(p) ? CLI_FAILED : CLI_DONE;
	cleat_plan_free(p);
	return status;
}

static int run_plan(struct cli *cli, int argc, char **argv)
{
	return with_session(cli, argc, argv, plan);
}

static const struct cli_option plan_options[] = {
	{ "adopt", NULL, "as 'apply --adopt' would" },
	{ "exit-code", NULL, "exit with 1 when there is something to do" },
	{ "quiet", NULL, "say nothing but errors" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_plan = {
	.name = "plan",
	.arguments = "[UNIT...]",
	.summary = "say what apply would do; change nothing",
	.details = "Without a unit: all of them, and what was applied of units that are gone.\n",
	.options = plan_options,
	.run = run_plan,
	.option = plan_option,
};

/* ---- apply ----------------------------------------------------------------------------------- */

static int apply(struct cli *cli, struct cleat_session *s, bool all)
{
	struct cleat_plan *p;
	int status = make_plan(cli, s, all, true, &p);

	if (status)
		return status;
	if (wanted_hash && strcmp(wanted_hash, cleat_plan_hash(p)) != 0) {
		fprintf(stderr, "cleat: error: the plan is another now: %s\n", cleat_plan_hash(p));
		status = CLI_FAILED;
	} else {
		status = apply_plan(cli, p);
	}
	cleat_plan_free(p);
	return status;
}

static int run_apply(struct cli *cli, int argc, char **argv)
{
	if (watch && wanted_hash)
		return cli_usage(cli, "a plan with a hash is carried out once, not watched");
	return watch ? keep(cli, argc, argv, add_units, apply)
		     : with_session(cli, argc, argv, apply);
}

static const struct cli_option apply_options[] = {
	{ "adopt", NULL, "take over links of others that hold a program of the same name" },
	{ "plan", "HASH", "only if the plan is still the one that 'cleat plan' showed" },
	{ "watch", NULL,
	  "stay, and apply again when units, interfaces, cgroups or the like change" },
	{ "ready-fd", "N", "with --watch: write READY=1 to descriptor N when all is applied" },
	{ "quiet", NULL, "say nothing but errors" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_apply = {
	.name = "apply",
	.arguments = "[UNIT...]",
	.summary = "make the kernel what the units say, to stay so",
	.details =
		"All of it or nothing: when anything fails, what was there before is there again.\n"
		"Without a unit: all of them; what was applied of units that are gone is removed.\n",
	.options = apply_options,
	.run = run_apply,
	.option = plan_option,
};
