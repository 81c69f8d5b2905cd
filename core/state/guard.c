/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * guard.c - a second process, which finishes what a killed one began. It has all that is needed in its
 * memory, waits, and is gone when all went well. Knows who lives; refuses to know what is done.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "state/state.h"

struct message {
	uint32_t word, n;
};

/* The last that was said, once the other end is closed. */
static struct message listen_on(int fd)
{
	struct message last = { GUARD_DONE, 0 }, m;

	while (read(fd, &m, sizeof(m)) == sizeof(m))
		last = m;
	return last;
}

/* What ends the other, a key on its terminal, say, must not end us. */
static void stand_apart(void)
{
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

void guard_begin(struct guard *g, void (*finish)(void *user, enum guard_word word, uint32_t n),
		 void *user)
{
	struct message last;
	int ends[2];

	*g = (struct guard) { -1, -1 };
	if (pipe2(ends, O_CLOEXEC))
		return;
	g->pid = fork();
	if (g->pid) {
		close(ends[0]);
		if (g->pid > 0)
			g->pipe = ends[1];
		else
			close(ends[1]);
		return;
	}
	close(ends[1]);
	stand_apart();
	last = listen_on(ends[0]);
	if (last.word != GUARD_DONE)
		finish(user, last.word, last.n);
	/* Not by exit(): what the program does at its end is the other's to do, and a library never exits. */
	kill(getpid(), SIGKILL);
}

void guard_say(const struct guard *g, enum guard_word word, uint32_t n)
{
	const struct message m = { word, n };

	/* That there is no second is no reason to stop. */
	if (g->pipe >= 0 && write(g->pipe, &m, sizeof(m)) < 0)
		return;
}

void guard_end(struct guard *g)
{
	guard_say(g, GUARD_DONE, 0);
	if (g->pipe >= 0)
		close(g->pipe);
	if (g->pid > 0)
		waitpid(g->pid, NULL, 0);
	*g = (struct guard) { -1, -1 };
}
