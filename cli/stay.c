/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stay.c - what verbs share that stay: which signals end them, and who is told that they are ready.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
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

/* ---- the supervisor -------------------------------------------------------------------------- */

/* systemd's protocol, which others speak, too: a datagram to a socket that the environment names. */
void stay_notify(const char *fmt, ...)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path ? strlen(path) : 0;
	char text[256];
	va_list args;
	int fd;

	if (length < 2 || length >= sizeof(to.sun_path) || !strchr("/@", path[0]))
		return;
	memcpy(to.sun_path, path, length);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		fprintf(stderr, "cleat: warning: cannot notify %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Half of the time after which its watchdog would bite, in ms; -1: it has none, or it is another's. */
int stay_pause(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	unsigned long long ms = us ? strtoull(us, NULL, 10) / 2000 : 0;

	if (pid && strtol(pid, NULL, 10) != (long)getpid())
		return -1;
	return ms && ms < INT_MAX ? (int)ms : -1;
}

void stay_alive(void)
{
	static struct timespec last;
	const int pause = stay_pause();
	struct timespec now;

	if (pause < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	/* where much happens it need not be told each time */
	if ((now.tv_sec - last.tv_sec) * 1000 + (now.tv_nsec - last.tv_nsec) / 1000000 < pause / 2)
		return;
	last = now;
	stay_notify("WATCHDOG=1");
}

/* Whoever waits for it waits for ever when it is lost. */
void stay_say_ready(void)
{
	static const char text[] = "READY=1\n";
	ssize_t n;

	stay_notify("READY=1");
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

/* ---- signals --------------------------------------------------------------------------------- */

/* A terminal that is closed takes what runs on it along. */
static bool on_terminal(void)
{
	return isatty(STDIN_FILENO) || isatty(STDOUT_FILENO) || isatty(STDERR_FILENO);
}

enum stay_word stay_take_signal(int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return STAY_GO_ON;
	if (info.ssi_signo == SIGHUP && !on_terminal())
		return STAY_AGAIN;
	stay_notify("STOPPING=1");
	return STAY_END;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum stay_word stay_wait(int signals, double seconds)
{
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	const double end = now() + seconds;
	double left;

	while ((left = (end - now()) * 1000) > 0) {
		int pause = left < INT_MAX ? (int)left + 1 : INT_MAX;
		const int watchdog = stay_pause();

		pause = watchdog >= 0 && watchdog < pause ? watchdog : pause;
		if (poll(&fd, 1, pause) > 0)
			return stay_take_signal(signals);
		stay_alive();
	}
	return STAY_GO_ON;
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
