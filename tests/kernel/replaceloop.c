/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * replaceloop [-calls] [-times=N] [-pin=PATH] [-by=OTHER] OBJECT PROGRAM COUNTER [-GLOBAL=VALUE...]
 * [KEY=VALUE...] - attaches a program and swaps it for its twin, another load of the same object, and back, again and
 * again, over the public API. Prints its pid when it is attached. N swaps end it, or a line on standard
 * input: then it prints how often the program was replaced, and what the global COUNTER has come to in
 * each of the two. With -calls it makes the events itself, in a thread: system calls and calls of a
 * function, each with its number in the global 'now'; the programs mark it in 'seen'. With -pin the link
 * is pinned, and the pin must stay; with -by the twin is another program of the object. Status 1 when something failed or was missed, with the reason.
 */
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/object.h>

#include "complain.h"
#include "sdt.h"

#define PAUSE 2 /* milliseconds: many swaps, and many events between two */
#define CALLS 65536 /* as many as 'seen' has room for */

struct twin {
	struct cleat_object *object;
	struct cleat_program *program;
	volatile uint32_t *now;
};

struct options {
	bool calls;
	long times; /* 0: until a line comes */
	const char *pin, *by;
};

struct caller {
	struct twin *twins;
	volatile uint32_t made;
	volatile bool stop;
};

/* For uprobes: it is there under its name, and does nothing but to be a probe of USDT. */
__attribute__((visibility("default"), noinline, used)) int replaced_call(int n);
int replaced_call(int n)
{
	__asm__ volatile(SDT_PROBE("replaced", "call", "0", ""));
	return n;
}

static void *make_calls(void *user)
{
	const int self = (int)getpid();
	struct caller *caller = user;

	for (; !caller->stop && caller->made < CALLS; caller->made++) {
		for (int i = 0; i < 2; i++)
			*caller->twins[i].now = caller->made;
		syscall(SYS_getppid);
		syscall(SYS_getpgid, self); /* 0 would be no question */
		replaced_call(self);
		close(socket(AF_UNIX, SOCK_DGRAM, 0));
	}
	return NULL;
}

/* Of all calls those that neither program saw; each has seen some. */
static int judge_calls(const struct caller *caller)
{
	const uint8_t *seen[2];
	uint32_t unseen = 0;

	for (int i = 0; i < 2; i++) {
		seen[i] = cleat_object_global_memory(caller->twins[i].object, "seen", NULL);
		if (!seen[i] || !memchr(seen[i], 1, CALLS)) {
			fprintf(stderr, "one of the two programs saw nothing\n");
			return -1;
		}
	}
	for (uint32_t i = 0; i < caller->made; i++)
		unseen += !seen[0][i] && !seen[1][i];
	printf("%u calls, %u not seen; ", caller->made, unseen);
	return unseen || !caller->made ? -1 : 0;
}

static const char *value_of(char *arg, size_t *length)
{
	const char *equals = strchr(arg, '=');

	if (!equals)
		return NULL;
	*length = (size_t)(equals - arg);
	return equals + 1;
}

/* Globals stand before the keys; both are said before the load, which some types need. */
static int configure(struct twin *t, char **args)
{
	char name[64];

	for (; *args; args++) {
		char *from = *args + (**args == '-');
		size_t length;
		const char *value = value_of(from, &length);

		if (!value)
			return -1;
		snprintf(name, sizeof(name), "%.*s", (int)length, from);
		if (from != *args ? cleat_object_set_global(t->object, name, value)
				  : cleat_program_set_param(t->program, name, value))
			return -1;
	}
	return 0;
}

static int load(struct cleat *c, struct twin *t, const struct options *o, char **args,
		const char *name)
{
	struct cleat_program *other;
	char pid[16];

	if (cleat_object_open(c, args[0], &t->object))
		return -1;
	t->program = cleat_object_program(t->object, name);
	for (size_t i = 0; (other = cleat_object_program_at(t->object, i)); i++)
		cleat_program_set_autoload(other, other == t->program);
	if (!t->program || configure(t, args + 3))
		return -1;
	if (!o->calls)
		return cleat_object_load(t->object);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (cleat_object_set_global(t->object, "only_pid", pid) || cleat_object_load(t->object))
		return -1;
	t->now = cleat_object_global_memory(t->object, "now", NULL);
	return t->now ? 0 : -1;
}

