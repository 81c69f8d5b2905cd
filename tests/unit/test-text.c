// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-text.c - text, numbers, globs, nearest names, JSON strings, files and paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

static void test_buf(void **state _unused_)
{
	_buf_free_ struct buf b = { 0 };
	char *text;
	int i;

	buf_printf(&b, "%s-%d", "a", 7);
	buf_putc(&b, ' ');
	buf_put_u64(&b, UINT64_MAX);
	buf_putc(&b, ' ');
	buf_put_i64(&b, INT64_MIN);
	buf_putc(&b, ' ');
	buf_put_i64(&b, 0);
	buf_putc(&b, ' ');
	buf_put_hex(&b, "\x00\xff\x1a", 3);
	assert_string_equal(b.data, "a-7 18446744073709551615 -9223372036854775808 0 00ff1a");
	buf_clear(&b);
	assert_string_equal(b.data, "");
	for (i = 0; i < 1000; i++)
		buf_printf(&b, "%0100d", i);
	assert_int_equal(b.len, 100000);
	assert_int_equal(strlen(b.data), 100000);
	text = buf_take(&b);
	assert_non_null(text);
	free(text);
	assert_null(b.data);
	/* an empty text is not a failure */
	text = buf_take(&b);
	assert_string_equal(text, "");
	free(text);
}

static void test_buf_failure_sticks(void **state _unused_)
{
	_buf_free_ struct buf b = { 0 };

	buf_puts(&b, "ok");
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_true(b.failed);
	buf_puts(&b, "more");
	assert_string_equal(b.data, "ok");
	assert_null(buf_take(&b));
}

static void check_json(const char *s, size_t n, const char *want)
{
	_buf_free_ struct buf b = { 0 };

	buf_put_json(&b, s, n);
	assert_false(b.failed);
	assert_string_equal(b.data, want);
}

