/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * upload.c - of an object's BTF, what the kernel needs for its programs and maps.
 *
 * Knows where an object refers to its types: functions, maps, and instructions that carry the id
 * of a type. Refuses to know what types consist of (btf/prune.h) and what kernels take (btf/fix.h).
 */
#include "btf/prune.h"
#include "object/core.h"
#include "object/internal.h"

typedef VEC(uint32_t) id_list;

/* Ids in instructions are there for ever: they are part of what a program's tag is made from. */
static bool has_local_ids(const struct object *o)
{
	for (size_t i = 0; i < o->funcs.n; i++)
		for (size_t j = 0; j < o->funcs.v[i]->n_relos; j++)
			if (o->funcs.v[i]->relos[j].kind == CORE_TYPE_ID_LOCAL)
				return true;
	return false;
}

static int add_map(id_list *roots, const struct map_spec *m)
{
	int err = 0;

	for (; m && !err; m = m->inner) {
		err = vec_push(roots, m->key_btf);
		if (!err)
			err = vec_push(roots, m->value_btf);
	}
	return err;
}

static int find_roots(const struct object *o, id_list *roots)
{
	int err = 0;

	for (size_t i = 0; i < o->funcs.n && !err; i++)
		err = vec_push(roots, o->funcs.v[i]->btf_id);
	for (size_t i = 0; i < o->maps.n && !err; i++)
		err = add_map(roots, o->maps.v[i]);
	return err;
}

/* Source lines, and the names of the files that they are from. */
static int add_lines(const struct object *o, const struct func *f, struct btf *to)
{
	uint32_t last_file = 0;

	for (size_t i = 0; i < f->n_lines; i++) {
		const struct btf_line_info *line = &f->lines[i];
		int64_t added = btf_add_str(to, btf_str(o->btf, line->line_off));

		if (added >= 0 && line->file_name_off != last_file)
			added = btf_add_str(to, btf_str(o->btf, line->file_name_off));
		if (added < 0)
			return (int)added;
		last_file = line->file_name_off;
	}
	return 0;
}

int object_pruned_btf(const struct object *o, struct btf **out, uint32_t **moved)
{
	id_list roots = { 0 };
	int err = -EOPNOTSUPP;

	*out = NULL;
	*moved = NULL;
	if (has_local_ids(o))
		return err;
	err = find_roots(o, &roots);
	if (!err)
		err = btf_prune(out, o->btf, roots.v, roots.n, moved);
	vec_free(&roots);
	/* kernels refuse BTF without types */
	if (!err && btf_count(*out) == 1)
		err = -ENODATA;
	for (size_t i = 0; i < o->funcs.n && !err; i++)
		err = add_lines(o, o->funcs.v[i], *out);
	if (!err)
		return 0;
	btf_free(*out);
	free(*moved);
	*out = NULL;
	*moved = NULL;
	return err;
}
