// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-trust.c - whose files may be run: owners and modes along the real path. */
#include "plugin-fixture.h"
#include "plugin/inner.h"

static int check(const char *path, struct report *r)
{
	report_clear(r);
	return trust_check(path, r);
}

static void modes(void **state)
{
	struct report *r = report_new();
	char *dir = make_dir();
	const char *file;

	write_file(dir, "a.so", "x");
	file = in_dir(dir, "a.so");
	assert_int_equal(check(file, r), 0);
	assert_int_equal(report_count(r), 0);

	assert_int_equal(chmod(file, 0646), 0);
	assert_int_equal(check(file, r), -EPERM);
	assert_said(r, "a.so: it is writable by others (mode 646)");
	assert_said(r, "hint: chmod go-w");
	assert_int_equal(chmod(file, 0664), 0);
	assert_int_equal(check(file, r), -EPERM);
	assert_said(r, "(mode 664)");
	/* a sticky bit makes no file safe */
	assert_int_equal(chmod(file, 01666), 0);
	assert_int_equal(check(file, r), -EPERM);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(check(file, r), 0);

	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(check(file, r), -EPERM);
	assert_said(r, dir);
	assert_said(r, "is writable by others (mode 777)");
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(check(file, r), -EPERM);
	/* what /tmp is */
	assert_int_equal(chmod(dir, 01777), 0);
	assert_int_equal(check(file, r), 0);
	remove_dir(dir);
	report_free(r);
}

static void links(void **state)
{
	struct report *r = report_new();
	char *good = make_dir(), *bad = make_dir();
	char *real = NULL;

	write_file(bad, "a.so", "x");
	assert_int_equal(symlink(in_dir(bad, "a.so"), in_dir(good, "b.so")), 0);
	assert_int_equal(trust_resolve(in_dir(good, "b.so"), &real, r), 0);
	assert_string_equal(real, in_dir(bad, "a.so"));
	free(real);
	/* the link is in a good place; what it leads to is not */
	assert_int_equal(chmod(bad, 0777), 0);
	assert_int_equal(trust_resolve(in_dir(good, "b.so"), &real, r), -EPERM);
	assert_null(real);
	assert_said(r, bad);
	/* and the other way round: only the real path counts */
	assert_int_equal(chmod(bad, 0755), 0);
	assert_int_equal(chmod(good, 0777), 0);
	assert_int_equal(check(in_dir(good, "b.so"), r), 0);
	remove_dir(good);
	remove_dir(bad);
	report_free(r);
}

static void missing(void **state)
{
	struct report *r = report_new();

	assert_int_equal(check("/nonexistent/a.so", r), -ENOENT);
	assert_said(r, "no such file");
	report_free(r);
}

static void owners(void **state)
{
	struct report *r = report_new();
	char *dir = make_dir();

	if (geteuid() != 0) {
		remove_dir(dir);
		report_free(r);
		skip();
	}
	write_file(dir, "a.so", "x");
	assert_int_equal(chown(in_dir(dir, "a.so"), 12345, 0), 0);
	assert_int_equal(check(in_dir(dir, "a.so"), r), -EPERM);
	assert_said(r, "it belongs to user 12345, not to root");
	assert_int_equal(chown(in_dir(dir, "a.so"), 0, 0), 0);
	assert_int_equal(chown(dir, 12345, 0), 0);
	assert_int_equal(check(in_dir(dir, "a.so"), r), -EPERM);
	assert_said(r, "belongs to user 12345");
	remove_dir(dir);
	report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
		cmocka_unit_test(links),
		cmocka_unit_test(missing),
		cmocka_unit_test(owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
