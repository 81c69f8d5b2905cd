// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-order.c - units in their order: after, before, patterns, shared maps, circles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/text.h"
#include "unit/unit.h"

#define MOST 5

static const struct cleat_key keys[] = {
	{ .name = "after", .flags = CLEAT_KEY_REPEAT },
	{ .name = "before", .flags = CLEAT_KEY_REPEAT },
};

struct world {
	struct unit units[MOST];
	struct unit *order[MOST];
	size_t n;
	struct report *report;
};

/* @says: "a", "b:after=a", "c:before=b" ... */
static void make(struct world *w, const char *const *says, size_t n)
{
	*w = (struct world) { .n = n, .report = report_new() };
	for (size_t i = 0; i < n; i++) {
		char *text = strdup(says[i]), *at = strchr(text, ':'), *equals;

		w->order[i] = &w->units[i];
		w->units[i].own = params_new(keys, ARRAY_SIZE(keys), NULL, 0, "[unit]");
		if (at) {
			*at++ = '\0';
			equals = strchr(at, '=');
			*equals = '\0';
			assert_int_equal(params_set(w->units[i].own, at, equals + 1, "file",
						    (unsigned int)i + 1, 0, w->report),
					 0);
		}
		w->units[i].files.name = text;
	}
}

static void drop(struct world *w)
{
	for (size_t i = 0; i < w->n; i++) {
		params_free(w->units[i].own);
		free(w->units[i].files.name);
		vec_free(&w->units[i].maps);
	}
	report_free(w->report);
}

static void assert_order(const char *const *says, size_t n, const char *wanted)
{
	struct buf text _buf_free_ = { 0 };
	struct world w;

	make(&w, says, n);
	assert_int_equal(units_order(w.order, w.n, w.report), 0);
	for (size_t i = 0; i < n; i++)
		buf_puts(&text, w.order[i]->files.name);
	assert_string_equal(text.data, wanted);
	drop(&w);
}

#define ORDER(wanted, ...)                                                                     \
	assert_order((const char *const[]) { __VA_ARGS__ },                                    \
		     sizeof((const char *const[]) { __VA_ARGS__ }) / sizeof(char *), wanted)

static void orders(void **state)
{
	(void)state;
	ORDER("abc", "a", "b", "c");
	ORDER("bca", "a:after=c", "b", "c");
	ORDER("cab", "a", "b", "c:before=[ab]");
	ORDER("cba", "a:after=b", "b:after=c", "c");
	ORDER("ab", "a:after=nobody", "b:before=nobody");
	ORDER("ab", "a:after=a", "b");
	ORDER("abc", "a:before=*", "b:before=c", "c");
}

static void assert_circle(const char *const *says, size_t n, const char *what, unsigned int line)
{
	const struct cleat_diag *d;
	struct world w;

	make(&w, says, n);
	assert_int_equal(units_order(w.order, w.n, w.report), -ELOOP);
	assert_int_equal(report_errors(w.report), 1);
	d = report_get(w.report, 0);
	assert_non_null(strstr(d->what, what));
	assert_string_equal(d->file, "file");
	assert_int_equal(d->line, line);
	drop(&w);
}

#define CIRCLE(what, line, ...)                                                                \
	assert_circle((const char *const[]) { __VA_ARGS__ },                                   \
		      sizeof((const char *const[]) { __VA_ARGS__ }) / sizeof(char *), what, line)

static void circles(void **state)
{
	(void)state;
	CIRCLE("a after b after a", 2, "a:after=b", "b:after=a");
	CIRCLE("a after b after a", 2, "a:after=b", "b:after=a", "c");
	/* who only waits for those in it is not named */
	CIRCLE("b after c after b", 3, "a:after=b", "b:after=c", "c:after=b");
	CIRCLE("a after b after a", 1, "a:before=b", "b:before=a");
}

static void shares(void **state)
{
	static const char *const says[] = { "a", "b" };
	struct unit_section section = { .file = "file", .line = 7 };
	struct unit_map map = { .share_unit = "b", .section = &section };
	struct world w;

	(void)state;
	make(&w, says, 2);
	assert_int_equal(vec_push(&w.units[0].maps, &map), 0);
	assert_int_equal(units_order(w.order, 2, w.report), 0);
	assert_string_equal(w.order[0]->files.name, "b");
	drop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),
		cmocka_unit_test(circles),
		cmocka_unit_test(shares),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
