// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-inifile.c - what the INI grammar takes, what it refuses, and that libinih cannot differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "base/inifile.h"
#include "base/text.h"

struct seen {
	struct buf text;
	struct report *report;
	const char *refuse;
};

static int on_section(void *user, const char *name, unsigned int line)
{
	struct seen *seen = user;

	if (seen->refuse && streq(name, seen->refuse))
		return report_error(seen->report, ENOENT, "unknown section '%s'", name);
	buf_printf(&seen->text, "%u[%s]", line, name);
	return 0;
}

static int on_entry(void *user, const char *key, const char *value, unsigned int line)
{
	struct seen *seen = user;

	buf_printf(&seen->text, "%u{%s}<%s>", line, key, value);
	if (seen->refuse && streq(key, seen->refuse))
		return report_error(seen->report, ERANGE, "not this one");
	return 0;
}

static const struct inifile_handlers handlers = { on_section, on_entry };

static int read_bytes(const char *text, size_t n, struct seen *seen)
{
	/* exactly as large, so that a byte too far is noticed */
	char *copy = malloc(n ?: 1);
	int err;

	if (n)
		memcpy(copy, text, n);
	err = inifile_read_text("t.ini", copy, n, &handlers, seen, seen->report);
	free(copy);
	return err;
}

/* @diags: all diagnostics, one a line. */
static void check_bytes(const char *text, size_t n, const char *refuse, const char *events,
			const char *diags)
{
	struct seen seen = { .report = report_new(), .refuse = refuse };
	struct buf said = { 0 };
	char line[512];
	size_t i;
	int err;

	err = read_bytes(text, n, &seen);
	for (i = 0; i < report_count(seen.report); i++) {
		cleat_diag_format(report_get(seen.report, i), line, sizeof(line));
		buf_printf(&said, "%s%s", i ? "\n" : "", line);
	}
	assert_string_equal(seen.text.data ? seen.text.data : "", events);
	assert_string_equal(said.data ? said.data : "", diags);
	assert_int_equal(err<0, report_errors(seen.report)> 0);
	buf_free(&seen.text);
	buf_free(&said);
	report_free(seen.report);
}

static void check(const char *text, const char *events, const char *diags)
{
	check_bytes(text, strlen(text), NULL, events, diags);
}

static void test_grammar(void **state _unused_)
{
	check("", "", "");
	check("\n\n; c\n# d\n  ; e\n", "", "");
	check("[a]\nk = v\n", "1[a]2{k}<v>", "");
	check("[a]\nk=v", "1[a]2{k}<v>", "");
	check("[a]\r\nk = v \t\r\n[b]\r\n", "1[a]2{k}<v>3[b]", "");
	check("\xef\xbb\xbf[a]\nk = v\n", "1[a]2{k}<v>", "");
	/* an empty section is announced, and one that comes again is again */
	check("[a]\n[b]\n[a]\n", "1[a]2[b]3[a]", "");
	check("[program a/b c]\n", "1[program a/b c]", "");
	check("[a] ; comment\nk = v ; comment ; more\n", "1[a]2{k}<v>", "");
	check("[a]\nk =\nl = ; empty\nm=;text\nn = a;b\n", "1[a]2{k}<>3{l}<>4{m}<;text>5{n}<a;b>",
	      "");
	check("[a]\nk = a # b\nl = #c\n", "1[a]2{k}<a # b>3{l}<#c>", "");
	check("[a]\nk = 1\nk = 2\n", "1[a]2{k}<1>3{k}<2>", "");
	check("[a]\nentry = fe80::1 -> DROP\n", "1[a]2{entry}<fe80::1 -> DROP>", "");
	check("[a]\nentry = { a = 1, b = 2 } -> { c = 3 }\n",
	      "1[a]2{entry}<{ a = 1, b = 2 } -> { c = 3 }>", "");
	check("[a]\nk = \"quoted\" [x]\n", "1[a]2{k}<\"quoted\" [x]>", "");
	check("[a]\nk = sm\xc3\xb8rrebr\xc3\xb8"
	      "d \xa0\n",
	      "1[a]2{k}<sm\xc3\xb8rrebr\xc3\xb8"
	      "d \xa0>",
	      "");
}

