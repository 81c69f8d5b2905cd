// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * @NAME@.c - loads @NAME@.bpf.c, which is inside, attaches it as the arguments say, without any as its section
 * names do, and prints what it tells until it is interrupted. Nothing is left then.
 *
 * usage: @NAME@ [KEY=VALUE...]
 */
#include "@NAME@.embed.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* What went wrong, with all that the kernel said. */
static int failed(struct cleat *c)
{
	char text[8192];

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
	return 1;
}

/* A record of the ring; what it returns, if it is negative, ends the watching. */
static int print(void *user, const struct cleat_record *record)
{
	const struct event *e = record->data;

	(void)user;
	if (record->lost)
		fprintf(stderr, "%llu events lost\n", (unsigned long long)record->lost);
	if (e)
		printf("pid=%u comm=%.*s\n", e->pid, (int)sizeof(e->comm), e->comm);
	return fflush(stdout) ? -errno : 0;
}

static int watch(struct cleat *c, const struct @ID@ *o)
{
	struct cleat_reader *reader;
	int err = cleat_reader_open(o->map_events, NULL, print, NULL, &reader);

	if (err)
		return failed(c);
	puts("attached");
	err = fflush(stdout);
	while (!interrupted && err >= 0) {
		err = cleat_reader_wait(reader, 1000);
		if (err == -EINTR)
			err = 0;
	}
	cleat_reader_close(reader);
	return err < 0;
}

static int run(struct cleat *c, const char *const *keys)
{
	struct @ID@ o;
	int err = @ID@_open(c, &o);

	/* Between open and load is the place to set what is constant for the program: o.rodata->... */
	if (!err)
		err = @ID@_load(&o);
	if (!err)
		err = *keys ? cleat_program_attach(o.program_@PROGRAM@, keys, &o.link_@PROGRAM@) : @ID@_attach(&o);
	err = err ? failed(c) : watch(c, &o);
	@ID@_close(&o);
	return err;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = interrupt };
	struct cleat *c;
	int status;

	(void)argc;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (cleat_open(&c, NULL))
		return 1;
	status = run(c, (const char *const *)argv + 1);
	cleat_close(c);
	return status;
}
