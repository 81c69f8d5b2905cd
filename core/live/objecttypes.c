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

/* In place: what C does not take becomes '_'. */
static char *identifier(char *name)
{
	for (char *s = name; s && *s; s++)
		if (!((*s | 32) >= 'a' && (*s | 32) <= 'z') && !(*s >= '0' && *s <= '9'))
			*s = '_';
	return name;
}

/* "fw_bss" of ".bss", "fw_rodata_cfg" of ".rodata.cfg". */
static char *struct_name(const struct types_text *x, const char *section)
{
	return identifier(text_format("%s_%s", x->prefix, section + (*section == '.')));
}

static int by_offset(const void *x, const void *y)
{
	const struct var_spec *a = *(struct var_spec *const *)x, *b = *(struct var_spec *const *)y;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* A variable's type without const and volatile: what only programs must not write, its user sets. */
static int64_t plain_type(struct types_text *x, uint32_t id)
{
	const struct btf_type *t = btf_skip_quals(x->btf, id, &id);
	struct btf_array array;
	struct btf_type made;
	int64_t element;

	if (!t)
		return -EINVAL;
	if (!btf_array(t))
		return id;
	array = *btf_array(t);
	made = (struct btf_type){ .info = t->info };
	element = plain_type(x, array.type);
	if (element < 0)
		return element;
	if (element == array.type)
		return id;
	array.type = (uint32_t)element;
	return btf_add_type(x->btf, &made, &array, sizeof(array));
}

/* The name of a member, or 0: another one has it, as static variables of several files may. */
static int64_t member_name(struct types_text *x, const char *name, const struct btf_member *members,
			   uint32_t n)
{
	_free_ char *own = identifier(text_dup(name));
	int64_t off = own ? btf_add_str(x->btf, own) : -ENOMEM;

	for (uint32_t i = 0; i < n && off > 0; i++)
		if (members[i].name_off == (uint32_t)off)
			return 0;
	return off;
}

/* A struct with the variables as members; those without a type, or in another's place, are left out. */
static int64_t add_struct(struct types_text *x, const struct map_spec *m)
{
	_free_ char *name = struct_name(x, m->name);
	_free_ struct btf_member *members = calloc(m->n_vars + 1, sizeof(*members));
	_free_ struct var_spec **vars = calloc(m->n_vars + 1, sizeof(struct var_spec *));
	struct btf_type t = { 0 };
	uint64_t end = 0, align = 1;
	uint32_t n = 0;
	int64_t off, type;

	if (!name || !members || !vars)
		return -ENOMEM;
	memcpy(vars, m->vars, m->n_vars * sizeof(struct var_spec *));
	qsort(vars, m->n_vars, sizeof(struct var_spec *), by_offset);
	for (size_t i = 0; i < m->n_vars && n < UINT16_MAX; i++) {
		const struct var_spec *v = vars[i];

		if (!v->btf_id || !v->size || v->offset < end || v->offset >= UINT32_MAX / 8 ||
		    btf_size(x->btf, v->btf_id) != (int64_t)v->size)
			continue;
		off = member_name(x, v->name, members, n);
		if (off < 0)
			return off;
		if (!off)
			continue;
		type = plain_type(x, v->btf_id);
		if (type < 0)
			return type;
		members[n++] = (struct btf_member){ (uint32_t)off, (uint32_t)type,
						    (uint32_t)v->offset * 8 };
		end = v->offset + v->size;
		align = MAX(align, (uint64_t)MAX(btf_align(x->btf, (uint32_t)type), 1));
	}
	/* A section may end where a struct would not. */
	t.size = (uint32_t)ROUND_UP((uint64_t)m->value_size, align);
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

/* What the compiler that reads it makes of a struct must be what the object has. */
static void put_check(struct types_text *x, uint32_t id)
{
	const struct btf_type *t = btf_type(x->btf, id);
	const char *name = btf_name(x->btf, t);

	if (btf_kind(t) != BTF_STRUCT)
		return;
	buf_printf(&x->text, "typedef char %s_is_as_in_the_object[sizeof(struct %s) == %u", name, name,
		   t->size);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		buf_printf(&x->text, " &&\n\toffsetof(struct %s, ", name);
		btf_decl_name(x->decl, &x->text, btf_str(x->btf, btf_members(t)[i].name_off));
		buf_printf(&x->text, ") == %u", btf_members(t)[i].offset / 8);
	}
	buf_puts(&x->text, " ? 1 : -1];\n\n");
}

/* What a typedef stands for comes before it, and not behind, where that has a name. */
static int declare(struct types_text *x, uint32_t id)
{
	const struct btf_type *t = btf_type(x->btf, id);
	int err = 0;

	if (btf_kind(t) == BTF_TYPEDEF && btf_name_of(x->btf, t->type)[0])
		err = btf_decl_add(x->decl, &x->text, t->type);
	return err ? err : btf_decl_add(x->decl, &x->text, id);
}

static int make_text(struct types_text *x, unsigned int flags)
{
	const struct object *spec = x->o->spec;
	id_list ids = { 0 };
	int err = btf_clone(&x->btf, spec->btf);

	for (size_t i = 0; i < spec->maps.n && !err; i++)
		err = add_map(x, spec->maps.v[i], &ids);
	if (!err)
		err = btf_decl_new(&x->decl, x->btf, BTF_DECL_LINUX_TYPES | BTF_DECL_BOOL | BTF_DECL_ONCE | flags);
	for (size_t i = 0; i < ids.n && !err; i++)
		err = declare(x, ids.v[i]);
	for (size_t i = 0; i < ids.n && !err; i++)
		put_check(x, ids.v[i]);
	if (!err && x->text.failed)
		err = -ENOMEM;
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
