/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plugins.c - the registry as the public sees it.
 */
#include "live/context.h"

static const char *const kind_words[] = {
	[CLEAT_KIND_PROGRAM] = "program",
	[CLEAT_KIND_MAP] = "map",
	[CLEAT_KIND_OUTPUT] = "output",
};

static void hint_plugin(struct cleat *c, const char *name)
{
	const char *names[512];
	struct plugin **all;
	size_t n, found = 0;

	if (registry_list(c->registry, &all, &n, NULL) && !n)
		return;
	for (size_t i = 0; i < n && found < ARRAY_SIZE(names); i++)
		if (all[i]->kind == CLEAT_KIND_PROGRAM)
			names[found++] = all[i]->name;
	report_nearest(c->report, name, names, found);
}

int program_plugin(struct cleat *c, const char *name, struct plugin **out)
{
	*out = registry_find(c->registry, CLEAT_KIND_PROGRAM, name, c->report);
	if (*out)
		return plugin_open(*out, c->report);
	report_error(c->report, ENOENT, "no program plugin '%s'", name);
	hint_plugin(c, name);
	return -ENOENT;
}

CLEAT_API int cleat_plugin_at(struct cleat *c, size_t i, struct cleat_plugin_info *info)
{
	struct cleat_plugin_info full = { 0 };
	struct plugin **plugins, *p;
	size_t n;
	int err;

	OPERATION(c);
	err = registry_list(c->registry, &plugins, &n, c->report);
	if (i >= n)
		return err && !n ? err : -ENOENT;
	p = plugins[i];
	full.size = info->size;
	full.name = p->name;
	full.kind = kind_words[p->kind];
	full.summary = p->summary;
	full.descriptor = p->descriptor;
	full.file = p->entry ? NULL : p->file;
	full.abi = p->abi;
	full.sections = plugin_words(p);
	full.manual = p->manual;
	memcpy(info, &full, MIN(info->size, sizeof(full)));
	return 0;
}

CLEAT_API int cleat_plugins_index(struct cleat *c, const char *dir)
{
	OPERATION(c);
	return registry_index(c->registry, dir, c->report);
}

CLEAT_API int cleat_plugin_key_at(struct cleat *c, const char *kind, const char *name, size_t i,
				  struct cleat_key_info *info)
{
	struct cleat_key_info full = { 0 };
	struct plugin *p = NULL;
	const struct cleat_key *k;
	int err;

	OPERATION(c);
	for (unsigned int number = CLEAT_KIND_PROGRAM; number <= CLEAT_KIND_OUTPUT && !p; number++)
		if (streq(kind, kind_words[number]))
			p = registry_find(c->registry, number, name, c->report);
	if (!p)
		return report_error(c->report, ENOENT, "no %s plugin '%s'", kind, name);
	err = plugin_open(p, c->report);
	if (err)
		return err;
	if (i < p->n_keys)
		k = &p->keys[i];
	else if (p->kind == CLEAT_KIND_MAP && i - p->n_keys < map_keys_count)
		k = &map_keys[i - p->n_keys];
	else
		return -ENOENT;
	full.size = info->size;
	full.name = k->name;
	full.type = params_type_name(k->type);
	full.help = k->help;
	full.preset = k->preset;
	full.choices = k->choices;
	full.required = !!(k->flags & CLEAT_KEY_REQUIRED);
	full.repeat = !!(k->flags & CLEAT_KEY_REPEAT);
	full.load = !!(k->flags & CLEAT_KEY_LOAD);
	full.shared = i >= p->n_keys;
	memcpy(info, &full, MIN(info->size, sizeof(full)));
	return 0;
}
