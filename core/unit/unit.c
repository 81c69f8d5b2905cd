// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * unit.c - a unit's memory and its sections. Refuses to know where they came from and what they
 * mean.
 */
#include "unit/unit.h"

void unit_files_free(struct unit_files *f)
{
	size_t i;

	free(f->name);
	free(f->instance);
	for (i = 0; i < f->paths.n; i++)
		free(f->paths.v[i]);
	vec_free(&f->paths);
	memset(f, 0, sizeof(*f));
}

int unit_new(struct unit **out, struct cleat *c, struct unit_files *files)
{
	struct unit *u = calloc(1, sizeof(*u));

	*out = NULL;
	if (!u)
		return -ENOMEM;
	u->arena = arena_new();
	if (!u->arena) {
		free(u);
		return -ENOMEM;
	}
	u->c = c;
	u->files = *files;
	memset(files, 0, sizeof(*files));
	*out = u;
	return 0;
}

void unit_free(struct unit *u)
{
	size_t i;

	if (!u)
		return;
	for (i = 0; i < u->outputs.n; i++)
		output_free(u->outputs.v[i]);
	vec_free(&u->outputs);
	for (i = 0; i < u->attaches.n; i++)
		params_free(u->attaches.v[i].params);
	vec_free(&u->attaches);
	for (i = 0; i < u->maps.n; i++)
		entries_free(&u->maps.v[i]->seeds);
	vec_free(&u->maps);
	for (i = 0; i < u->sections.n; i++)
		vec_free(&u->sections.v[i]->entries);
	vec_free(&u->sections);
	cleat_object_close(u->object);
	params_free(u->own);
	params_free(u->object_params);
	unit_files_free(&u->files);
	arena_free(u->arena);
	free(u);
}

static bool same(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

struct unit_section *unit_section(const struct unit *u, enum section_kind kind, const char *name,
				  const char *label)
{
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		struct unit_section *s = u->sections.v[i];

		if (s->kind == kind && same(s->name, name) && same(s->label, label))
			return s;
	}
	return NULL;
}
