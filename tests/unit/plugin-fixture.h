/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plugin-fixture.h - for tests of core/plugin and core/unit: temporary directories with files in
 * them, and looking at what was reported.
 */
#ifndef PLUGIN_FIXTURE_H
#define PLUGIN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/report.h"
#include "base/text.h"

__attribute__((unused)) static char *make_dir(void)
{
	char *dir = strdup("/tmp/cleat-test-XXXXXX");

	assert_non_null(dir);
	assert_non_null(mkdtemp(dir));
	return dir;
}

__attribute__((unused)) static void remove_dir(char *dir)
{
	char *command = text_format("rm -rf '%s'", dir);

	assert_non_null(command);
	assert_int_equal(system(command), 0);
	free(command);
	free(dir);
}

/* "DIR/NAME" in memory that is never freed: a test's. */
__attribute__((unused)) static const char *in_dir(const char *dir, const char *name)
{
	static char paths[8][512];
	static unsigned int next;
	char *path = paths[next++ % 8];

	assert_true(snprintf(path, sizeof(paths[0]), "%s/%s", dir, name) < (int)sizeof(paths[0]));
	return path;
}

__attribute__((unused)) static void write_file(const char *dir, const char *name, const char *text)
{
	const char *path = in_dir(dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

/* The whole of what was reported, as people see it. */
__attribute__((unused)) static const char *said(const struct report *r)
{
	static char text[16384];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < report_count(r) && n < sizeof(text) - 2; i++) {
		n += cleat_diag_format(report_get(r, i), text + n, sizeof(text) - n - 1);
		n = n < sizeof(text) - 2 ? n : sizeof(text) - 2;
		text[n++] = '\n';
		text[n] = '\0';
	}
	return text;
}

#define assert_said(r, words)                                           \
	do {                                                            \
		if (!strstr(said(r), words))                            \
			fail_msg("not said: %s\nbut: %s", words, said(r)); \
	} while (0)

#define assert_not_said(r, words)                                       \
	do {                                                            \
		if (strstr(said(r), words))                             \
			fail_msg("said: %s\nin: %s", words, said(r));   \
	} while (0)

#endif
