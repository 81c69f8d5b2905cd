// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-vec.c - growing arrays, the string table, the arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/text.h"
#include "base/vec.h"

static void test_vec(void **state _unused_)
{
	VEC(int) v = { 0 };
	struct pair {
		int a;
		char *b;
	};
	VEC(struct pair) pairs = { 0 };
	struct pair *p;
	int i;

	for (i = 0; i < 10000; i++)
		assert_int_equal(vec_push(&v, i), 0);
	assert_int_equal(v.n, 10000);
	for (i = 0; i < 10000; i++)
		assert_int_equal(v.v[i], i);
	assert_int_equal(vec_reserve(&v, SIZE_MAX / 2), -ENOMEM);
	assert_int_equal(v.n, 10000);
	assert_int_equal(v.v[9999], 9999);
	vec_free(&v);
	assert_null(v.v);
	assert_int_equal(vec_push(&pairs, (struct pair) { 1, NULL }), 0);
	p = vec_add(&pairs);
	assert_non_null(p);
	assert_int_equal(p->a, 0);
	assert_int_equal(pairs.n, 2);
	vec_free(&pairs);
}

static void test_strmap(void **state _unused_)
{
	struct strmap *m = strmap_new();
	static int values[5000];
	char key[32];
	size_t i;

	assert_null(strmap_get(m, "x"));
	assert_false(strmap_has(m, "x"));
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(key, sizeof(key), "key-%zu", i);
		assert_int_equal(strmap_set(m, key, &values[i]), 0);
	}
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(key, sizeof(key), "key-%zu", i);
		assert_ptr_equal(strmap_get(m, key), &values[i]);
	}
	assert_null(strmap_get(m, "key-5000"));
	assert_int_equal(strmap_set(m, "key-7", &values[9]), 0);
	assert_ptr_equal(strmap_get(m, "key-7"), &values[9]);
	assert_int_equal(strmap_set(m, "", NULL), 0);
	assert_true(strmap_has(m, ""));
	assert_null(strmap_get(m, ""));
	strmap_free(m);
	strmap_free(NULL);
}

static void test_arena(void **state _unused_)
{
	struct arena *a = arena_new();
	char *first = arena_dup(a, "first"), *big;
	size_t i, j;

	for (i = 0; i < 3000; i++) {
		uint8_t *p = arena_alloc(a, i % 97);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (j = 0; j < i % 97; j++)
			assert_int_equal(p[j], 0);
		memset(p, 0xff, i % 97);
	}
	big = arena_alloc(a, 1 << 20);
	assert_non_null(big);
	memset(big, 0xff, 1 << 20);
	assert_string_equal(arena_ndup(a, "abcdef", 3), "abc");
	assert_string_equal(arena_ndup(a, "ab", SIZE_MAX), "ab");
	assert_string_equal(arena_format(a, "%s %d", "n", 5), "n 5");
	assert_memory_equal(arena_copy(a, "\0\1", 2), "\0\1", 2);
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 64));
	assert_string_equal(first, "first");
	arena_free(a);
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vec),
		cmocka_unit_test(test_strmap),
		cmocka_unit_test(test_arena),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
