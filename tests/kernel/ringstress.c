/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ringstress - a program writes records as fast as it can, a thread of its own takes them, slowly:
 * what is lost must be counted exactly, and nothing may come twice, torn or out of order. Knows the
 * library's public face only.
 *
 *   ring OBJECT COUNT        a ring buffer: the program knows what was refused
 *   perf OBJECT COUNT        a perf buffer: the reader is told what was lost
 *   overwrite OBJECT COUNT   a ring whose oldest records are overwritten, counted in bytes
 *   group OBJECT COUNT       all of it behind one descriptor
 *   none OBJECT MAP          a map without records
 *
 * Exits with 0, or says what was wrong.
 */
#include <cleat/cleat.h>
#include <cleat/uapi.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct cleat *context;

static void fail(const char *what, uint64_t a, uint64_t b)
{
	char text[4096];

	printf("%s: %llu, %llu\n", what, (unsigned long long)a, (unsigned long long)b);
	for (size_t i = 0; context && i < cleat_diag_count(context); i++) {
		cleat_diag_format(cleat_diag_get(context, i), text, sizeof(text));
		printf("%s\n", text);
	}
	exit(1);
}

static void must(const char *what, int err)
{
	if (err < 0)
		fail(what, (uint64_t)-err, 0);
}

/* What one reader has seen. */
struct seen {
	uint64_t next; /* no number below this may come any more */
	uint64_t got, lost, bytes, overwritten;
	const volatile uint64_t *made; /* for one that is slow: how many there are by now, */
	uint64_t todo;		       /* and in the end */
};

/* A slow reader rests after so many records, until the writer is so far ahead: more than a ring. */
#define REST_AFTER 4096
#define FAR_AHEAD 8192

static void rest(const struct seen *seen, uint64_t number)
{
	while (*seen->made < seen->todo && *seen->made < number + FAR_AHEAD)
		nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}

struct world {
	struct cleat_object *o;
	struct cleat_reader *r;
	int program;
	uint64_t todo;
};

static const volatile uint64_t *variable(const struct world *w, const char *name)
{
	const volatile uint64_t *at = cleat_object_global_memory(w->o, name, NULL);

	if (!at)
		fail(name, 0, 0);
	return at;
}

static uint64_t value_of(const struct world *w, const char *name)
{
	return *variable(w, name);
}

static int on_record(void *user, const struct cleat_record *r)
{
	struct seen *seen = user;
	uint64_t words[32]; /* records of perf buffers are aligned to 4 bytes only */
	size_t n;

	seen->lost += r->lost;
	seen->overwritten += r->overwritten;
	if (!r->data)
		return 0;
	if (r->bytes < sizeof(words[0]) || r->bytes > sizeof(words))
		fail("a record of a wrong size", r->bytes, 0);
	memcpy(words, r->data, r->bytes);
	/* a perf buffer has 4 bytes more, which nobody wrote */
	n = r->bytes / sizeof(words[0]);
	if (n != 1 + words[0] % 16)
		fail("a record of another's size", words[0], n);
	for (size_t i = 1; i < n; i++)
		if (words[i] != words[0])
			fail("a torn record", words[0], words[i]);
	if (words[0] < seen->next)
		fail("a record again, or late", words[0], seen->next);
	seen->next = words[0] + 1;
	seen->got++;
	seen->bytes += r->bytes + 8;
	if (seen->made && seen->got % REST_AFTER == 0)
		rest(seen, words[0]);
	return 0;
}

/* On one CPU, so that all records are in order in perf buffers, too. */
static void *produce(void *data)
{
	struct world *w = data;
	uint8_t packet[64] = { 0 };
	union bpf_attr attr;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (uint64_t left = w->todo, n; left; left -= n) {
		n = left < 10000 ? left : 10000;
		memset(&attr, 0, sizeof(attr));
		attr.test.prog_fd = (uint32_t)w->program;
		attr.test.data_in = (uintptr_t)packet;
		attr.test.data_size_in = sizeof(packet);
		attr.test.repeat = (uint32_t)n;
		if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)) && errno != EINTR)
			fail("the program does not run", (uint64_t)errno, left);
	}
	return NULL;
}

/* Until it is told to end. */
static void *consume(void *data)
{
	struct world *w = data;
	int n;

	do {
		n = cleat_reader_wait(w->r, 1000);
	} while (n >= 0);
	if (n != -ECANCELED)
		fail("a wait ended", (uint64_t)-n, 0);
	return NULL;
}

static struct cleat_map *map(struct world *w, const char *name)
{
	struct cleat_map *m = cleat_object_map(w->o, name);

	if (!m)
		fail(name, 0, 0);
	return m;
}

static struct cleat_reader *reader(struct world *w, const char *name, struct seen *seen)
{
	struct cleat_reader *r;

	must(name, cleat_reader_open(map(w, name), NULL, on_record, seen, &r));
	return r;
}

static void load(struct world *w)
{
	must("load", cleat_object_load(w->o));
	w->program = cleat_program_fd(cleat_object_program(w->o, "produce"));
}

