/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * metrics.c - cleat metrics: programs, maps, links and units as OpenMetrics text, which Prometheus and its kin
 * read: to standard output, to a file that is never seen half-written, or to who asks by HTTP. Knows the format;
 * refuses to know who fetches it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "census.h"
#include "serve.h"
#include "stay.h"

static const char *output, *where;
static double interval;
static bool maps;

static int metrics_option(struct cli *cli, const char *name, const char *value)
{
	char *end;

	if (strcmp(name, "output") == 0) {
		output = value;
		return 0;
	}
	if (strcmp(name, "listen") == 0) {
		where = value;
		return 0;
	}
	if (strcmp(name, "maps") == 0) {
		maps = true;
		return 0;
	}
	if (strcmp(name, "ready-fd") == 0)
		return stay_ready_option(cli, value);
	interval = strtod(value, &end);
	if (*end || !(interval >= 0.01 && interval <= 86400))
		return cli_usage(cli, "--interval takes seconds, 0.01 to 86400, not '%s'", value);
	return 0;
}

/* ---- the format ------------------------------------------------------------------------------ */

/* In a label a backslash, a quote and a line break are escaped; what is no UTF-8 is '?'. */
static void put_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '\\' || *value == '"')
			fprintf(out, "\\%c", *value);
		else
			fputc((unsigned char)*value < 0x80 ? *value : '?', out);
	}
	fputc('"', out);
}