static void test_refused(void **state _unused_)
{
	check("k = v\n[a]\n", "2[a]", "t.ini:1: error: key 'k' before the first section");
	check("[a\nk = v\n", "", "t.ini:1: error: '[a' has no closing ']'");
	check("[]\n[ ]\n", "",
	      "t.ini:1: error: a section without a name\nt.ini:2: error: a section without a name");
	check("[a ]\n", "", "t.ini:1: error: white space around the section name 'a '");
	check("[a] x\n[b];x\n[c] # x\n", "",
	      "t.ini:1: error: text after ']': 'x'\nt.ini:2: error: text after ']': ';x'\n"
	      "t.ini:3: error: text after ']': '# x'");
	check("[a]\nk = 1\n  j = 2\n", "1[a]2{k}<1>",
	      "t.ini:3: error: white space before 'j = 2': a value is one line, "
	      "and keys begin theirs");
	check("[a]\n [b]\nk = 1\n", "1[a]3{k}<1>",
	      "t.ini:2: error: white space before '[b]': a value is one line, "
	      "and keys begin theirs");
	check("[a]\nword\n", "1[a]",
	      "t.ini:2: error: 'word' is neither '[section]' nor 'key = value'");
	check("[a]\n= v\n", "1[a]", "t.ini:2: error: a value without a key: nothing before '='");
	check("[a]\nfe80::1 = drop\n", "1[a]",
	      "t.ini:2: error: key 'fe80::1' has other characters than letters, digits, '_', '.' "
	      "and '-'");
	check("[a]\nk : v\n", "1[a]",
	      "t.ini:2: error: 'k : v' is neither '[section]' nor "
	      "'key = value'");
	check("[a]\nk ; x = v\n", "1[a]",
	      "t.ini:2: error: key 'k ; x' has other characters than letters, digits, '_', '.' "
	      "and '-'");
	check_bytes("[a]\nk = a\0b\nl = 1\n", 18, NULL, "1[a]3{l}<1>",
		    "t.ini:2: error: a NUL byte: this is not a text file");
	check("[a]\nk = \x1b[0m\n", "1[a]", "t.ini:2: error: a control character, byte 0x1b");
	check("[a]\rk = 1\n", "", "t.ini:1: error: a control character, byte 0x0d");
	/* entries of a section that was refused do not land in the one before */
	check("[a]\n[b\nk = v\n[c]\nl = w\n", "1[a]4[c]5{l}<w>",
	      "t.ini:2: error: '[b' has no closing ']'");
}

static void test_handlers_refuse(void **state _unused_)
{
	static const char sections[] = "[a]\nx = 1\n[b]\ny = 2\nz\n[c]\nw = 3\n";
	static const char entries[] = "[a]\nx = 1\ny = 2\n";

	check_bytes(sections, strlen(sections), "b", "1[a]2{x}<1>6[c]7{w}<3>",
		    "t.ini:3: error: unknown section 'b'\n"
		    "t.ini:5: error: 'z' is neither '[section]' nor 'key = value'");
	check_bytes(entries, strlen(entries), "x", "1[a]2{x}<1>3{y}<2>",
		    "t.ini:2: error: [a]: not this one");
}

/* Lengths around every limit that libinih might have. */
static void test_long_lines(void **state _unused_)
{
	size_t n, i;

	for (n = 1; n < 700; n++) {
		struct seen seen = { .report = report_new() };
		struct buf text = { 0 }, want = { 0 };

		/* each of these has, at some length, a tail that bare libinih takes for a line */
		buf_puts(&text, "[a]\n;");
		for (i = 0; i < n; i++)
			buf_putc(&text, 'x');
		buf_puts(&text, "[b] e = 1\nkey = ");
		buf_puts(&want, "1[a]3{key}<");
		for (i = 0; i < n; i++) {
			buf_putc(&text, 'v');
			buf_putc(&want, 'v');
		}
		buf_puts(&text, " mode = permit ; c\n[");
		buf_puts(&want, " mode = permit>4[");
		for (i = 0; i < n; i++) {
			buf_putc(&text, 's');
			buf_putc(&want, 's');
		}
		buf_puts(&text, "]\nlast = 1\n");
		buf_puts(&want, "]5{last}<1>");
		assert_int_equal(read_bytes(text.data, text.len, &seen), 0);
		assert_string_equal(seen.text.data, want.data);
		buf_free(&seen.text);
		buf_free(&text);
		buf_free(&want);
		report_free(seen.report);
	}
}

