/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch-thread.c - records in a thread of their own, without an event loop, until a signal comes. See
 * watch.c.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "watch.h"

/* Ends with what ended it; the main thread is told, should it be waiting still. */
static void *consume(void *reader)
{
	int n;

	do {
		n = cleat_reader_wait(reader, -1);
	} while (n >= 0 || n == -EINTR);
	if (n != -ECANCELED)
		kill(getpid(), SIGTERM);
	return (void *)(intptr_t)n;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	sigset_t signals;
	struct watch w;
	void *ended;
	int status, number;

	/* before there are threads: all of them leave the signal to us */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	status = watch_open(&w, argc, argv);
	if (status == 0 && pthread_create(&thread, NULL, consume, w.reader) == 0) {
		sigwait(&signals, &number);
		cleat_reader_interrupt(w.reader);
		pthread_join(thread, &ended);
		if ((intptr_t)ended != -ECANCELED) {
			watch_complain((int)(intptr_t)ended);
			status = 1;
		}
	}
	watch_close(&w);
	return status;
}
