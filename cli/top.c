/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * top.c - cleat top: how often programs run, how long, and whose they are; how full maps are. What is shown is the
 * difference between two moments. Refuses to know any type.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "census.h"
#include "json.h"
#include "table.h"

static double interval = 1;
static unsigned long rounds; /* 0: until a signal */
static bool maps, all;

static int top_option(struct cli *cli, const char *name, const char *value)
{
	char *end;

	if (strcmp(name, "once") == 0) {
		rounds = 1;
	} else if (strcmp(name, "maps") == 0) {
		maps = true;
	} else if (strcmp(name, "all") == 0) {
		all = true;
	} else if (strcmp(name, "count") == 0) {
		rounds = strtoul(value, &end, 10);
		if (*end || !rounds)
			return cli_usage(cli, "--count takes a number above 0, not '%s'", value);
	} else {
		interval = strtod(value, &end);
		if (*end || !(interval >= 0.01 && interval <= 86400))
			return cli_usage(cli, "--interval takes seconds, 0.01 to 86400, not '%s'",
					 value);
	}
	return 0;
}

/* ---- programs -------------------------------------------------------------------------------- */

/* What a program did between two looks. */
struct row {
	const struct census_thing *program;
	uint64_t runs, ns, missed;
	double seconds;
};

static double per_second(const struct row *r)
{
	return r->seconds > 0 ? (double)r->runs / r->seconds : 0;
}

static double ns_per_run(const struct row *r)
{
	return r->runs ? (double)r->ns / (double)r->runs : 0;
}

/* Of one CPU: 150 is one and a half. */
static double cpu_percent(const struct row *r)
{
	return r->seconds > 0 ? (double)r->ns / r->seconds / 1e7 : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? 1 : -1;
	if (x->runs != y->runs)
		return x->runs < y->runs ? 1 : -1;
	return x->program->id < y->program->id ? -1 : 1;
}

/* Those that ran, or all; the busiest first. NULL without memory. */
static struct row *make_rows(const struct census *was, const struct census *is, size_t *n)
{
	struct row *rows = calloc(is->n + 1, sizeof(*rows));

	*n = 0;
	for (size_t i = 0; rows && i < is->n; i++) {
		const struct census_thing *p = &is->things[i], *before = census_find(was, p->id);
		struct row r = {
			.program = p,
			.runs = p->runs - (before ? before->runs : 0),
			.ns = p->ns - (before ? before->ns : 0),
			.missed = p->missed - (before ? before->missed : 0),
			.seconds = (double)(is->time - was->time) / 1e9,
		};

		if (all || r.runs || r.missed)
			rows[(*n)++] = r;
	}
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_time);
	return rows;
}

static void add_row(struct table *t, const struct row *r, const struct owners *o)
{
	char *owner = owners_text(o, CLEAT_PROGRAMS, r->program->id);

	table_row(t);
	table_format(t, "%u", r->program->id);
	table_cell(t, r->program->type);
	table_cell(t, r->program->name);
	table_format(t, "%.0f", per_second(r));
	table_format(t, "%.0f", ns_per_run(r));
	table_format(t, "%.2f", cpu_percent(r));
	table_format(t, "%llu", (unsigned long long)r->missed);
	table_format(t, "%llu", (unsigned long long)r->program->runs);
	table_cell(t, owner);
	free(owner);
}

static int print_rows(const struct row *rows, size_t n, const struct owners *o)
{
	struct table *t = table_new();

	table_column(t, "ID", TABLE_RIGHT);
	table_column(t, "TYPE", 0);
	table_column(t, "NAME", 0);
	table_column(t, "RUNS/S", TABLE_RIGHT);
	table_column(t, "NS/RUN", TABLE_RIGHT);
	table_column(t, "CPU%", TABLE_RIGHT);
	table_column(t, "MISSED", TABLE_RIGHT);
	table_column(t, "RUNS", TABLE_RIGHT);
	table_column(t, "OWNER", TABLE_GIVES);
	for (size_t i = 0; i < n; i++)
		add_row(t, &rows[i], o);
	return table_print(t);
}

