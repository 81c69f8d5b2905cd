/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ringwriter - writes records into a ring that a program reads, in the ring's own memory, and looks at what
 * the program got of them. Knows the library's public face only. usage: ringwriter OBJECT, the one of the
 * user_ringbuf plugin's test: its program reads when this process sends a signal. Exits with 0, or says
 * what was wrong.
 */
#include <cleat/cleat.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct cleat *context;
static struct cleat_object *object;
static struct cleat_map *orders;

static void fail(const char *what, long long a, long long b)
{
	char text[4096];

	printf("%s: %lld, %lld\n", what, a, b);
	for (size_t i = 0; context && i < cleat_diag_count(context); i++) {
		cleat_diag_format(cleat_diag_get(context, i), text, sizeof(text));
		printf("%s\n", text);
	}
	exit(1);
}

static void expect(const char *what, long long got, long long wanted)
{
	if (got != wanted)
		fail(what, got, wanted);
}

static long long value_of(const char *name)
{
	const volatile uint64_t *at = cleat_object_global_memory(object, name, NULL);

	if (!at)
		fail(name, 0, 0);
	return (long long)*at;
}

static void let_read(void)
{
	kill(getpid(), 0);
}

/* What the program has read since this was called last, and its sum. */
static void expect_read(const char *what, long long records, long long sum)
{
	static long long last_records, last_sum;

	let_read();
	expect(what, value_of("read") - last_records, records);
	expect(what, value_of("sum") - last_sum, sum);
	last_records += records;
	last_sum += sum;
}

static void *room(struct cleat_writer *w, size_t bytes, uint32_t number)
{
	void *data;

	expect("reserve", cleat_writer_reserve(w, bytes, &data), 0);
	if ((uintptr_t)data % 8)
		fail("not aligned", (long long)(uintptr_t)data, 8);
	memset(data, 0x55, bytes);
	memcpy(data, &number, sizeof(number));
	return data;
}

/* Reserved together, ended in another order. */
static void in_order(struct cleat_writer *w)
{
	void *a = room(w, 4, 100), *b = room(w, 100, 10), *c = room(w, 5, 1);

	expect_read("none is ready", 0, 0);
	cleat_writer_submit(w, c);
	cleat_writer_submit(w, b);
	expect_read("the first is not ready", 0, 0);
	cleat_writer_discard(w, a);
	expect_read("what was discarded does not come", 2, 11);
}

static void bad(struct cleat_writer *w)
{
	struct cleat_writer *none;
	struct cleat_map *array;
	static const char *const params[] = { "value-size=4", "max-entries=1", NULL };
	void *data;

	expect("nothing", cleat_writer_reserve(w, 0, &data), -EINVAL);
	expect("too much", cleat_writer_reserve(w, 4089, &data), -E2BIG);
	expect("far too much", cleat_writer_reserve(w, SIZE_MAX, &data), -E2BIG);
	if (data)
		fail("room all the same", 0, 0);
	expect("array", cleat_map_create(context, "array", "numbers", params, &array), 0);
	expect("an array", cleat_writer_open(array, &none), -EOPNOTSUPP);
	expect("one message", (long long)cleat_diag_count(context), 1);
	cleat_map_close(array);
}

static void *read_soon(void *unused)
{
	(void)unused;
	nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	let_read();
	return NULL;
}

static int readable(struct cleat_writer *w, int ms)
{
	struct pollfd p = { .fd = cleat_writer_fd(w), .events = POLLIN };

	return poll(&p, 1, ms);
}

/* A full ring: no room, not for a while either, until the program reads. */
static void full(struct cleat_writer *w)
{
	pthread_t reader;
	void *data;

	cleat_writer_submit(w, room(w, 2000, 1));
	cleat_writer_submit(w, room(w, 2000, 1));
	expect("full", cleat_writer_reserve(w, 2000, &data), -ENOSPC);
	expect("full at once", cleat_writer_wait(w, 2000, 0, &data), -ENOSPC);
	expect("full for a while", cleat_writer_wait(w, 2000, 20, &data), -ENOSPC);
	expect("nothing was read", readable(w, 0), 0);
	expect("thread", pthread_create(&reader, NULL, read_soon, NULL), 0);
	expect("room when it was read", cleat_writer_wait(w, 2000, 60000, &data), 0);
	pthread_join(reader, NULL);
	cleat_writer_discard(w, data);
	expect_read("both were read", 2, 2);
	cleat_writer_submit(w, room(w, 4000, 1));
	expect("full again", cleat_writer_reserve(w, 2000, &data), -ENOSPC);
	expect_read("the long one", 1, 1);
	expect("an event loop hears of it", readable(w, 60000), 1);
}

/* Around the ring a thousand times, and each record as it was written. */
static void many(struct cleat_writer *w)
{
	long long sum = 0, before = value_of("read"), sum_before = value_of("sum");
	void *data;

	for (uint32_t i = 0; i < 50000; i++) {
		size_t bytes = 4 + i % 300;
		int err = cleat_writer_reserve(w, bytes, &data);

		if (err == -ENOSPC) {
			let_read();
			err = cleat_writer_reserve(w, bytes, &data);
		}
		expect("room", err, 0);
		memcpy(data, &i, sizeof(i));
		cleat_writer_submit(w, data);
		sum += i;
	}
	let_read();
	expect("all came", value_of("read") - before, 50000);
	expect("as they were written", value_of("sum") - sum_before, sum);
}

/* One that nobody ends would hold back all behind it. */
static void abandoned(struct cleat_writer *w)
{
	uint32_t number = 5;

	cleat_writer_submit(w, room(w, 8, 1));
	room(w, 8, 100);
	cleat_writer_submit(w, room(w, 8, 1));
	cleat_writer_close(w);
	expect("write", cleat_map_write(orders, &number, sizeof(number)), 0);
}

int main(int argc, char **argv)
{
	struct cleat_writer *w;
	char pid[16];

	if (argc != 2)
		return 2;
	alarm(110);
	expect("open", cleat_open(&context, NULL), 0);
	expect("object", cleat_object_open(context, argv[1], &object), 0);
	orders = cleat_object_map(object, "orders");
	expect("before it is made", cleat_writer_open(orders, &w), -EBADF);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	expect("pid", cleat_object_set_global(object, "only_pid", pid), 0);
	expect("load", cleat_object_load(object), 0);
	expect("attach", cleat_object_attach(object), 0);
	expect("writer", cleat_writer_open(orders, &w), 0);
	in_order(w);
	bad(w);
	full(w);
	expect_read("nothing is left", 0, 0);
	abandoned(w);
	expect_read("and what was not ended does not come", 3, 7);
	expect("another writer", cleat_writer_open(orders, &w), 0);
	many(w);
	cleat_writer_close(w);
	cleat_writer_close(NULL);
	cleat_close(context);
	puts("all is well");
	return 0;
}
