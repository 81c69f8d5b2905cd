// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * unit.c - fuzz target: any text as a unit file. Read twice, as it is and checked against the
 * object that FUZZ_OBJECT names, with the plugins of CLEAT_PLUGIN_PATH: all that `cleat check`
 * does.
 */
#include <cleat/cleat.h>
#include <cleat/unit.h>

#include "fuzz.h"

#include "base/report.h"
#include "unit/unit.h"

static void parse(const char *path)
{
	struct unit_files files = { 0 };
	struct report *r = report_new();
	struct unit *u = NULL;
	int err;

	files.name = strdup("fuzz");
	files.instance = strdup("in%stance");
	FUZZ_ASSERT(r && files.name && files.instance && !vec_push(&files.paths, strdup(path)));
	FUZZ_ASSERT(!unit_new(&u, NULL, &files));
	unit_files_free(&files);
	err = unit_parse(u, r);
	FUZZ_REPORTED(r, err);
	unit_free(u);
	report_free(r);
}

/* The plugins are opened once: it is the text that is tried here. */
static struct cleat *context(void)
{
	static struct cleat *c;

	if (!c)
		FUZZ_ASSERT(!cleat_open(&c, NULL));
	return c;
}

static void check(const char *path)
{
	struct cleat *c = context();
	struct cleat_session *s;
	size_t errors = 0;
	int err;

	FUZZ_ASSERT(!cleat_session_new(c, &s));
	err = cleat_session_add(s, path);
	for (size_t i = 0; i < cleat_diag_count(c); i++)
		errors += cleat_diag_get(c, i)->level == CLEAT_ERROR;
	FUZZ_ASSERT((err < 0) == (errors > 0));
	cleat_session_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *object = getenv("FUZZ_OBJECT");
	char path[64];
	int fd = fuzz_file(data, size, path);

	parse(path);
	close(fd);
	if (object && size < 16384) {
		char head[4096];
		int n = snprintf(head, sizeof(head), "[object]\npath = %s\n", object);
		uint8_t *whole = malloc((size_t)n + size);

		FUZZ_ASSERT(whole && n < (int)sizeof(head));
		memcpy(whole, head, (size_t)n);
		if (size)
			memcpy(whole + n, data, size);
		fd = fuzz_file(whole, (size_t)n + size, path);
		check(path);
		close(fd);
		free(whole);
	}
	return 0;
}