static void json_row(struct json *j, const struct row *r, const struct owners *o)
{
	char *owner = owners_text(o, CLEAT_PROGRAMS, r->program->id), text[32];

	json_break(j);
	json_object(j, NULL);
	json_number(j, "id", r->program->id);
	json_text(j, "type", r->program->type);
	json_text(j, "name", r->program->name);
	json_number(j, "runs", r->runs);
	json_number(j, "run-time-ns", r->ns);
	json_number(j, "missed", r->missed);
	snprintf(text, sizeof(text), "%.4f", cpu_percent(r));
	json_raw(j, "cpu-percent", text);
	json_number(j, "all-runs", r->program->runs);
	json_number(j, "all-run-time-ns", r->program->ns);
	json_text(j, "unit", owners_unit(o, CLEAT_PROGRAMS, r->program->id));
	json_text(j, "owner", owner);
	json_object_end(j);
	free(owner);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static int print_maps(struct cli *cli, const struct census *c, const struct owners *o)
{
	struct table *t = table_new();

	table_column(t, "ID", TABLE_RIGHT);
	table_column(t, "TYPE", 0);
	table_column(t, "NAME", 0);
	table_column(t, "ENTRIES", TABLE_RIGHT);
	table_column(t, "OF", TABLE_RIGHT);
	table_column(t, "FULL%", TABLE_RIGHT);
	table_column(t, "OWNER", TABLE_GIVES);
	for (size_t i = 0; i < c->n; i++) {
		const struct census_thing *m = &c->things[i];
		uint64_t most = census_number(m->facts, "max-entries"), n;
		char *owner = owners_text(o, CLEAT_MAPS, m->id);
		bool counted = census_entries(cli, m->id, &n);

		table_row(t);
		table_format(t, "%u", m->id);
		table_cell(t, m->type);
		table_cell(t, m->name);
		if (counted)
			table_format(t, "%llu", (unsigned long long)n);
		else
			table_cell(t, NULL);
		table_format(t, "%llu", (unsigned long long)most);
		if (counted && most)
			table_format(t, "%.1f", 100.0 * (double)n / (double)most);
		else
			table_cell(t, NULL);
		table_cell(t, owner);
		free(owner);
	}
	return table_print(t);
}

static void json_maps(struct cli *cli, struct json *j, const struct census *c,
		      const struct owners *o)
{
	json_array(j, "maps");
	for (size_t i = 0; i < c->n; i++) {
		const struct census_thing *m = &c->things[i];
		uint64_t n;

		json_break(j);
		json_object(j, NULL);
		json_number(j, "id", m->id);
		json_text(j, "type", m->type);
		json_text(j, "name", m->name);
		if (census_entries(cli, m->id, &n))
			json_number(j, "entries", n);
		else
			json_null(j, "entries");
		json_number(j, "max-entries", census_number(m->facts, "max-entries"));
		json_text(j, "unit", owners_unit(o, CLEAT_MAPS, m->id));
		json_object_end(j);
	}
	json_array_end(j);
}

/* ---- one look after the other ---------------------------------------------------------------- */

static int print_json(struct cli *cli, const struct row *rows, size_t n, const struct census *c,
		      const struct owners *o)
{
	struct json j = { .out = stdout };
	char text[32];

	json_object(&j, NULL);
	snprintf(text, sizeof(text), "%.3f", n ? rows[0].seconds : interval);
	json_raw(&j, "seconds", text);
	json_array(&j, "programs");
	for (size_t i = 0; i < n; i++)
		json_row(&j, &rows[i], o);
	json_array_end(&j);
	if (maps)
		json_maps(cli, &j, c, o);
	json_object_end(&j);
	json_newline(&j);
	return CLI_DONE;
}

/* In a terminal only as many as there is room for. */
static size_t that_fit(size_t n, bool live)
{
	struct winsize w;

	if (!live || maps || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) || w.ws_row < 4)
		return n;
	return n < (size_t)w.ws_row - 3 ? n : (size_t)w.ws_row - 3;
}

static int show(struct cli *cli, const struct census *was, const struct census *is, bool live)
{
	struct census map_census = { 0 };
	struct owners o;
	int status = CLI_DONE;
	struct row *rows;
	size_t n;

	owners_read(cli, &o);
	rows = make_rows(was, is, &n);
	if (maps)
		status = census_take(cli, CLEAT_MAPS, &map_census);
	if (rows && cli->json) {
		status |= print_json(cli, rows, n, &map_census, &o);
	} else if (rows) {
		if (live)
			printf("\x1b[H\x1b[J");
		printf("%zu of %zu programs ran in %.1f s\n", n, is->n,
		       (double)(is->time - was->time) / 1e9);
		status |= print_rows(rows, that_fit(n, live), &o);
		if (maps)
			putchar('\n');
		if (maps)
			status |= print_maps(cli, &map_census, &o);
	}
	fflush(stdout);
	census_free(&map_census);
	owners_free(&o);
	free(rows);
	return status;
}

/* True: it is time for the next look; false: a signal came. */
static bool pause_or_end(void)
{
	struct timespec pause = { .tv_sec = (time_t)interval };
	sigset_t end;
	int got;

	pause.tv_nsec = (long)((interval - (double)pause.tv_sec) * 1e9);
	sigemptyset(&end);
	sigaddset(&end, SIGINT);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	do
		got = sigtimedwait(&end, NULL, &pause);
	while (got < 0 && errno == EINTR);
	return got < 0;
}

static int follow(struct cli *cli)
{
	bool live = !rounds && !cli->json && isatty(STDOUT_FILENO);
	struct census was, is;
	int status = census_take(cli, CLEAT_PROGRAMS, &was);

	for (unsigned long i = 0; !status && (!rounds || i < rounds) && pause_or_end(); i++) {
		status = census_take(cli, CLEAT_PROGRAMS, &is);
		if (!status)
			status = show(cli, &was, &is, live);
		census_free(&was);
		was = is;
		if (ferror(stdout))
			break;
	}
	census_free(&was);
	return status;
}

static int run_top(struct cli *cli, int argc, char **argv)
{
	int status, counting;

	(void)argv;
	if (argc)
		return cli_usage(cli, "all programs are shown: no argument");
	status = cli_open(cli);
	if (status)
		return status;
	counting = census_count_runs();
	status = follow(cli);
	if (counting >= 0)
		close(counting);
	return status;
}

static const struct cli_option top_options[] = {
	{ "interval", "SECONDS", "look so often; the default is 1" },
	{ "count", "N", "print so many times, then end" },
	{ "once", NULL, "print once, after one interval" },
	{ "all", NULL, "show programs that did not run, too" },
	{ "maps", NULL, "show how full maps are, too: entries are counted, which takes time" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_top = {
	.name = "top",
	.arguments = "",
	.summary = "show how often programs run, how long, and whose they are",
	.details =
		"Runs are counted by the kernel while this runs (Linux 5.8), at some 20 ns a run.\n"
		"CPU% is of one CPU. An owner is a unit that has the program pinned, or a process.\n",
	.options = top_options,
	.run = run_top,
	.option = top_option,
};