/* Whichever program is there sees a call, however busy the machine is. */
static void let_pass(const struct caller *caller, bool calls)
{
	const uint32_t before = caller->made;

	/* One may have begun before: it is not counted. */
	while (calls && caller->made - before < 2 && caller->made < CALLS)
		poll(NULL, 0, 1);
}

/* Returns how often, or -1. */
static long swap_on(struct cleat_link *links, struct twin twins[2], const struct options *o,
		    const struct caller *caller)
{
	const long times = o->times;
	struct pollfd input = { .fd = times ? -1 : STDIN_FILENO, .events = POLLIN };
	long n = 0;

	while (poll(&input, 1, PAUSE) == 0 && (!times || n < times)) {
		let_pass(caller, o->calls);
		n++;
		for (struct cleat_link *l = links; l; l = cleat_link_next(l))
			if (cleat_link_replace(l, twins[n & 1].program) ||
			    cleat_link_program(l) != twins[n & 1].program)
				return -1;
	}
	let_pass(caller, o->calls);
	return n;
}

static int say(struct twin twins[2], const char *counter, long n)
{
	printf("%ld", n);
	for (int i = 0; i < 2; i++) {
		char *value;

		if (cleat_object_get_global(twins[i].object, counter, false, &value))
			return -1;
		printf(" %s", value);
		free(value);
	}
	putchar('\n');
	return 0;
}

/* What is pinned would stay otherwise. */
static int detach(struct cleat_link *links)
{
	struct cleat_link *next;
	int err = 0;

	for (; links && !err; links = next) {
		next = cleat_link_next(links);
		err = cleat_link_detach(links);
	}
	return err;
}

static int run(struct twin twins[2], const struct options *o, const char *counter)
{
	struct caller caller = { .twins = twins };
	struct cleat_link *links;
	pthread_t thread;
	int err;
	long n;

	if (cleat_program_attach(twins[0].program, NULL, &links) ||
	    (o->pin && cleat_link_pin(links, o->pin)))
		return -1;
	printf("%d\n", (int)getpid());
	fflush(stdout);
	if (o->calls && pthread_create(&thread, NULL, make_calls, &caller))
		return -1;
	n = swap_on(links, twins, o, &caller);
	if (o->calls) {
		caller.stop = true;
		pthread_join(thread, NULL);
	}
	err = n < 0 || (o->calls && judge_calls(&caller));
	if (!err && o->pin && access(o->pin, F_OK)) {
		fprintf(stderr, "the pin is gone\n");
		err = -1;
	}
	if (!err)
		err = say(twins, counter, n);
	if (!err)
		return detach(links);
	if (o->pin) /* what was said of the failure stays the last word */
		unlink(o->pin);
	return -1;
}

static char **parse(struct options *o, char **args)
{
	for (; *args && **args == '-'; args++) {
		if (strcmp(*args, "-calls") == 0)
			o->calls = true;
		else if (strncmp(*args, "-times=", 7) == 0)
			o->times = atol(*args + 7);
		else if (strncmp(*args, "-pin=", 5) == 0)
			o->pin = *args + 5;
		else if (strncmp(*args, "-by=", 4) == 0)
			o->by = *args + 4;
		else
			return NULL;
	}
	return args;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	char **args = parse(&o, argv + 1);
	struct twin twins[2] = { 0 };
	struct cleat *c;
	int status = 0;

	if (!args || argc - (args - argv) < 3 || cleat_open(&c, NULL))
		return 2;
	if (load(c, &twins[0], &o, args, args[1]) ||
	    load(c, &twins[1], &o, args, o.by ? o.by : args[1]) || run(twins, &o, args[2])) {
		complain(c);
		status = 1;
	}
	cleat_close(c);
	return status;
}
