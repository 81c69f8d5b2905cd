/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * log.c - cleat log: what programs log that are in the kernel already, whoever has loaded them, until a
 * signal ends it. Knows how a line looks; what is in a record is the library's.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "stay.h"

static const char *targets;
static int level;

int cli_log_level(const struct cli *cli, const char *value, int *out)
{
	const char *words[CLEAT_LOG_TRACE + 1];
	const char *near;
	int number = cleat_log_level(value);

	if (number >= 0) {
		*out = number;
		return 0;
	}
	for (int i = 0; i <= CLEAT_LOG_TRACE; i++)
		words[i] = cleat_log_level_name(i);
	near = cli_nearest(value, words, CLEAT_LOG_TRACE + 1);
	return near ? cli_usage(cli, "'%s' is no level: did you mean '%s'?", value, near)
		    : cli_usage(cli, "'%s' is no level: off, error, warn, info, debug or trace",
				value);
}

static int option(struct cli *cli, const char *name, const char *value)
{
	if (strcmp(name, "log-level") == 0)
		return cli_log_level(cli, value, &level);
	if (strcmp(name, "target") == 0) {
		targets = value;
		return 0;
	}
	return stay_ready_option(cli, value);
}

/* In the order of the levels. */
static const char *const colors[] = { "", "\x1b[31m", "\x1b[33m", "", "\x1b[2m", "\x1b[2m" };

static void print_time(uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000u);
	char text[16];
	struct tm tm;

	if (localtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%H:%M:%S", &tm))
		printf("%s.%06llu ", text, (unsigned long long)(ns % 1000000000u / 1000));
}

int log_print(void *user, const struct cleat_log_entry *e)
{
	struct log_printer *p = user;
	const char *color = p->color && e->text ? colors[e->level] : "";

	cleat_text_clear(p->line);
	cleat_log_format(e, p->cli->json ? CLEAT_FORMAT_JSON : 0, p->line);
	if (e->text && !p->cli->json)
		print_time(e->time);
	printf("%s%s%s\n", color, cleat_text_data(p->line, NULL), *color ? "\x1b[0m" : "");
	return 0;
}

int log_printer_open(struct log_printer *p, struct cli *cli)
{
	*p = (struct log_printer) {
		.cli = cli,
		.line = cleat_text_new(),
		.color = isatty(STDOUT_FILENO),
	};
	return p->line ? CLI_DONE : cli_failed_in("cleat_text_new");
}

void log_printer_close(struct log_printer *p)
{
	cleat_text_free(p->line);
}

int log_follow(struct cleat_reader *r, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = r ? cleat_reader_fd(r) : -1, .events = POLLIN },
	};
	int n = 0;

	while (n >= 0) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR) {
			perror("cleat: poll");
			return CLI_FAILED;
		}
		if (r)
			n = cleat_reader_dispatch(r);
		if (fflush(stdout)) {
			perror("cleat: standard output");
			return CLI_FAILED;
		}
		if (fds[0].revents)
			return CLI_DONE;
	}
	return CLI_FAILED;
}

static int run_log(struct cli *cli, int argc, char **argv)
{
	struct cleat_log_options options = { .size = sizeof(options) };
	struct log_printer p;
	struct cleat_reader *r;
	int signals, status;

	if (argc > 1)
		return cli_usage(cli, "one program, or none for all of them");
	options.level = level;
	options.targets = targets;
	signals = stay_catch_signals();
	if (signals < 0) {
		perror("cleat: signalfd");
		return CLI_FAILED;
	}
	status = cli_open(cli);
	if (status)
		return status;
	status = log_printer_open(&p, cli);
	if (status)
		return status;
	if (cleat_log_find(cli->c, argc ? argv[0] : NULL, &options, log_print, &p, &r) < 0) {
		log_printer_close(&p);
		return cli_failed(cli);
	}
	stay_say_ready();
	status = log_follow(r, signals);
	cleat_reader_close(r);
	log_printer_close(&p);
	close(signals);
	return status;
}

static const struct cli_option options[] = {
	{ "log-level", "LEVEL", "print up to error, warn, info, debug, or trace (all)" },
	{ "target", "GLOBS", "print what these parts of programs log: 'net*,!noise'" },
	{ "ready-fd", "N", "write READY=1 to descriptor N when reading has begun" },
	{ NULL, NULL, NULL },
};

const struct cli_verb verb_log = {
	.name = "log",
	.arguments = "[PROGRAM]",
	.summary = "follow what programs in the kernel log",
	.details =
		"A program is an id, a name, or the path of a pin; without one it is all of them.\n"
		"A record has one reader: where 'cleat run' reads, each gets some of them.\n",
	.options = options,
	.run = run_log,
	.option = option,
};
