// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-pattern.c - which section names a pattern takes, and which of two patterns wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugin/inner.h"

static void forms(void **state)
{
	static const struct {
		const char *pattern, *name, *rest; /* rest NULL: does not match */
	} cases[] = {
		{ "xdp", "xdp", "" },
		{ "xdp", "xdp/eth0", NULL },
		{ "xdp", "xdp.frags", NULL },
		{ "xdp", "xd", NULL },
		{ "xdp", "", NULL },
		{ "kprobe/", "kprobe/do_exit", "do_exit" },
		{ "kprobe/", "kprobe/a/b", "a/b" },
		{ "kprobe/", "kprobe/", NULL },
		{ "kprobe/", "kprobe", NULL },
		{ "kprobe/", "kprobes/x", NULL },
		{ "kprobe+", "kprobe", "" },
		{ "kprobe+", "kprobe/", "" },
		{ "kprobe+", "kprobe/x", "x" },
		{ "kprobe+", "kprobe.multi", NULL },
		{ "kprobe+", "kprob", NULL },
		{ "xdp/devmap", "xdp/devmap", "" },
		{ "xdp/devmap", "xdp", NULL },
		{ "+", "x", NULL },
		{ "/", "/x", NULL },
		{ "", "", NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *rest = "untouched";
		bool taken = pattern_matches(cases[i].pattern, cases[i].name, &rest);

		if (taken != !!cases[i].rest)
			fail_msg("'%s' %s '%s'", cases[i].pattern, taken ? "takes" : "refuses",
				 cases[i].name);
		if (taken)
			assert_string_equal(rest, cases[i].rest);
		assert_int_equal(pattern_matches(cases[i].pattern, cases[i].name, NULL), taken);
	}
}

static void rest_points_into_name(void **state)
{
	const char *name = "kprobe/do_exit", *rest;

	assert_true(pattern_matches("kprobe+", name, &rest));
	assert_ptr_equal(rest, name + 7);
}

static void longest_wins(void **state)
{
	/* each says more than the one before it */
	static const char *const order[] = { "xdp+", "xdp/", "xdp", "xdp/de+", "xdp/devmap" };
	size_t i;

	for (i = 1; i < sizeof(order) / sizeof(order[0]); i++)
		assert_true(pattern_weight(order[i]) > pattern_weight(order[i - 1]));
	assert_int_equal(pattern_weight("abc/"), pattern_weight("xyz/"));
}

static void validity(void **state)
{
	static const char *const good[] = { "xdp", "xdp/", "xdp+", "xdp.frags/devmap", "cgroup/x+" };
	static const char *const bad[] = { "", "/", "+", "x//", "x y", "?xdp", "/x", "x+y", "x/+",
					   "x\t" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!pattern_is_valid(good[i]))
			fail_msg("'%s' is refused", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (pattern_is_valid(bad[i]))
			fail_msg("'%s' is taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(rest_points_into_name),
		cmocka_unit_test(longest_wins),
		cmocka_unit_test(validity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