static void put_family(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

/* NAME{id="7",name="door",type="xdp",unit="edge"} without its end */
static void put_thing(FILE *out, const char *name, int kind, const struct census_thing *t,
		      const struct owners *o)
{
	const char *unit = owners_unit(o, kind, t->id);

	fprintf(out, "%s{id=\"%u\",", name, t->id);
	put_label(out, "name", t->name);
	fputc(',', out);
	put_label(out, "type", t->type);
	fputc(',', out);
	put_label(out, "unit", unit ? unit : "");
	fputc('}', out);
}

/* ---- what there is --------------------------------------------------------------------------- */

static void put_programs(FILE *out, const struct census *c, const struct owners *o)
{
	put_family(out, "cleat_program_runs", "counter",
		   "Runs of a program while runs are counted.");
	for (size_t i = 0; i < c->n; i++) {
		put_thing(out, "cleat_program_runs_total", CLEAT_PROGRAMS, &c->things[i], o);
		fprintf(out, " %llu\n", (unsigned long long)c->things[i].runs);
	}
	fputs("# TYPE cleat_program_run_seconds counter\n# UNIT cleat_program_run_seconds seconds\n"
	      "# HELP cleat_program_run_seconds Time in a program while runs are counted.\n",
	      out);
	for (size_t i = 0; i < c->n; i++) {
		put_thing(out, "cleat_program_run_seconds_total", CLEAT_PROGRAMS, &c->things[i], o);
		fprintf(out, " %.9f\n", (double)c->things[i].ns / 1e9);
	}
	put_family(out, "cleat_program_missed", "counter",
		   "Runs that were left out because the program ran already.");
	for (size_t i = 0; i < c->n; i++) {
		put_thing(out, "cleat_program_missed_total", CLEAT_PROGRAMS, &c->things[i], o);
		fprintf(out, " %llu\n", (unsigned long long)c->things[i].missed);
	}
}

static void put_maps(struct cli *cli, FILE *out, const struct census *c, const struct owners *o)
{
	uint64_t n;

	put_family(out, "cleat_map_max_entries", "gauge", "How many entries a map has room for.");
	for (size_t i = 0; i < c->n; i++) {
		put_thing(out, "cleat_map_max_entries", CLEAT_MAPS, &c->things[i], o);
		fprintf(out, " %llu\n",
			(unsigned long long)census_number(c->things[i].facts, "max-entries"));
	}
	if (!maps)
		return;
	put_family(out, "cleat_map_entries", "gauge", "How many entries a map has.");
	for (size_t i = 0; i < c->n; i++) {
		if (!census_entries(cli, c->things[i].id, &n))
			continue;
		put_thing(out, "cleat_map_entries", CLEAT_MAPS, &c->things[i], o);
		fprintf(out, " %llu\n", (unsigned long long)n);
	}
}

static void put_links(FILE *out, const struct census *c, const struct owners *o)
{
	put_family(out, "cleat_link", "gauge", "A link that there is.");
	for (size_t i = 0; i < c->n; i++) {
		fprintf(out, "cleat_link{id=\"%u\",program=\"%llu\",", c->things[i].id,
			(unsigned long long)census_number(c->things[i].facts, "program"));
		put_label(out, "name", c->things[i].name);
		fputc(',', out);
		put_label(out, "type", c->things[i].type);
		fputc(',', out);
		put_label(out, "unit",
			  owners_unit(o, CLEAT_LINKS, c->things[i].id)
				  ? owners_unit(o, CLEAT_LINKS, c->things[i].id)
				  : "");
		fputs("} 1\n", out);
	}
}

/* Is every unit as its file says. What cannot be planned is told by the number of errors. */
static void put_units(struct cli *cli, FILE *out)
{
	const struct cleat_plan_options options = { .size = sizeof(options), .all = true };
	struct cleat_unit_state u = { .size = sizeof(u) };
	struct cleat_session *s = NULL;
	struct cleat_plan *p = NULL;
	bool failed;

	failed = cleat_session_new(cli->c, &s) < 0 || cleat_session_add_all(s) < 0 ||
		 cleat_plan_new(s, &options, &p) < 0;
	put_family(out, "cleat_units_readable", "gauge", "Could all units be read and compared.");
	fprintf(out, "cleat_units_readable %d\n", !failed);
	put_family(out, "cleat_unit_applied", "gauge", "Is everything as the unit says.");
	for (size_t i = 0; !failed && cleat_plan_unit(p, i, &u) == 0; i++) {
		fputs("cleat_unit_applied{", out);
		put_label(out, "unit", u.name);
		fputc(',', out);
		put_label(out, "state", u.state);
		fprintf(out, "} %d\n", strcmp(u.state, "applied") == 0);
	}
	cleat_plan_free(p);
	cleat_session_free(s);
}

static int metrics_write(struct cli *cli, FILE *out)
{
	struct census programs = { 0 }, all_maps = { 0 }, links = { 0 };
	struct owners o = { 0 };
	int status = census_take(cli, CLEAT_PROGRAMS, &programs);

	if (!status)
		status = census_take(cli, CLEAT_MAPS, &all_maps);
	if (!status)
		status = census_take(cli, CLEAT_LINKS, &links);
	if (!status) {
		owners_read(cli, &o);
		put_programs(out, &programs, &o);
		put_maps(cli, out, &all_maps, &o);
		put_links(out, &links, &o);
		put_units(cli, out);
		fputs("# EOF\n", out);
	}
	owners_free(&o);
	census_free(&programs);
	census_free(&all_maps);
	census_free(&links);
	return status;
}

/* ---- to a file ------------------------------------------------------------------------------- */

/* Whoever reads it has all of it: the one that is there, or the new one. */
static int write_file(struct cli *cli)
{
	char *path;
	int status = CLI_FAILED;
	FILE *out;

	if (asprintf(&path, "%s.new", output) < 0)
		return cli_failed_in("asprintf");
	out = fopen(path, "we");
	if (!out) {
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", path, strerror(errno));
		free(path);
		return CLI_FAILED;
	}
	status = metrics_write(cli, out);
	/* another user's exporter reads it */
	if (fchmod(fileno(out), 0644) || fflush(out) || ferror(out)) {
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", path, strerror(errno));
		status = CLI_FAILED;
	}
	fclose(out);
	if (!status && rename(path, output)) {
		fprintf(stderr, "cleat: error: cannot write %s: %s\n", output, strerror(errno));
		status = CLI_FAILED;
	}
	if (status)
		unlink(path);
	free(path);
	return status;
}

static int write_once(struct cli *cli)
{
	int status;

	if (output)
		return write_file(cli);
	status = metrics_write(cli, stdout);
	fflush(stdout);
	return status;
}

/* A round that failed is told, and the file of the one before stays: its age says so. */
static int write_often(struct cli *cli, int signals)
{
	int status = write_once(cli);

	if (status)
		return status;
	stay_say_ready();
	while (stay_wait(signals, interval) != STAY_END) {
		write_once(cli);
		if (ferror(stdout))
			return CLI_FAILED;
	}
	return CLI_DONE;
}

static int serve_metrics(struct cli *cli, int signals)
{
	static const struct serve_page page = {
		.path = "/metrics",
		.type = "application/openmetrics-text; version=1.0.0; charset=utf-8",
		.write = metrics_write,
	};

	return serve(cli, where, signals, &page);
}

static int run_metrics(struct cli *cli, int argc, char **argv)
{
	int status, counting = -1, signals;

	(void)argv;
	if (argc)
		return cli_usage(cli, "all programs are told of: no argument");
	if (where && (output || interval != 0))
		return cli_usage(cli, "--listen goes neither with --output nor with --interval: "
				      "who asks says when");
	status = cli_open(cli);
	if (status)
		return status;
	if (interval == 0 && !where)
		return write_once(cli);
	signals = stay_catch_signals();
	if (signals < 0)
		return cli_failed_in("signalfd");
	counting = census_count_runs();
	status = where ? serve_metrics(cli, signals) : write_often(cli, signals);
	close(signals);
	if (counting >= 0)
		close(counting);
	return status;
}

static const struct cli_option metrics_options[] = {
	{ "output", "FILE", "write to FILE, which is whole at every moment" },
	{ "interval", "SECONDS", "again and again, and have runs counted meanwhile" },
	{ "listen", "[ADDRESS:]PORT", "answer http://ADDRESS:PORT/metrics; the address is 127.0.0.1" },
	{ "maps", NULL, "count the entries of maps, too, which takes time" },
	{ "ready-fd", "N", "with --interval or --listen: write READY=1 to descriptor N when it is there" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_metrics = {
	.name = "metrics",
	.arguments = "",
	.summary = "tell of programs, maps, links and units as OpenMetrics text",
	.details = "For node_exporter: --output /var/lib/node_exporter/cleat.prom --interval 15\n"
		   "Without --interval runs are those that were counted already.\n",
	.options = metrics_options,
	.letters = "o",
	.run = run_metrics,
	.option = metrics_option,
};