static void test_json(void **state _unused_)
{
	check_json("", 0, "\"\"");
	check_json("a\"\\\n\x01\x7f", 6, "\"a\\\"\\\\\\n\\u0001\\u007f\"");
	check_json("\0x", 2, "\"\\u0000x\"");
	check_json("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9,
		   "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	/* overlong, surrogate, cut short, beyond the last one, stray */
	check_json("\xc0\xaf", 2, "\"\\u00c0\\u00af\"");
	check_json("\xe0\x80\x80", 3, "\"\\u00e0\\u0080\\u0080\"");
	check_json("\xed\xa0\x80", 3, "\"\\u00ed\\u00a0\\u0080\"");
	check_json("\xe2\x82", 2, "\"\\u00e2\\u0082\"");
	check_json("\xf4\x90\x80\x80", 4, "\"\\u00f4\\u0090\\u0080\\u0080\"");
	check_json("\x80", 1, "\"\\u0080\"");
}

static void test_u64(void **state _unused_)
{
	static const struct {
		const char *text;
		int err;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "99999999999999999999999999", -ERANGE, 0 },
		{ "0x1F", 0, 31 },
		{ "0b101", 0, 5 },
		{ "0o17", 0, 15 },
		{ "017", 0, 15 },
		{ "08", -EINVAL, 0 },
		{ "1_000_000", 0, 1000000 },
		{ "0x_1", -EINVAL, 0 },
		{ "_1", -EINVAL, 0 },
		{ "1_", -EINVAL, 0 },
		{ "1__0", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "0x", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "1a", -EINVAL, 0 },
		{ "99999999999999999999999x", -EINVAL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 4711;
		int err = text_u64(cases[i].text, &value);

		if (err != cases[i].err || value != (err ? 4711 : cases[i].value))
			fail_msg("'%s': %d, %llu", cases[i].text, err, (unsigned long long)value);
	}
}

static void test_i64(void **state _unused_)
{
	int64_t v = 0;

	assert_int_equal(text_i64("-9223372036854775808", &v), 0);
	assert_true(v == INT64_MIN);
	assert_int_equal(text_i64("9223372036854775807", &v), 0);
	assert_true(v == INT64_MAX);
	assert_int_equal(text_i64("9223372036854775808", &v), -ERANGE);
	assert_int_equal(text_i64("-9223372036854775809", &v), -ERANGE);
	assert_int_equal(text_i64("--1", &v), -EINVAL);
	assert_int_equal(text_i64("-", &v), -EINVAL);
	assert_int_equal(text_i64("-0x10", &v), 0);
	assert_true(v == -16);
}

static void test_sizes(void **state _unused_)
{
	uint64_t v = 0;
	bool truth = false;

	assert_int_equal(text_size("64K", &v), 0);
	assert_int_equal(v, 65536);
	assert_int_equal(text_size("1 GiB", &v), 0);
	assert_int_equal(v, 1 << 30);
	assert_int_equal(text_size("0x10", &v), 0);
	assert_int_equal(v, 16);
	assert_int_equal(text_size("16777216T", &v), -ERANGE);
	assert_int_equal(text_size("1Q", &v), -EINVAL);
	assert_int_equal(text_size("K", &v), -EINVAL);
	assert_int_equal(text_duration("3", &v), 0);
	assert_int_equal(v, 3000000000);
	assert_int_equal(text_duration("250ms", &v), 0);
	assert_int_equal(v, 250000000);
	assert_int_equal(text_duration("1h", &v), 0);
	assert_int_equal(v, 3600000000000);
	assert_int_equal(text_duration("1d", &v), -EINVAL);
	assert_int_equal(text_duration("99999999999h", &v), -ERANGE);
	assert_int_equal(text_bool("on", &truth), 0);
	assert_true(truth);
	assert_int_equal(text_bool("no", &truth), 0);
	assert_false(truth);
	assert_int_equal(text_bool("Yes", &truth), -EINVAL);
	assert_int_equal(text_bool("", &truth), -EINVAL);
}

static void test_glob(void **state _unused_)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {
		{ "", "", true },
		{ "*", "", true },
		{ "?", "", false },
		{ "a", "", false },
		{ "", "a", false },
		{ "eth*", "eth0", true },
		{ "eth*", "eth", true },
		{ "eth?", "eth", false },
		{ "*_drop", "tcp_v4_drop", true },
		{ "a*b*c", "aXbYbZc", true },
		{ "a*b*c", "aXbYbZ", false },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true },
		{ "[!a-c]x", "ax", false },
		{ "[]]", "]", true },
		{ "[", "[", true },
		{ "[a", "[a", true },
		{ "[a-]", "-", true },
		{ "**a", "ba", true },
		{ "[a-", "[a-", true },
		{ "[!", "[!", true },
		{ "[]", "[]", true },
		{ "a[", "a", false },
	};
	char pattern[201], text[4001];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (text_glob(cases[i].pattern, cases[i].text) != cases[i].match)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
	assert_true(text_is_glob("a*"));
	assert_false(text_is_glob("a[b]"));
	/* would take longer than the universe has if it backtracked into every star */
	for (i = 0; i < 200; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[199] = 'b';
	pattern[200] = '\0';
	memset(text, 'a', 4000);
	text[4000] = '\0';
	assert_false(text_glob(pattern, text));
}

static void test_nearest(void **state _unused_)
{
	static const char *const names[] = { "interface", "mode", NULL, "xdp", "blocked_v4" };
	char longest[600];

	assert_int_equal(text_nearest("interfaces", names, 5), 0);
	assert_int_equal(text_nearest("xpd", names, 5), 3);
	assert_int_equal(text_nearest("mdoe", names, 5), 1);
	assert_int_equal(text_nearest("blocked", names, 5), -1);
	assert_int_equal(text_nearest("blockedv4", names, 5), 4);
	assert_int_equal(text_nearest("q", names, 5), -1);
	assert_int_equal(text_nearest("", names, 5), -1);
	assert_int_equal(text_nearest("zzzzzzzzzz", names, 5), -1);
	assert_int_equal(text_distance("kitten", "sitting", 10), 3);
	assert_int_equal(text_distance("kitten", "sitting", 2), 3);
	assert_int_equal(text_distance("ab", "ba", 5), 1);
	assert_int_equal(text_distance("", "abc", 5), 3);
	assert_int_equal(text_distance("same", "same", 0), 0);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[599] = '\0';
	assert_int_equal(text_distance(longest, longest, 3), 0);
	assert_int_equal(text_distance(longest, "x", 3), 4);
	longest[255] = '\0';
	assert_int_equal(text_distance(longest, longest + 1, 3), 1);
}

