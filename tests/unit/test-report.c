// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-report.c - diagnostics: their scope, and what they look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/report.h"

static void check(const struct report *r, size_t i, const char *want)
{
	char text[1024];
	size_t n = cleat_diag_format(report_get(r, i), text, sizeof(text));

	assert_string_equal(text, want);
	assert_int_equal(n, strlen(want));
}

static void test_scope(void **state _unused_)
{
	struct report *r = report_new();

	assert_int_equal(report_error(r, EPERM, "one"), -EPERM);
	{
		REPORT_IN(r, REPORT_FILE, "firewall.ini");

		report_line(r, 14);
		{
			REPORT_IN(r, REPORT_SECTION, "program firewall");
			REPORT_IN(r, REPORT_PROGRAM, "firewall");

			report_error(r, -EINVAL, "unknown key '%s'", "interfaces");
			report_hint(r, "did you mean '%s'?", "interface");
			{
				REPORT_IN(r, REPORT_FILE, "other.ini");
				report_warning(r, "two");
			}
		}
		report_note(r, "three");
	}
	{
		REPORT_IN(r, REPORT_OBJECT, "a.bpf.o");
		REPORT_IN(r, REPORT_PROGRAM, "p");
		REPORT_IN(r, REPORT_PHASE, "load");

		report_error(r, 0, "four");
	}
	report_error(r, INT32_MIN, "five");
	assert_int_equal(report_count(r), 6);
	assert_int_equal(report_errors(r), 4);
	check(r, 0, "cleat: error: one");
	check(r, 1,
	      "firewall.ini:14: error: [program firewall]: unknown key 'interfaces'\n"
	      "  hint: did you mean 'interface'?");
	check(r, 2, "other.ini: warning: [program firewall]: two");
	check(r, 3, "firewall.ini:14: note: three");
	check(r, 4, "a.bpf.o: error: program 'p': four");
	check(r, 5, "cleat: error: five");
	assert_string_equal(report_get(r, 4)->phase, "load");
	/* 0 is not an error, but something went wrong */
	assert_int_equal(report_get(r, 4)->code, EINVAL);
	assert_int_equal(report_get(r, 1)->insn, -1);
	assert_null(report_get(r, 6));
	report_clear(r);
	assert_int_equal(report_count(r), 0);
	assert_null(report_get(r, 0));
	report_free(r);
}

static void test_reason(void **state _unused_)
{
	struct report *r = report_new();

	assert_int_equal(report_sys(r, EPERM, "cannot load '%s'", "x"), -EPERM);
	assert_int_equal(report_sys(r, -524, "cannot attach"), -524);
	assert_int_equal(report_sys(r, EIO, "cannot read 100%%"), -EIO);
	assert_int_equal(report_sys(r, 4000, "odd"), -4000);
	assert_int_equal(report_oom(r), -ENOMEM);
	check(r, 0, "cleat: error: cannot load 'x': operation not permitted");
	check(r, 1, "cleat: error: cannot attach: not supported by this kernel");
	check(r, 2, "cleat: error: cannot read 100%: input/output error");
	check(r, 3, "cleat: error: odd: unknown error 4000");
	check(r, 4, "cleat: error: out of memory");
	report_free(r);
}

static void test_verifier(void **state _unused_)
{
	struct report *r = report_new();
	char text[16];
	size_t n;

	{
		REPORT_IN(r, REPORT_OBJECT, "firewall.bpf.o");
		REPORT_IN(r, REPORT_PROGRAM, "firewall");

		report_error(r, EACCES, "the verifier said no");
		report_insn(r, 41, "firewall.bpf.c", 58, "\tif (data[off] == 6)");
		report_log(r, "R1 invalid mem access 'scalar'\n", "all\nof\nit", 312);
		report_error(r, EACCES, "again");
		report_log(r, "a\nb", NULL, 1);
		report_hint_too(r, "do");
		report_error(r, EACCES, "once more");
		report_hint(r, "do");
		report_hint_too(r, "%d of 2 are in", 1);
	}
	check(r, 0,
	      "firewall.bpf.o: error: program 'firewall': the verifier said no, at insn 41 "
	      "(firewall.bpf.c:58)\n"
	      "    58 | if (data[off] == 6)\n"
	      "    R1 invalid mem access 'scalar'\n"
	      "    (312 more lines)");
	assert_string_equal(report_get(r, 0)->full_log, "all\nof\nit");
	check(r, 1,
	      "firewall.bpf.o: error: program 'firewall': again\n    a\n    b\n    (1 more line)\n"
	      "  hint: do");
	check(r, 2, "firewall.bpf.o: error: program 'firewall': once more\n  hint: do; 1 of 2 are in");
	/* cut, but terminated, and the length is that of all */
	n = cleat_diag_format(report_get(r, 1), text, sizeof(text));
	assert_string_equal(text, "firewall.bpf.o:");
	assert_true(n > sizeof(text));
	assert_int_equal(cleat_diag_format(report_get(r, 1), NULL, 0), n);
	assert_int_equal(cleat_diag_format(NULL, text, sizeof(text)), 0);
	report_free(r);
}

