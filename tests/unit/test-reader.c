// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-reader.c - readers without a kernel: groups, waits with a limit, and threads that end them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "live/reader.h"

/* A map whose records are the bytes in a pipe; an 'x' is lost, an 'o' was overwritten. */
struct source {
	struct cleat_map map;
	struct plugin plugin;
	int fds[2];
	char got[32];
	size_t n;
	struct cleat_record last;
	int ret; /* of the record function */
	struct cleat_reader *reader;
};

static int open_pipe(struct cleat_map *m, const struct cleat_params *p _unused_,
		     struct cleat_reader *r)
{
	struct source *s = container_of(m, struct source, map);

	cleat_reader_set_data(r, s);
	cleat_reader_set_fd(r, fcntl(s->fds[0], F_DUPFD_CLOEXEC, 3));
	return 0;
}

static int drain_pipe(struct cleat_reader *r)
{
	const struct source *s = cleat_reader_data(r);
	int n = 0, ret;
	char byte;

	while (read(s->fds[0], &byte, 1) == 1) {
		if (byte == 'x') {
			cleat_reader_lost(r, 1, 3);
			continue;
		}
		if (byte == 'o') {
			cleat_reader_overwritten(r, 16);
			continue;
		}
		n++;
		ret = cleat_reader_emit(r, &byte, 1, 0);
		if (ret)
			return ret;
	}
	return n;
}

static const struct cleat_map_plugin pipes = {
	.reader_open = open_pipe,
	.reader_drain = drain_pipe,
};

static int on_record(void *user, const struct cleat_record *record)
{
	struct source *s = user;

	s->last = *record;
	if (record->data)
		s->got[s->n++] = *(const char *)record->data;
	return s->ret;
}

