/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapnew.c - a map that no object speaks of: what an object would say of it is said by keys. How it
 * is made is the business of mapmake.c, as for all maps.
 */
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

/* "key=value" */
static int set_word(struct cleat_map *m, const char *word)
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
	return cleat_map_set_param(m, key, equals + 1);
}

CLEAT_API int cleat_map_create(struct cleat *c, const char *type, const char *name,
			       const char *const *params, struct cleat_map **out)
{
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
		err = set_word(m, params[i]);
	if (!err)
		err = map_create(m);
	if (err) {
		cleat_map_close(m);
		return err;
	}
	*out = m;
	return 0;
}
