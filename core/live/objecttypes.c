// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * objecttypes.c - the types of an object's variables, keys and values as C, for programs that use them in
 * place: a struct for each data section, with what lies between the variables written out.
 */
#include <cleat/btf.h>

#include "btf/decl.h"
#include "live/context.h"

struct types_text {
	struct cleat_object *o;
	const char *prefix;
	struct btf *btf; /* the object's, and the structs that are made here */
	struct btf_decl *decl;
	struct buf text;
};

static void free_text(struct types_text *x)
{
	btf_decl_free(x->decl);
	btf_free(x->btf);
	buf_free(&x->text);
}

/* "fw_bss" of ".bss", "fw_rodata_cfg" of ".rodata.cfg": an identifier. */
static char *struct_name(const struct types_text *x, const char *section)
{
	char *name = text_format("%s_%s", x->prefix, section + (*section == '.'));

	for (char *s = name; s && *s; s++)
		if (!((*s | 32) >= 'a' && (*s | 32) <= 'z') && !(*s >= '0' && *s <= '9'))
			*s = '_';
	return name;
}

static int by_offset(const void *x, const void *y)
{
	const struct var_spec *a = *(struct var_spec *const *)x, *b = *(struct var_spec *const *)y;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* A struct with the variables as members; those without a type, or in another's place, are left out. */
static int64_t add_struct(struct types_text *x, const struct map_spec *m)
{
	_free_ char *name = struct_name(x, m->name);
	_free_ struct btf_member *members = calloc(m->n_vars + 1, sizeof(*members));
	_free_ struct var_spec **vars = calloc(m->n_vars + 1, sizeof(struct var_spec *));
	struct btf_type t = { .size = m->value_size };
	uint64_t end = 0;
	uint32_t n = 0;
	int64_t off;

	if (!name || !members || !vars)
		return -ENOMEM;
	memcpy(vars, m->vars, m->n_vars * sizeof(struct var_spec *));
	qsort(vars, m->n_vars, sizeof(struct var_spec *), by_offset);
	for (size_t i = 0; i < m->n_vars && n < UINT16_MAX; i++) {
		const struct var_spec *v = vars[i];

		if (!v->btf_id || !v->size || v->offset < end || v->offset >= UINT32_MAX / 8 ||
		    btf_size(x->btf, v->btf_id) != (int64_t)v->size)
			continue;
		off = btf_add_str(x->btf, v->name);
		if (off < 0)
			return off;
		members[n++] = (struct btf_member){ (uint32_t)off, v->btf_id,
						    (uint32_t)v->offset * 8 };
		end = v->offset + v->size;
	}
	off = btf_add_str(x->btf, name);
	if (off < 0)
		return off;
	t.name_off = (uint32_t)off;
	t.info = (uint32_t)BTF_STRUCT << 24 | n;
	return n ? btf_add_type(x->btf, &t, members, n * sizeof(*members)) : 0;
}

/* "typedef struct key fw_counts_key" */
static int64_t add_typedef(struct types_text *x, const char *map, const char *what, uint32_t type)
{
	_free_ char *part = struct_name(x, map);
	_free_ char *name = part ? text_format("%s_%s", part, what) : NULL;
	struct btf_type t = { .info = (uint32_t)BTF_TYPEDEF << 24, .type = type };
	int64_t off = name ? btf_add_str(x->btf, name) : -ENOMEM;

	if (off < 0)
		return off;
	t.name_off = (uint32_t)off;
	return btf_add_type(x->btf, &t, NULL, 0);
}

typedef VEC(uint32_t) id_list;

static int add(id_list *ids, int64_t id)
{
	return id < 0 ? (int)id : !id ? 0 : vec_push(ids, (uint32_t)id);
}

static int add_map(struct types_text *x, const struct map_spec *m, id_list *ids)
{
	int err = 0;

	if (m->origin == MAP_FROM_DATA)
		return add(ids, add_struct(x, m));
	if (m->origin != MAP_FROM_BTF)
		return 0;
	if (m->key_btf && btf_size(x->btf, m->key_btf) > 0)
		err = add(ids, add_typedef(x, m->name, "key", m->key_btf));
	if (!err && m->value_btf && btf_size(x->btf, m->value_btf) > 0)
		err = add(ids, add_typedef(x, m->name, "value", m->value_btf));
	return err;
}

static int make_text(struct types_text *x, unsigned int flags)
{
	const struct object *spec = x->o->spec;
	id_list ids = { 0 };
	int err = btf_clone(&x->btf, spec->btf);

	for (size_t i = 0; i < spec->maps.n && !err; i++)
		err = add_map(x, spec->maps.v[i], &ids);
	if (!err)
		err = btf_decl_new(&x->decl, x->btf, BTF_DECL_LINUX_TYPES | BTF_DECL_BOOL | flags);
	for (size_t i = 0; i < ids.n && !err; i++)
		err = btf_decl_add(x->decl, &x->text, ids.v[i]);
	vec_free(&ids);
	return err;
}

CLEAT_API int cleat_object_types(struct cleat_object *o, const struct cleat_btf_options *options,
				 const char *prefix, cleat_write_fn *write, void *user)
{
	struct types_text x _cleanup_(free_text) = { .o = o, .prefix = prefix };
	struct cleat_btf_options full = { 0 };
	int err;

	OPERATION(o->c);
	if (options)
		memcpy(&full, options, MIN(options->size, sizeof(full)));
	if (!o->spec->btf)
		return 0;
	err = make_text(&x, full.flags & CLEAT_BTF_CXX ? BTF_DECL_CXX : 0);
	if (err == -ENOMEM)
		return report_oom(o->c->report);
	if (err)
		return report_error(o->c->report, err,
				    "%s has types of variables or maps that C cannot declare", o->path);
	return x.text.len ? write(user, x.text.data, x.text.len) : 0;
}
