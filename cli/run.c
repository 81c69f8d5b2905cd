/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * run.c - cleat run: units are loaded and attached, their records written out, until a signal
 * ends it; then nothing is left. And cleat check, which stops before the privileged half.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "json.h"
#include "stay.h"

static bool quiet, load, watch;
static int log_level = -1; /* -1: as the units say */

static int run_option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "quiet") == 0) {
		quiet = true;
		return 0;
	}
	if (strcmp(name, "watch") == 0) {
		watch = true;
		return 0;
	}
	if (strcmp(name, "log-level") == 0)
		return cli_log_level(cli, value, &log_level);
	return stay_ready_option(cli, value);
}

static void say_ready(const struct cleat_session *s)
{
	const char *line;

	for (size_t i = 0; !quiet && (line = cleat_session_link_at(s, i)); i++)
		fprintf(stderr, "attached %s\n", line);
	stay_say_ready();
}

/* SIGHUP tells a service that its files were moved away. */
static bool take_signal(struct cli *cli, struct cleat_session *s, int signals)
{
	const enum stay_word word = stay_take_signal(signals);

	if (word == STAY_AGAIN) {
		cleat_session_reopen(s);
		cli_diags(cli);
	}
	return word == STAY_END;
}

/* ---- the world changes ----------------------------------------------------------------------- */

/* How many of the first @n lines are this one. */
static size_t count_line(char *const *lines, size_t n, const char *line)
{
	size_t times = 0;

	for (size_t i = 0; i < n; i++)
		times += strcmp(lines[i], line) == 0;
	return times;
}

/* Lines that the one has more often than the other: two files may have one name, one after the other. */
static void say_more(const char *word, char *const *lines, size_t n, char *const *others,
		     size_t n_others)
{
	for (size_t i = 0; i < n; i++)
		if (count_line(lines, i + 1, lines[i]) > count_line(others, n_others, lines[i]))
			fprintf(stderr, "%s %s\n", word, lines[i]);
}

static void free_lines(char **lines, size_t n)
{
	while (n)
		free(lines[--n]);
	free(lines);
}

static size_t copy_lines(const struct cleat_session *s, char ***out)
{
	const char *line;
	size_t n = 0;

	*out = NULL;
	while ((line = cleat_session_link_at(s, n))) {
		char **more = realloc(*out, (n + 1) * sizeof(*more));

		if (more)
			*out = more;
		if (!more || !(more[n] = strdup(line)))
			break;
		n++;
	}
	return n;
}

static void say_changes(const struct cleat_session *s, char *const *was, size_t n_was)
{
	char **are;
	size_t n = copy_lines(s, &are);

	say_more("detached", was, n_was, are, n);
	say_more("attached", are, n, was, n_was);
	free_lines(are, n);
}

/* What cannot be attached is said, and the rest goes on. */
static void refresh(struct cli *cli, struct cleat_session *s)
{
	char **was;
	size_t n = copy_lines(s, &was);

	cli_next_round(cli);
	if (cleat_session_refresh(s) < 0)
		cli_failed(cli);
	else
		cli_diags(cli);
	if (!quiet)
		say_changes(s, was, n);
	free_lines(was, n);
}

static int stream(struct cli *cli, struct cleat_session *s, struct cleat_watch *w, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = cleat_session_fd(s), .events = POLLIN },
		{ .fd = w ? cleat_watch_fd(w) : -1, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 3, stay_pause()) < 0) {
			if (errno != EINTR)
				return cli_failed_in("poll");
			continue;
		}
		stay_alive();
		if (fds[0].revents && take_signal(cli, s, signals))
			return CLI_DONE;
		if (fds[2].revents && cleat_watch_dispatch(w) > 0)
			refresh(cli, s);
		if (!fds[1].revents)
			continue;
		if (cleat_session_dispatch(s) < 0)
			return cli_failed(cli);
		cli_diags(cli);
	}
}

/* What there always is, then what there was. */
static void print_totals(const struct cleat_output_stats *t)
{
	const struct {
		uint64_t n;
		const char *what;
	} more[] = {
		{ t->filtered, "filtered out" },
		{ t->sampled, "not in the sample" },
		{ t->limited, "over the rate" },
		{ t->failed, "not written" },
		{ t->overwritten, "bytes overwritten" },
		{ t->corrupt, "no log records" },
	};

	fprintf(stderr, "%s: %llu records, %llu lost", t->label, (unsigned long long)t->records,
		(unsigned long long)t->lost);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (more[i].n)
			fprintf(stderr, ", %llu %s", (unsigned long long)more[i].n, more[i].what);
	fputc('\n', stderr);
}

