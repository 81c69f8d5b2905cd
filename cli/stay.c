/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stay.c - what verbs share that stay: which signals end them, and who is told that they are ready.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "stay.h"

static int ready_fd = -1;

int stay_ready_option(struct cli *cli, const char *value)
{
	char *end;
	long fd = strtol(value, &end, 10);

	if (*end || fd < 0 || fd > 1 << 20)
		return cli_usage(cli, "--ready-fd takes a descriptor, not '%s'", value);
	ready_fd = (int)fd;
	return 0;
}

/* Whoever waits for it waits for ever when it is lost. */
void stay_say_ready(void)
{
	static const char text[] = "READY=1\n";
	ssize_t n;

	if (ready_fd < 0)
		return;
	do
		n = write(ready_fd, text, sizeof(text) - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		fprintf(stderr, "cleat: warning: cannot write READY=1 to descriptor %d: %s\n", ready_fd,
			strerror(errno));
	close(ready_fd);
}

int stay_catch_signals(void)
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
