/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * run.c - cleat run: units are loaded and attached, their records written out, until a signal
 * comes; then nothing is left. And cleat check, which stops before the privileged half.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli.h"

static int ready_fd = -1;
static bool quiet, load;

static int run_option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "quiet") == 0) {
		quiet = true;
		return 0;
	}
	char *end;
	long fd = strtol(value, &end, 10);

	if (*end || fd < 0 || fd > 1 << 20)
		return cli_usage(cli, "--ready-fd takes a descriptor, not '%s'", value);
	ready_fd = (int)fd;
	return 0;
}

/* Signals that end the run, as a descriptor: nothing happens between two system calls. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int add_units(struct cli *cli, struct cleat_session *s, int n, char **units)
{
	int status = CLI_DONE;

	/* All of them, so that all errors are seen at once. */
	for (int i = 0; i < n; i++) {
		if (cleat_session_add(s, units[i]) < 0)
			status = cli_failed(cli);
		else
			cli_diags(cli);
	}
	return status;
}

static void say_ready(const struct cleat_session *s)
{
	const char *line;

	for (size_t i = 0; !quiet && (line = cleat_session_link_at(s, i)); i++)
		fprintf(stderr, "attached %s\n", line);
	if (ready_fd >= 0) {
		if (dprintf(ready_fd, "READY=1\n") < 0)
			perror("cleat: ready-fd");
		close(ready_fd);
	}
}

static int stream(struct cli *cli, struct cleat_session *s, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = cleat_session_fd(s), .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR) {
			perror("cleat: poll");
			return CLI_FAILED;
		}
		if (fds[0].revents)
			return CLI_DONE;
		if (fds[1].revents && cleat_session_dispatch(s) < 0)
			return cli_failed(cli);
	}
}

static void say_totals(const struct cleat_session *s)
{
	const char *label;
	uint64_t records, lost;

	for (size_t i = 0; cleat_session_output_at(s, i, &label, &records, &lost) == 0; i++)
		if (!quiet)
			fprintf(stderr, "%s: %llu records, %llu lost\n", label,
				(unsigned long long)records, (unsigned long long)lost);
}

static int run_units(struct cli *cli, struct cleat_session *s, int signals, int argc, char **argv)
{
	int status = add_units(cli, s, argc, argv);

	if (status)
		return status;
	if (cleat_session_start(s) < 0)
		return cli_failed(cli);
	cli_diags(cli);
	say_ready(s);
	status = stream(cli, s, signals);
	if (cleat_session_stop(s) < 0)
		status = cli_failed(cli);
	say_totals(s);
	return status;
}

static int run_run(struct cli *cli, int argc, char **argv)
{
	struct cleat_session *s;
	int signals, status;

	if (argc == 0)
		return cli_usage(cli, "which unit?");
	/* Before anything is attached: an early Ctrl-C must clean up, too. */
	signals = catch_signals();
	if (signals < 0) {
		perror("cleat: signalfd");
		return CLI_FAILED;
	}
	status = cli_open(cli);
	if (status)
		return status;
	if (cleat_session_new(cli->c, &s) < 0)
		return cli_failed(cli);
	status = run_units(cli, s, signals, argc, argv);
	cleat_session_free(s);
	close(signals);
	return status;
}

static const struct cli_option run_options[] = {
	{ "ready-fd", "N", "write READY=1 to descriptor N when all is attached" },
	{ "quiet", NULL, "say nothing but errors and records" },
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
	status = add_units(cli, s, argc, argv);
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
