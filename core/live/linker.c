/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * linker.c - the public static linker: a handle, its diagnostics in the context, and the output as
 * a file. Knows nothing of linking, which core/linker does.
 */
#include <cleat/linker.h>

#include "base/file.h"
#include "linker/linker.h"
#include "live/context.h"

struct cleat_linker {
	struct cleat *c;
	struct linker *linker;
	VEC(void *) copies; /* of objects that came from memory */
};

CLEAT_API int cleat_linker_new(struct cleat *c, struct cleat_linker **out)
{
	struct cleat_linker *l;

	OPERATION(c);
	*out = NULL;
	l = calloc(1, sizeof(*l));
	if (!l || linker_new(&l->linker)) {
		free(l);
		return report_oom(c->report);
	}
	l->c = c;
	*out = l;
	return 0;
}

CLEAT_API void cleat_linker_free(struct cleat_linker *l)
{
	if (!l)
		return;
	linker_free(l->linker);
	for (size_t i = 0; i < l->copies.n; i++)
		free(l->copies.v[i]);
	vec_free(&l->copies);
	free(l);
}

CLEAT_API int cleat_linker_add(struct cleat_linker *l, const char *path)
{
	OPERATION(l->c);
	REPORT_IN(l->c->report, REPORT_PHASE, "link");
	return linker_add(l->linker, path, l->c->report);
}

CLEAT_API int cleat_linker_add_memory(struct cleat_linker *l, const void *data, size_t size,
				      const char *name)
{
	void *copy;

	OPERATION(l->c);
	REPORT_IN(l->c->report, REPORT_PHASE, "link");
	copy = malloc(size + 1);
	if (!copy || vec_push(&l->copies, copy)) {
		free(copy);
		return report_oom(l->c->report);
	}
	if (size)
		memcpy(copy, data, size);
	return linker_add_memory(l->linker, copy, size, name, l->c->report);
}

CLEAT_API int cleat_linker_finish_memory(struct cleat_linker *l, void **data, size_t *size)
{
	OPERATION(l->c);
	REPORT_IN(l->c->report, REPORT_PHASE, "link");
	return linker_finish(l->linker, data, size, l->c->report);
}

CLEAT_API int cleat_linker_finish(struct cleat_linker *l, const char *path)
{
	_free_ void *data = NULL;
	size_t size;
	int err;

	OPERATION(l->c);
	err = cleat_linker_finish_memory(l, &data, &size);
	if (err)
		return err;
	REPORT_IN(l->c->report, REPORT_PHASE, "link");
	REPORT_IN(l->c->report, REPORT_OBJECT, path);
	err = file_write(path, data, size);
	return err ? report_sys(l->c->report, err, "cannot be written") : 0;
}
