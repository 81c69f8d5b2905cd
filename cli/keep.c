/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * keep.c - the service: apply, wait until something has changed, apply again. Every round reads all files anew
 * and with a context of its own, so that nothing of the last one is believed. Knows when; what is applied,
 * and how, is the same as by hand.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keep.h"
#include "stay.h"

struct keeper {
	struct cli *cli;
	int argc;
	char **argv;
	int (*add)(struct cli *cli, struct cleat_session *s, int argc, char **argv);
	int (*apply)(struct cli *cli, struct cleat_session *s, bool all);
	struct cleat_watch *watch; /* of what the units named when they were last read well */
};

/* The watch comes first: what changes while we apply is found by the next round. */
static int apply_session(struct keeper *k, struct cleat_session *s)
{
	struct cleat_watch *w = NULL;
	int status = k->add(k->cli, s, k->argc, k->argv);

	if (status)
		return status;
	if (cleat_watch_new(s, &w) < 0)
		return cli_failed(k->cli);
	cleat_watch_free(k->watch);
	k->watch = w;
	return k->apply(k->cli, s, k->argc == 0);
}

static int apply_once(struct keeper *k)
{
	struct cleat_session *s;
	int status = cli_open(k->cli);

	if (status)
		return status;
	if (cleat_session_new(k->cli->c, &s) < 0) {
		status = cli_failed(k->cli);
	} else {
		status = apply_session(k, s);
		cleat_session_free(s);
	}
	fflush(stdout);
	cleat_close(k->cli->c);
	k->cli->c = NULL;
	return status;
}

/* Until the world has changed, a signal says so, or it is the end. */
static enum stay_word wait_for_change(struct keeper *k, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = cleat_watch_fd(k->watch), .events = POLLIN },
	};
	enum stay_word word = STAY_GO_ON;

	while (word == STAY_GO_ON) {
		if (poll(fds, 2, stay_pause()) < 0 && errno != EINTR) {
			cli_failed_in("poll");
			return STAY_END;
		}
		stay_alive();
		if (fds[0].revents)
			word = stay_take_signal(signals);
		if (word == STAY_GO_ON && fds[1].revents && cleat_watch_dispatch(k->watch) != 0)
			word = STAY_AGAIN;
		fds[0].revents = fds[1].revents = 0;
	}
	return word;
}

/* systemd waits for the second message when it has asked for a reload. */
static void apply_again(struct keeper *k)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	stay_notify("RELOADING=1\nMONOTONIC_USEC=%lld",
		    (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	cli_next_round(k->cli);
	stay_notify("READY=1\nSTATUS=%s", apply_once(k) ? "not all is as the units say: see the log"
							: "everything is as the units say");
}

int keep(struct cli *cli, int argc, char **argv,
	 int (*add)(struct cli *cli, struct cleat_session *s, int argc, char **argv),
	 int (*apply)(struct cli *cli, struct cleat_session *s, bool all))
{
	struct keeper k = { .cli = cli, .argc = argc, .argv = argv, .add = add, .apply = apply };
	int signals = stay_catch_signals(), status;

	if (signals < 0)
		return cli_failed_in("signalfd");
	cli_next_round(cli);
	status = apply_once(&k);
	if (!status) {
		stay_say_ready();
		while (wait_for_change(&k, signals) == STAY_AGAIN)
			apply_again(&k);
	}
	cleat_watch_free(k.watch);
	close(signals);
	return status;
}
