/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapnew.c - a map that no object speaks of: what an object would say of it is said by keys. How it
 * is made is the business of mapmake.c, as for all maps.
 */
#include "btf/prune.h"
#include "object/target.h"
#include "live/context.h"

/* A handle as cleat_map_find() makes them, for a map that is still to be made. */
static struct cleat_map *new_handle(struct cleat *c, const char *name)
{
	struct cleat_map *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->c = c;
	m->fd = m->adopted_fd = m->text_fd[0] = m->text_fd[1] = -1;
	m->name = text_dup(name);
	m->spec = calloc(1, sizeof(*m->spec));
	if (!m->name || !m->spec || vec_push(&c->found, m)) {
		map_release(m);
		free(m);
		return NULL;
	}
	m->spec->name = m->spec->symbol = m->name;
	return m;
}

/* What is the same for all maps of the type need not be said. */
static void set_usual(struct cleat_map *m)
{
	if (m->type->flags & CLEAT_MAP_INDEX)
		m->attr.key_size = sizeof(uint32_t);
	if (m->type->flags & CLEAT_MAP_FD_VALUE)
		m->attr.value_size = sizeof(uint32_t);
}

/* Keys that mean something to the maps of an object only. */
static bool is_of_objects(const char *key)
{
	return streq(key, "type") || streq(key, "create") || streq(key, "exclusive");
}

/* ---- types ----------------------------------------------------------------------------------- */

struct types {
	const char *key, *value; /* by their names, or NULL */
};

/* A size that was said must be the type's. */
static int find_type(struct cleat_map *m, struct btf *b, const char *what, const char *name,
		     uint32_t *id, uint32_t *size)
{
	struct report *r = m->c->report;
	_free_ char *file = m->c->btf_path ? text_format("'%s'", m->c->btf_path) : NULL;
	int64_t bytes;

	if (!name)
		return 0;
	*id = type_by_name(b, file ? file : "the kernel's BTF", name, r);
	if (!*id)
		return -ENOENT;
	bytes = btf_size(b, *id);
	if (bytes <= 0 || bytes > UINT32_MAX)
		return report_error(r, EINVAL, "type '%s' has no size", name);
	if (*size && *size != bytes)
		return report_error(r, EINVAL, "a %s has %u bytes, but '%s' has %lld", what, *size,
				    name, (long long)bytes);
	*size = (uint32_t)bytes;
	return 0;
}

/* The kernel takes both or none, but for what has no choice. */
static int check_types(struct cleat_map *m, struct types *t)
{
	struct report *r = m->c->report;

	if (m->attr.no_btf)
		return report_error(r, EOPNOTSUPP, "the kernel keeps no types of maps of type '%s'",
				    m->type->name);
	if (!t->key && m->type->flags & CLEAT_MAP_INDEX)
		t->key = "unsigned int";
	if (!(m->type->flags & CLEAT_MAP_NO_KEY) && (!t->key || !t->value))
		return report_error(r, EINVAL, "key-type and value-type: one needs the other");
	return 0;
}

/* Of all the types that there are the kernel is given those that the map needs. */
static int set_types(struct cleat_map *m, struct types *t)
{
	const struct target *target = context_target(m->c);
	uint32_t ids[2] = { 0 };
	_free_ uint32_t *moved = NULL;
	struct btf *b;
	int err = check_types(m, t);

	if (!err)
		err = context_given_btf(m->c);
	if (err)
		return err;
	b = target ? target_core(target) : NULL;
	err = b ? find_type(m, b, "key", t->key, &ids[0], &m->attr.key_size)
		: report_error(m->c->report, ENOENT, "nothing says what types there are");
	if (!err)
		err = find_type(m, b, "value", t->value, &ids[1], &m->attr.value_size);
	if (err)
		return err;
	if (btf_prune(&m->own_btf, b, ids, ARRAY_SIZE(ids), &moved))
		return report_oom(m->c->report);
	m->spec->key_btf = moved[ids[0]];
	m->spec->value_btf = moved[ids[1]];
	m->attr.typed = m->spec->key_btf && m->spec->value_btf;
	return 0;
}

/* ---- the map --------------------------------------------------------------------------------- */

/* "key=value" */
static int set_word(struct cleat_map *m, const char *word, struct types *types)
{
	const char *equals = strchr(word, '=');
	_free_ char *key = equals ? strndup(word, (size_t)(equals - word)) : NULL;

	if (!equals)
		return report_error(m->c->report, EINVAL, "'%s' is not KEY=VALUE", word);
	if (!key)
		return report_oom(m->c->report);
	if (is_of_objects(key))
		return report_error(m->c->report, EINVAL, "key '%s' is for the maps of objects",
				    key);
	if (streq(key, "key-type"))
		types->key = equals + 1;
	else if (streq(key, "value-type"))
		types->value = equals + 1;
	else
		return cleat_map_set_param(m, key, equals + 1);
	return 0;
}

CLEAT_API int cleat_map_create(struct cleat *c, const char *type, const char *name,
			       const char *const *params, struct cleat_map **out)
{
	struct types types = { 0 };
	struct cleat_map *m;
	int err;

	OPERATION(c);
	*out = NULL;
	m = new_handle(c, name);
	if (!m)
		return report_oom(c->report);
	REPORT_IN(c->report, REPORT_MAP, m->name);
	err = map_set_type(m, type);
	if (!err)
		err = map_resolve(m);
	if (!err)
		set_usual(m);
	for (size_t i = 0; !err && params && params[i]; i++)
		err = set_word(m, params[i], &types);
	if (!err && (types.key || types.value))
		err = set_types(m, &types);
	if (!err)
		err = map_create(m);
	if (err) {
		cleat_map_close(m);
		return err;
	}
	*out = m;
	return 0;
}
