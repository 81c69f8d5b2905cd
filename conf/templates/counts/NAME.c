// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * @NAME@.c - loads @NAME@.bpf.c, which is inside, attaches it as the arguments say, without any as its section
 * names do, and prints what it counts until it is interrupted. Nothing is left then.
 *
 * usage: @NAME@ [KEY=VALUE...]
 */
#include "@NAME@.embed.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

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

static int watch(const struct @ID@ *o)
{
	unsigned long long before = 0;

	puts("attached");
	while (!interrupted) {
		/* in the kernel's memory: no call is needed to read it */
		unsigned long long now = __atomic_load_n(&o->bss->seen, __ATOMIC_RELAXED);

		if (now != before)
			printf("%llu seen\n", before = now);
		if (fflush(stdout))
			return 1;
		usleep(200000);
	}
	return 0;
}

static int run(struct cleat *c, const char *const *keys)
{
	struct @ID@ o;
	int err = @ID@_open(c, &o);

	/* Between open and load is the place to set what is constant for the program: o.rodata->... */
	if (!err)
		err = @ID@_load(&o);
	if (!err && !o.bss)
		return fputs("@NAME@: this kernel does not share variables\n", stderr), 1;
	if (!err)
		err = *keys ? cleat_program_attach(o.program_@PROGRAM@, keys, &o.link_@PROGRAM@) : @ID@_attach(&o);
	err = err ? failed(c) : watch(&o);
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
