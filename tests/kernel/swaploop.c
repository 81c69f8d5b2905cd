// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * swaploop OBJECT NAME TIMES [KEY=VALUE...] - attaches first_NAME, makes events without a pause in a
 * thread, and replaces it by second_NAME and back, TIMES times. Prints how many events there were and how
 * many were not seen; status 0 when none, 1 otherwise, 2 when there is nothing to be replaced here. With
 * the key pin=PATH the links are pinned, and the pin is opened at the end.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cleat/cleat.h>

#define EVENTS 65536

/* For uprobes: it is there under its name, and does nothing. */
__attribute__((visibility("default"), noinline, used)) int swapped_call(int n);
int swapped_call(int n)
{
	__asm__ volatile("");
	return n;
}

struct stream {
	volatile uint32_t *now;
	uint32_t made;
	volatile int stop;
};

static void *make_events(void *user)
{
	const int self = (int)getpid();
	struct stream *s = user;

	while (!s->stop && s->made < EVENTS) {
		*s->now = s->made++;
		syscall(SYS_getppid);
		syscall(SYS_getpgid, self); /* 0 would be no question */
		swapped_call((int)s->made);
		close(socket(AF_UNIX, SOCK_DGRAM, 0));
	}
	return NULL;
}

static int complain(struct cleat *c)
{
	char text[4096];

	for (size_t i = 0; i < cleat_diag_count(c); i++) {
		cleat_diag_format(cleat_diag_get(c, i), text, sizeof(text));
		fprintf(stderr, "%s\n", text);
	}
	return 2;
}

struct pair {
	struct cleat *c;
	struct cleat_object *o;
	struct cleat_program *one, *other;
};

static struct cleat_program *named(struct cleat_object *o, const char *which, const char *name)
{
	char full[64];

	snprintf(full, sizeof(full), "%s_%s", which, name);
	return cleat_object_program(o, full);
}

static int load(struct pair *pair, const char *object, const char *name)
{
	struct cleat_program *p;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (cleat_object_open(pair->c, object, &pair->o))
		return -1;
	pair->one = named(pair->o, "first", name);
	pair->other = named(pair->o, "second", name);
	for (size_t i = 0; (p = cleat_object_program_at(pair->o, i)); i++)
		cleat_program_set_autoload(p, p == pair->one || p == pair->other);
	if (!pair->one || cleat_object_set_global(pair->o, "only_pid", pid))
		return -1;
	return 0;
}

/* Both are loaded for the same place, where that is said at load. */
static int set_params(struct pair *pair, const char *const *params)
{
	char key[64];

	for (; *params; params++) {
		const char *equals = strchr(*params, '=');

		snprintf(key, sizeof(key), "%.*s", (int)(equals - *params), *params);
		if (cleat_program_set_param(pair->one, key, equals + 1) ||
		    cleat_program_set_param(pair->other, key, equals + 1))
			return -1;
	}
	return cleat_object_load(pair->o);
}

static int replace_often(struct pair *pair, struct cleat_link *link, long times)
{
	const struct timespec moment = { .tv_nsec = 2000000 };

	for (long i = 0; i < times; i++) {
		if (cleat_link_replace(link, i % 2 ? pair->one : pair->other))
			return -1;
		if (cleat_link_program(link) != (i % 2 ? pair->one : pair->other))
			return -1;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static int count(struct pair *pair, const struct stream *s)
{
	const uint8_t *seen = cleat_object_global_memory(pair->o, "seen", NULL);
	const uint64_t *first = cleat_object_global_memory(pair->o, "by_first", NULL);
	const uint64_t *second = cleat_object_global_memory(pair->o, "by_second", NULL);
	uint32_t unseen = 0;

	for (uint32_t i = 0; i < s->made; i++)
		unseen += !seen[i];
	printf("%u events, %u not seen; by the first %llu, by the second %llu\n", s->made, unseen,
	       (unsigned long long)*first, (unsigned long long)*second);
	return unseen || !s->made || !*first || !*second;
}

static int run(struct pair *pair, const char *pin, long times)
{
	struct stream s = { .now = cleat_object_global_memory(pair->o, "now", NULL) };
	struct cleat_link *link;
	pthread_t thread;
	int err;

	if (!s.now || cleat_program_attach(pair->one, NULL, &link) ||
	    (pin && cleat_link_pin(link, pin)))
		return complain(pair->c);
	if (pthread_create(&thread, NULL, make_events, &s))
		return 2;
	err = replace_often(pair, link, times);
	s.stop = 1;
	pthread_join(thread, NULL);
	if (err)
		return complain(pair->c);
	if (pin && access(pin, F_OK)) {
		fprintf(stderr, "the pin is gone\n");
		return 1;
	}
	return count(pair, &s) || cleat_link_detach(link);
}

int main(int argc, char **argv)
{
	const char *const *keys, *pin = NULL;
	struct pair pair = { 0 };
	int status;

	if (argc < 4 || cleat_open(&pair.c, NULL))
		return 2;
	keys = (const char *const *)argv + 4;
	if (*keys && strncmp(*keys, "pin=", 4) == 0)
		pin = *keys++ + 4;
	if (load(&pair, argv[1], argv[2]) || set_params(&pair, keys))
		status = complain(pair.c);
	else
		status = run(&pair, pin, atol(argv[3]));
	cleat_close(pair.c);
	return status;
}