/* Both threads beside each other, and what is left at the end. */
static void run(struct world *w)
{
	pthread_t producer, consumer;
	int n;

	if (pthread_create(&consumer, NULL, consume, w) || pthread_create(&producer, NULL, produce, w))
		fail("no thread", 0, 0);
	pthread_join(producer, NULL);
	must("interrupt", cleat_reader_interrupt(w->r));
	pthread_join(consumer, NULL);
	do {
		n = cleat_reader_dispatch(w->r);
		must("dispatch", n);
	} while (n > 0);
	if (value_of(w, "made") != w->todo)
		fail("not all were made", value_of(w, "made"), w->todo);
}

static void tell(const char *name, const struct seen *seen, uint64_t lost, const char *unit)
{
	printf("%s: %llu records came, %llu %s lost\n", name, (unsigned long long)seen->got,
	       (unsigned long long)lost, unit);
}

static int ring(struct world *w)
{
	struct seen seen = { .todo = w->todo };
	uint64_t refused;

	must("global", cleat_object_set_global(w->o, "to_ring", "1"));
	load(w);
	seen.made = variable(w, "made");
	w->r = reader(w, "ring", &seen);
	run(w);
	refused = value_of(w, "refused");
	if (seen.got + refused != w->todo || !seen.got || !refused || seen.lost)
		fail("what came and what was refused is not all", seen.got, refused);
	tell("ring", &seen, refused, "records");
	return 0;
}

static int perf(struct world *w)
{
	struct seen seen = { .todo = w->todo };

	must("global", cleat_object_set_global(w->o, "to_perf", "1"));
	load(w);
	seen.made = variable(w, "made");
	w->r = reader(w, "perf", &seen);
	run(w);
	if (seen.got + seen.lost != w->todo || !seen.got || !seen.lost)
		fail("what came and what was lost is not all", seen.got, seen.lost);
	tell("perf", &seen, seen.lost, "records");
	return 0;
}

static int overwrite(struct world *w)
{
	struct seen seen = { .todo = w->todo };

	must("global", cleat_object_set_global(w->o, "to_ring", "1"));
	must("flags", cleat_map_set_param(map(w, "ring"), "flags", "rb_overwrite"));
	load(w);
	seen.made = variable(w, "made");
	w->r = reader(w, "ring", &seen);
	run(w);
	if (value_of(w, "refused") || seen.lost)
		fail("a record was refused", value_of(w, "refused"), seen.lost);
	if (seen.next != w->todo)
		fail("the newest record was overwritten", seen.next, w->todo);
	if (seen.bytes + seen.overwritten != value_of(w, "ring_bytes") || !seen.overwritten)
		fail("what came and what was overwritten is not all", seen.bytes, seen.overwritten);
	tell("overwrite", &seen, seen.overwritten, "bytes");
	return 0;
}

static int group(struct world *w)
{
	static const char *const names[] = { "ring", "other_ring", "perf" };
	struct seen seen[3] = { 0 };
	struct cleat_reader *one;

	must("global", cleat_object_set_global(w->o, "to_ring", "1"));
	must("global", cleat_object_set_global(w->o, "to_other_ring", "1"));
	must("global", cleat_object_set_global(w->o, "to_perf", "1"));
	/* enough for all */
	must("size", cleat_map_set_param(map(w, "ring"), "max-entries", "4M"));
	must("size", cleat_map_set_param(map(w, "other_ring"), "max-entries", "4M"));
	must("size", cleat_map_set_param(map(w, "perf"), "pages", "1024"));
	load(w);
	must("group", cleat_reader_group_open(context, &w->r));
	for (size_t i = 0; i < 3; i++)
		must("add", cleat_reader_group_add(w->r, reader(w, names[i], &seen[i])));
	if (cleat_reader_open(map(w, "ring"), NULL, on_record, &seen[0], &one) != -EBUSY)
		fail("a second reader", 0, 0);
	run(w);
	for (size_t i = 0; i < 3; i++)
		if (seen[i].got != w->todo || seen[i].lost)
			fail(names[i], seen[i].got, seen[i].lost);
	return 0;
}

static int none(struct world *w, const char *name)
{
	struct cleat_reader *r;
	char text[4096];
	int err;

	load(w);
	err = cleat_reader_open(map(w, name), NULL, on_record, NULL, &r);
	cleat_diag_format(cleat_diag_get(context, 0), text, sizeof(text));
	printf("%s\n", text);
	return err == -EOPNOTSUPP && !r && cleat_diag_count(context) == 1 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct world w = { 0 };
	int ret = 2;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 4)
		return 2;
	alarm(590);
	must("open", cleat_open(&context, NULL));
	must("object", cleat_object_open(context, argv[2], &w.o));
	w.todo = strtoull(argv[3], NULL, 0);
	if (!strcmp(argv[1], "ring"))
		ret = ring(&w);
	else if (!strcmp(argv[1], "perf"))
		ret = perf(&w);
	else if (!strcmp(argv[1], "overwrite"))
		ret = overwrite(&w);
	else if (!strcmp(argv[1], "group"))
		ret = group(&w);
	else if (!strcmp(argv[1], "none"))
		ret = none(&w, argv[3]);
	cleat_reader_close(w.r);
	cleat_close(context);
	return ret;
}