/* The lines of a log in their places: each with its number, the one to blame with a mark. */
static void test_excerpt(void **state _unused_)
{
	struct report *r = report_new();

	report_error(r, EACCES, "the verifier said no: R0 bad");
	report_insn(r, 16, "dir/filter.c", 16, "*n += 1;");
	report_register(r, 0, "map_value_or_null(id=1)");
	report_log(r,
		   "; f(); @ other.h:3\n"
		   "9: (bf) r6 = r1\n"
		   "; *n += 1; @ filter.c:16\n"
		   "16: (79) r1 = *(u64 *)(r0 +0)\n"
		   "; without a place\n"
		   "R0 bad\n",
		   NULL, 2);
	report_log_lost(r, 4096);
	check(r, 0,
	      "cleat: error: the verifier said no: R0 bad, at insn 16 (dir/filter.c:16)\n"
	      "    other.h:3 | f();\n"
	      "           9: (bf) r6 = r1\n"
	      "    16 | *n += 1;\n"
	      "    >     16: (79) r1 = *(u64 *)(r0 +0)\n"
	      "          r0 is map_value_or_null(id=1)\n"
	      "    | without a place\n"
	      "    (2 more lines, and 4096 bytes before them that the kernel did not keep)");
	/* What the reason says of the place is not said twice. */
	report_error(r, EACCES, "infinite loop detected at insn 3");
	report_insn(r, 3, NULL, 0, NULL);
	check(r, 1, "cleat: error: infinite loop detected at insn 3");
	assert_int_equal(report_get(r, 1)->reg, -1);
	report_free(r);
}

static void test_hostile_names(void **state _unused_)
{
	struct report *r = report_new();

	{
		REPORT_IN(r, REPORT_OBJECT, "a\n.o");
		REPORT_IN(r, REPORT_MAP, "m\x1b[2J");

		report_error(r, EINVAL, "name '%s'", "x\ny\x07");
		report_hint(r, "a\nb");
		report_log(r, "l\x1b", NULL, 0);
	}
	check(r, 0,
	      "a\\x0a.o: error: map 'm\\x1b[2J': name 'x\\x0ay\\x07'\n    l\\x1b\n"
	      "  hint: a\\x0ab");
	report_free(r);
}

static void test_soften(void **state _unused_)
{
	static const char *const names[] = { "alpha", "beta" };
	struct report *r = report_new();

	report_error(r, EINVAL, "kept");
	report_error(r, EINVAL, "softened");
	report_nearest(r, "alhpa", names, 2);
	report_note(r, "a note stays one");
	report_nearest(r, "zzz", names, 2);
	report_soften(r, 1, CLEAT_WARNING);
	assert_int_equal(report_errors(r), 1);
	check(r, 0, "cleat: error: kept");
	check(r, 1, "cleat: warning: softened\n  hint: did you mean 'alpha'?");
	check(r, 2, "cleat: note: a note stays one");
	report_free(r);
}

static void test_null(void **state _unused_)
{
	REPORT_IN(NULL, REPORT_FILE, "x");

	assert_int_equal(report_error(NULL, EPERM, "x"), -EPERM);
	assert_int_equal(report_sys(NULL, EPERM, "x"), -EPERM);
	assert_int_equal(report_oom(NULL), -ENOMEM);
	report_warning(NULL, "x");
	report_hint(NULL, "x");
	report_log(NULL, "x", "y", 1);
	report_insn(NULL, 1, NULL, 0, NULL);
	report_line(NULL, 1);
	report_clear(NULL);
	report_soften(NULL, 0, CLEAT_NOTE);
	assert_int_equal(report_count(NULL), 0);
	assert_int_equal(report_errors(NULL), 0);
	assert_null(report_get(NULL, 0));
	report_free(NULL);
}

static void test_many(void **state _unused_)
{
	struct report *r = report_new();
	const struct cleat_diag *first;
	int i;

	report_error(r, EINVAL, "number 0");
	first = report_get(r, 0);
	for (i = 1; i < 2000; i++)
		report_error(r, EINVAL, "number %d", i);
	/* addresses and texts stay while more come */
	assert_ptr_equal(first, report_get(r, 0));
	assert_string_equal(first->what, "number 0");
	assert_string_equal(report_get(r, 1999)->what, "number 1999");
	report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scope),         cmocka_unit_test(test_reason),
		cmocka_unit_test(test_verifier),      cmocka_unit_test(test_excerpt),
		cmocka_unit_test(test_hostile_names), cmocka_unit_test(test_soften),
		cmocka_unit_test(test_null),          cmocka_unit_test(test_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