static void open_source(struct cleat *c, struct source *s)
{
	*s = (struct source){
		.map = { .c = c, .fd = 0, .name = (char *)"events", .plugin = &s->plugin },
		.plugin = { .name = (char *)"pipe", .map = &pipes },
	};
	assert_int_equal(pipe2(s->fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(cleat_reader_open(&s->map, NULL, on_record, s, &s->reader), 0);
}

/* The reader is closed by whoever has it. */
static void close_source(struct source *s)
{
	close(s->fds[0]);
	close(s->fds[1]);
}

static void put(const struct source *s, const char *bytes)
{
	assert_int_equal(write(s->fds[1], bytes, strlen(bytes)), strlen(bytes));
}

static struct cleat *context(void)
{
	struct cleat *c;

	assert_int_equal(cleat_open(&c, NULL), 0);
	return c;
}

static void test_one_reader(void **state _unused_)
{
	struct cleat *c = context();
	struct cleat_reader *second;
	struct source s;
	char text[256];

	open_source(c, &s);
	assert_int_equal(cleat_reader_open(&s.map, NULL, on_record, &s, &second), -EBUSY);
	assert_null(second);
	cleat_diag_format(cleat_diag_get(c, 0), text, sizeof(text));
	assert_string_equal(text, "cleat: error: map 'events': the map has a reader already");
	cleat_reader_close(s.reader);
	assert_int_equal(cleat_reader_open(&s.map, NULL, on_record, &s, &s.reader), 0);
	cleat_reader_close(s.reader);
	close_source(&s);
	cleat_close(c);
}

static void check_text(const struct cleat_record *record, unsigned int flags, const char *want)
{
	struct cleat_text *text = cleat_text_new();

	assert_int_equal(cleat_record_format(record, flags, text), 0);
	assert_string_equal(cleat_text_data(text, NULL), want);
	cleat_text_free(text);
}

static void test_loss(void **state _unused_)
{
	struct cleat *c = context();
	struct source s;

	open_source(c, &s);
	put(&s, "xxa");
	assert_int_equal(cleat_reader_dispatch(s.reader), 1);
	assert_int_equal(s.last.lost, 2);
	put(&s, "bxxx");
	assert_int_equal(cleat_reader_dispatch(s.reader), 1);
	assert_null(s.last.data);
	assert_int_equal(s.last.lost, 3);
	assert_int_equal(s.last.cpu, 3);
	check_text(&s.last, 0, "lost=3");
	check_text(&s.last, CLEAT_FORMAT_JSON, "{\"lost\":3}");
	put(&s, "o");
	assert_int_equal(cleat_reader_dispatch(s.reader), 0);
	assert_int_equal(s.last.lost, 0);
	assert_int_equal(s.last.overwritten, 16);
	check_text(&s.last, 0, "overwritten=16");
	check_text(&s.last, CLEAT_FORMAT_JSON, "{\"overwritten\":16}");
	/* said once */
	put(&s, "oa");
	put(&s, "b");
	assert_int_equal(cleat_reader_dispatch(s.reader), 2);
	assert_int_equal(s.last.overwritten, 0);
	assert_memory_equal(s.got, "abab", 4);
	cleat_reader_close(s.reader);
	close_source(&s);
	cleat_close(c);
}

static int dispatch_again(void *user, const struct cleat_record *record _unused_)
{
	struct cleat_reader **r = user;

	return cleat_reader_dispatch(*r);
}

static void test_not_from_within(void **state _unused_)
{
	struct cleat *c = context();
	struct source s;

	open_source(c, &s);
	cleat_reader_close(s.reader);
	assert_int_equal(cleat_reader_open(&s.map, NULL, dispatch_again, &s.reader, &s.reader), 0);
	put(&s, "a");
	assert_int_equal(cleat_reader_dispatch(s.reader), -EBUSY);
	assert_int_equal(cleat_reader_dispatch(s.reader), 0);
	cleat_reader_close(s.reader);
	close_source(&s);
	cleat_close(c);
}

static void test_group(void **state _unused_)
{
	struct cleat *c = context();
	struct cleat_reader *group;
	struct source a, b;

	open_source(c, &a);
	open_source(c, &b);
	assert_int_equal(cleat_reader_group_open(c, &group), 0);
	assert_int_equal(cleat_reader_wait(group, 0), 0);
	assert_int_equal(cleat_reader_group_add(group, a.reader), 0);
	assert_int_equal(cleat_reader_group_add(group, b.reader), 0);
	assert_int_equal(cleat_reader_group_add(group, b.reader), -EBUSY);
	assert_int_equal(cleat_reader_group_add(group, group), -EINVAL);
	assert_int_equal(cleat_reader_group_add(a.reader, b.reader), -EINVAL);
	put(&a, "12");
	put(&b, "345");
	assert_int_equal(cleat_reader_wait(group, 1000), 5);
	assert_memory_equal(a.got, "12", 2);
	assert_memory_equal(b.got, "345", 3);
	/* who stops the dispatch does not keep the others from theirs */
	a.ret = 7;
	put(&a, "67");
	put(&b, "8");
	assert_int_equal(cleat_reader_dispatch(group), 7);
	assert_int_equal(a.n, 3);
	assert_int_equal(b.n, 3);
	assert_int_equal(cleat_reader_dispatch(group), 7);
	assert_int_equal(a.n, 4);
	assert_int_equal(b.n, 4);
	/* one that is closed is no longer waited for */
	cleat_reader_close(a.reader);
	put(&a, "9");
	assert_int_equal(cleat_reader_wait(group, 10), 0);
	put(&b, "0");
	assert_int_equal(cleat_reader_wait(group, 1000), 1);
	/* the other one goes with the group */
	cleat_reader_close(group);
	assert_null(b.map.reader);
	close_source(&a);
	close_source(&b);
	cleat_close(c);
}

static int64_t ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_timeout(void **state _unused_)
{
	struct cleat *c = context();
	struct source s;
	int64_t began = ms();

	open_source(c, &s);
	assert_int_equal(cleat_reader_wait(s.reader, 0), 0);
	assert_int_equal(cleat_reader_wait(s.reader, 50), 0);
	assert_true(ms() - began >= 50);
	/* what is lost alone does not end it, and is told */
	put(&s, "x");
	assert_int_equal(cleat_reader_wait(s.reader, 20), 0);
	assert_int_equal(s.last.lost, 1);
	put(&s, "ab");
	assert_int_equal(cleat_reader_wait(s.reader, -1), 2);
	s.ret = -EPIPE;
	put(&s, "c");
	assert_int_equal(cleat_reader_wait(s.reader, -1), -EPIPE);
	cleat_reader_close(s.reader);
	close_source(&s);
	cleat_close(c);
}

static void *consume(void *data)
{
	struct source *s = data;
	intptr_t n;

	do {
		n = cleat_reader_wait(s->reader, -1);
	} while (n >= 0);
	return (void *)n;
}

static void test_thread(void **state _unused_)
{
	struct cleat *c = context();
	struct source s;
	pthread_t thread;
	void *ret;

	open_source(c, &s);
	for (int round = 0; round < 200; round++) {
		s.n = 0;
		assert_int_equal(pthread_create(&thread, NULL, consume, &s), 0);
		put(&s, "abc");
		assert_int_equal(cleat_reader_interrupt(s.reader), 0);
		pthread_join(thread, &ret);
		assert_int_equal((intptr_t)ret, -ECANCELED);
		/* whatever it had not come to by then is still there */
		cleat_reader_dispatch(s.reader);
		assert_int_equal(s.n, 3);
	}
	/* before the wait began, once */
	assert_int_equal(cleat_reader_interrupt(s.reader), 0);
	assert_int_equal(cleat_reader_interrupt(s.reader), 0);
	assert_int_equal(cleat_reader_wait(s.reader, -1), -ECANCELED);
	assert_int_equal(cleat_reader_wait(s.reader, 10), 0);
	cleat_reader_close(s.reader);
	close_source(&s);
	cleat_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_reader), cmocka_unit_test(test_loss),
		cmocka_unit_test(test_not_from_within), cmocka_unit_test(test_group),
		cmocka_unit_test(test_timeout), cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