static void test_trim(void **state _unused_)
{
	char text[] = " \t a b \r\n", blank[] = "  ";
	char *made = text_format("%s/%d", "x", 3);

	assert_string_equal(text_trim(text), "a b");
	assert_string_equal(text_trim(blank), "");
	assert_string_equal(made, "x/3");
	free(made);
	assert_int_equal(text_hash("a", 1), 0xe40c292c);
}

static void check_path(char *made, const char *want)
{
	assert_string_equal(made, want);
	free(made);
}

static void test_paths(void **state _unused_)
{
	check_path(path_join("/a", "b"), "/a/b");
	check_path(path_join("/a/", "b"), "/a/b");
	check_path(path_join("/a", "/b"), "/b");
	check_path(path_join("", "b"), "b");
	check_path(path_dir("/a/b"), "/a");
	check_path(path_dir("/a"), "/");
	check_path(path_dir("a"), ".");
	check_path(path_dir("a//b"), "a");
	assert_string_equal(path_base("/a/b"), "b");
	assert_string_equal(path_base("b"), "b");
}

static void put_file(const char *dir, const char *name, const void *data, size_t size)
{
	char *path = path_join(dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
	free(path);
}

static void test_files(void **state _unused_)
{
	char dir[] = "/tmp/cleat-test-XXXXXX";
	struct file_view view;
	char **names, *text, *path, *deep;
	size_t n, size;
	uint8_t *big = calloc(1, 3 << 20);

	assert_non_null(mkdtemp(dir));
	big[(3 << 20) - 1] = 7;
	put_file(dir, "b.ini", "hello", 5);
	put_file(dir, "a.ini", "", 0);
	put_file(dir, ".hidden.ini", "", 0);
	put_file(dir, "c.txt", big, 3 << 20);
	assert_int_equal(path_list(dir, ".ini", &names, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(names[0], "a.ini");
	assert_string_equal(names[1], "b.ini");
	path_list_free(names, n);
	assert_int_equal(path_list("/nonexistent/x", ".ini", &names, &n), 0);
	assert_int_equal(n, 0);

	path = path_join(dir, "b.ini");
	assert_int_equal(file_map(path, &view), 0);
	assert_int_equal(view.size, 5);
	assert_memory_equal(view.data, "hello", 5);
	assert_false(view.mapped);
	file_unmap(&view);
	assert_int_equal(file_read(path, 5, &text, &size), 0);
	assert_string_equal(text, "hello");
	free(text);
	assert_int_equal(file_read(path, 4, &text, &size), -EFBIG);
	assert_null(text);
	assert_int_equal(path_mkdirs(path, 0755), -ENOTDIR);
	free(path);

	path = path_join(dir, "a.ini");
	assert_int_equal(file_map(path, &view), 0);
	assert_int_equal(view.size, 0);
	assert_non_null(view.data);
	file_unmap(&view);
	free(path);

	path = path_join(dir, "c.txt");
	assert_int_equal(file_map(path, &view), 0);
	assert_true(view.mapped);
	assert_int_equal(view.data[(3 << 20) - 1], 7);
	file_unmap(&view);
	free(path);

	deep = path_join(dir, "x//y/z/");
	assert_int_equal(path_mkdirs(deep, 0755), 0);
	assert_int_equal(path_mkdirs(deep, 0755), 0);
	assert_int_equal(file_map(deep, &view), -EISDIR);
	free(deep);
	assert_int_equal(file_map("/nonexistent", &view), -ENOENT);
	/* announces no size */
	assert_int_equal(file_read("/proc/self/status", 1 << 20, &text, &size), 0);
	assert_true(size > 100);
	assert_int_equal(strlen(text), size);
	free(text);
	/* has no end */
	assert_int_equal(file_read("/dev/zero", 1 << 20, &text, &size), -EFBIG);
	assert_int_equal(file_read_regular("/dev/zero", 1 << 20, &text, &size), -EMEDIUMTYPE);

	free(big);
	text = text_format("rm -r %s", dir);
	assert_int_equal(system(text), 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf),   cmocka_unit_test(test_buf_failure_sticks),
		cmocka_unit_test(test_json),  cmocka_unit_test(test_u64),
		cmocka_unit_test(test_i64),   cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_glob),  cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_trim),  cmocka_unit_test(test_paths),
		cmocka_unit_test(test_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
