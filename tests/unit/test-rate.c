// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-rate.c - how many records may pass in a time, by a clock of the test's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/rate.h"

#define SECOND 1000000000ull

static void spelling(void **state)
{
	static const struct {
		const char *text;
		uint64_t each;
	} good[] = {
		{ "100/s", SECOND / 100 }, { "1/s", SECOND },	   { "60/m", SECOND },
		{ "1/1h", 3600 * SECOND }, { "10/10s", SECOND },   { "5/100ms", SECOND / 50 },
		{ "1000/h", 3600 * SECOND / 1000 }, { "1/ns", 1 },
	};
	static const char *const bad[] = { "", "/", "100", "100/", "/s", "0/s", "100/0s", "-1/s", "1.5/s",
					   "100/fortnight", "2/ns", "100/s/s", "100 per second",
					   "18446744073709551616/s",
					   "100/sssssssssssssssssssssssssssssssssssssss" };
	struct rate r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(rate_parse(&r, good[i].text, 0), 0);
		assert_int_equal(r.each, good[i].each);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(rate_parse(&r, bad[i], 0), -EINVAL);
}

static unsigned int passed(struct rate *r, uint64_t now, unsigned int n)
{
	unsigned int count = 0;

	while (n--)
		count += rate_pass(r, now);
	return count;
}

static void bursts(void **state)
{
	struct rate r;

	(void)state;
	assert_int_equal(rate_parse(&r, "10/s", 0), 0);
	assert_int_equal(passed(&r, 5 * SECOND, 100), 10);
	/* one is due every tenth of a second, and never more than a burst */
	assert_int_equal(passed(&r, 5 * SECOND + SECOND / 10, 100), 1);
	assert_int_equal(passed(&r, 5 * SECOND + SECOND / 2, 100), 4);
	assert_int_equal(passed(&r, 500 * SECOND, 100), 10);
	assert_int_equal(rate_parse(&r, "10/s", 1), 0);
	assert_int_equal(passed(&r, SECOND, 100), 1);
	assert_int_equal(passed(&r, SECOND + SECOND / 10 - 1, 100), 0);
	assert_int_equal(passed(&r, SECOND + SECOND / 10, 100), 1);
	assert_int_equal(rate_parse(&r, "1/h", 50), 0);
	assert_int_equal(passed(&r, 0, 100), 50);
	assert_int_equal(rate_parse(&r, "1/1000h", UINT64_MAX), 0);
	assert_int_equal(passed(&r, 0, 1000), 1000);
	r = (struct rate) { 0 };
	assert_int_equal(passed(&r, 0, 1000), 1000);
}

/* Over any time, the number that was asked for and one burst. */
static void steady(void **state)
{
	struct rate r;
	unsigned int n = 0;

	(void)state;
	assert_int_equal(rate_parse(&r, "7/s", 3), 0);
	for (uint64_t ms = 0; ms < 100000; ms++)
		n += passed(&r, ms * 1000000, 2);
	assert_in_range(n, 700, 703);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spelling),
		cmocka_unit_test(bursts),
		cmocka_unit_test(steady),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