static void print_totals_json(const struct cleat_output_stats *t)
{
	struct json j = { .out = stderr };

	json_object(&j, NULL);
	json_text(&j, "unit", t->unit);
	json_text(&j, "output", t->label);
	json_object(&j, "totals");
	json_number(&j, "records", t->records);
	json_number(&j, "lost", t->lost);
	json_number(&j, "filtered", t->filtered);
	json_number(&j, "sampled", t->sampled);
	json_number(&j, "limited", t->limited);
	json_number(&j, "failed", t->failed);
	json_number(&j, "overwritten", t->overwritten);
	json_number(&j, "corrupt", t->corrupt);
	json_object_end(&j);
	json_object_end(&j);
	json_newline(&j);
}

static void say_totals(const struct cli *cli, const struct cleat_session *s)
{
	struct cleat_output_stats t = { .size = sizeof(t) };

	for (size_t i = 0; !quiet && cleat_session_output_stats(s, i, &t) == 0; i++) {
		if (cli->json)
			print_totals_json(&t);
		else
			print_totals(&t);
	}
}

/* An object that logs nothing is none's trouble. */
static int set_log_level(const struct cli *cli, const struct cleat_session *s)
{
	for (size_t i = 0; i < cleat_session_count(s); i++) {
		struct cleat_object *o = cleat_session_object(s, i);
		int err = o ? cleat_object_set_log_level(o, log_level) : 0;

		if (err && err != -ENOENT)
			return cli_failed(cli);
	}
	return CLI_DONE;
}

static int run_watched(struct cli *cli, struct cleat_session *s, struct cleat_watch *w, int signals)
{
	int status;

	if (w)
		cli_next_round(cli);
	if (cleat_session_start(s) < 0)
		return cli_failed(cli);
	cli_diags(cli);
	say_ready(s);
	status = stream(cli, s, w, signals);
	if (cleat_session_stop(s) < 0)
		status = cli_failed(cli);
	else
		cli_diags(cli);
	say_totals(cli, s);
	return status;
}

static int run_units(struct cli *cli, struct cleat_session *s, int signals, int argc, char **argv)
{
	int status = cli_add_units(cli, s, argc, argv);
	struct cleat_watch *w = NULL;

	if (!status && log_level >= 0)
		status = set_log_level(cli, s);
	if (!status && watch && cleat_watch_new(s, &w) < 0)
		status = cli_failed(cli);
	if (!status)
		status = run_watched(cli, s, w, signals);
	cleat_watch_free(w);
	return status;
}

static int run_session(struct cli *cli, int signals, int argc, char **argv)
{
	struct cleat_session *s;
	int status = cli_open(cli);

	if (status)
		return status;
	if (cleat_session_new(cli->c, &s) < 0)
		return cli_failed(cli);
	status = run_units(cli, s, signals, argc, argv);
	cleat_session_free(s);
	return status;
}

static int run_run(struct cli *cli, int argc, char **argv)
{
	int signals, status;

	if (argc == 0)
		return cli_usage(cli, "which unit?");
	/* Before anything is attached: an early Ctrl-C must clean up, too. */
	signals = stay_catch_signals();
	if (signals < 0)
		return cli_failed_in("signalfd");
	status = run_session(cli, signals, argc, argv);
	close(signals);
	return status;
}

static const struct cli_option run_options[] = {
	{ "ready-fd", "N", "write READY=1 to descriptor N when all is attached" },
	{ "watch", NULL, "attach to what comes later, too: interfaces, cgroups, processes, files" },
	{ "quiet", NULL, "say nothing but errors and records" },
	{ "log-level", "LEVEL", "let programs log up to off, error, warn, info, debug, or trace" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_run = {
	.name = "run",
	.arguments = "UNIT...",
	.summary = "load, attach, stream records; interrupted, leave nothing behind",
	.details = "A unit is a path, or a name looked up in /etc/cleat/units.d.\n",
	.options = run_options,
	.run = run_run,
	.option = run_option,
};

static int check_option(struct cli *cli, const char *name, const char *value)
{
	(void)cli;
	(void)name;
	(void)value;
	load = true;
	return 0;
}

static int run_check(struct cli *cli, int argc, char **argv)
{
	struct cleat_session *s;
	int status;

	if (argc == 0)
		return cli_usage(cli, "which unit?");
	status = cli_open(cli);
	if (status)
		return status;
	if (cleat_session_new(cli->c, &s) < 0)
		return cli_failed(cli);
	status = cli_add_units(cli, s, argc, argv);
	if (!status && load && cleat_session_verify(s) < 0)
		status = cli_failed(cli);
	if (!status)
		printf("%zu unit%s: nothing wrong%s\n", cleat_session_count(s),
		       cleat_session_count(s) == 1 ? "" : "s",
		       load ? ", and the verifier agrees" : "");
	cleat_session_free(s);
	return status;
}

static const struct cli_option check_options[] = {
	{ "load", NULL, "ask the verifier, too; nothing is attached and nothing stays" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_check = {
	.name = "check",
	.arguments = "UNIT...",
	.summary = "say everything that is wrong with units, without privilege",
	.options = check_options,
	.run = run_check,
	.option = check_option,
};