static void test_key_lengths(void **state _unused_)
{
	char key[65] = "", text[160], want[160];

	memset(key, 'k', 64);
	snprintf(text, sizeof(text), "[a]\n%s = v\n", key);
	snprintf(want, sizeof(want), "1[a]2{%s}<v>", key);
	check(text, want, "");
	snprintf(text, sizeof(text), "[a]\nx%s = v\n", key);
	snprintf(want, sizeof(want), "t.ini:2: error: key 'x%.39s...' is longer than 64 characters",
		 key);
	check(text, "1[a]", want);
}

static void test_not_text(void **state _unused_)
{
	struct seen seen = { .report = report_new() };
	char *zeros = malloc(100000);
	size_t i;

	for (i = 0; i < 100000; i++)
		zeros[i] = i % 2 ? '\n' : '\0';
	/* one message per line would be as many as the file has bytes */
	assert_int_equal(read_bytes(zeros, 100000, &seen), -EINVAL);
	assert_int_equal(report_errors(seen.report), 100);
	assert_int_equal(report_count(seen.report), 101);
	report_free(seen.report);
	free(zeros);
}

static void test_files(void **state _unused_)
{
	char path[] = "/tmp/cleat-test-XXXXXX", text[256];
	struct seen seen = { .report = report_new() };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "[a]\nk = v\n", 10), 10);
	assert_int_equal(inifile_read(path, &handlers, &seen, seen.report), 0);
	assert_string_equal(seen.text.data, "1[a]2{k}<v>");
	assert_int_equal(ftruncate(fd, (16 << 20) + 1), 0);
	assert_int_equal(inifile_read(path, &handlers, &seen, seen.report), -EFBIG);
	close(fd);
	unlink(path);
	assert_int_equal(inifile_read(path, &handlers, &seen, seen.report), -ENOENT);
	assert_int_equal(inifile_read("/tmp", &handlers, &seen, seen.report), -EISDIR);
	assert_true(inifile_read("/dev/zero", &handlers, &seen, seen.report) < 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	/* must not wait for somebody to write */
	assert_true(inifile_read(path, &handlers, &seen, seen.report) < 0);
	unlink(path);
	assert_int_equal(report_count(seen.report), 5);
	cleat_diag_format(report_get(seen.report, 2), text, sizeof(text));
	assert_string_equal(text, "/tmp: error: is not a regular file");
	assert_int_equal(inifile_read("/tmp", &handlers, &seen, NULL), -EISDIR);
	buf_free(&seen.text);
	report_free(seen.report);
}

/* Any bytes: no crash, and what is handed out obeys the grammar. */
static int check_entry(void *user _unused_, const char *key, const char *value, unsigned int line)
{
	assert_in_range(strlen(key), 1, 64);
	assert_int_equal(strspn(key,
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				"_.-"),
			 strlen(key));
	assert_null(strpbrk(value, "\n\r"));
	assert_null(strstr(value, " ;"));
	assert_true(line > 0);
	return 0;
}

static void test_noise(void **state _unused_)
{
	static const char alphabet[] = "ab=[]; :\n\n\t\r#\"k\xef\xbb\xbf\xa0\x01";
	struct inifile_handlers h = { NULL, check_entry };
	uint32_t seed = 1;
	char text[400];
	int round;
	size_t i, n;

	for (round = 0; round < 20000; round++) {
		struct report *r = report_new();
		int err;

		n = (size_t)round % sizeof(text);
		for (i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		if (n > 4)
			memcpy(text, "[a]\n", 4);
		err = inifile_read_text("noise", text, n, &h, NULL, r);
		assert_int_equal(err != 0, report_errors(r) > 0);
		assert_int_not_equal(err, -EPROTO);
		report_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),         cmocka_unit_test(test_refused),
		cmocka_unit_test(test_handlers_refuse), cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_key_lengths),     cmocka_unit_test(test_not_text),
		cmocka_unit_test(test_files),           cmocka_unit_test(test_noise),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
