// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * registry.c - which plugin to take for a section, a map type or an output. Knows who says what in
 * its descriptor, and who replaces whom; refuses to know where descriptors are and what is in a
 * plugin.
 */
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "plugin/inner.h"

#define SYSTEM_DIR CLEAT_SYSCONF_DIR "/plugins.d"

typedef VEC(struct plugin *) plugin_list;

/* ---- making -------------------------------------------------------------------------------- */

static int add_dirs(struct registry *reg, const char *path)
{
	while (path && *path) {
		size_t n = strcspn(path, ":");

		if (n) {
			char *dir = strndup(path, n);

			if (!dir || vec_push(&reg->dirs, dir)) {
				free(dir);
				return -ENOMEM;
			}
		}
		path += n + (path[n] == ':');
	}
	return 0;
}

int registry_new(struct registry **out, const char *path, const struct cleat_builtin_plugin *builtin)
{
	struct registry *reg = calloc(1, sizeof(*reg));
	int err = -ENOMEM;

	*out = NULL;
	if (!reg)
		return -ENOMEM;
	reg->builtin = builtin;
	reg->problems = report_new();
	if (reg->problems)
		err = add_dirs(reg, path);
	reg->n_asked = reg->dirs.n;
	if (!err)
		err = add_dirs(reg, secure_getenv("CLEAT_PLUGIN_PATH"));
	if (!err)
		err = add_dirs(reg, SYSTEM_DIR);
	if (!err)
		err = add_dirs(reg, CLEAT_PLUGIN_DIR);
	if (err) {
		registry_free(reg);
		return err;
	}
	*out = reg;
	return 0;
}

void registry_free(struct registry *reg)
{
	size_t i;

	if (!reg)
		return;
	for (i = 0; i < reg->dirs.n; i++)
		free(reg->dirs.v[i]);
	vec_free(&reg->dirs);
	registry_forget(reg);
	report_free(reg->problems);
	free(reg);
}

int registry_list(struct registry *reg, struct plugin ***plugins, size_t *n, struct report *r)
{
	int err = registry_scan(reg, NULL, NULL, r);

	*plugins = reg->plugins.v;
	*n = err ? 0 : reg->plugins.n;
	return err;
}

/* Nobody needs an index of a directory without descriptors. */
static bool has_descriptors(const char *dir)
{
	char **names = NULL;
	size_t n = 0;

	if (path_list(dir, DESCRIPTOR_SUFFIX, &names, &n))
		return false;
	path_list_free(names, n);
	return n > 0;
}

int registry_index(struct registry *reg, const char *dir, struct report *r)
{
	int err = 0;

	if (dir)
		return index_write(dir, r);
	for (size_t i = 0; i < reg->dirs.n && !err; i++)
		if (has_descriptors(reg->dirs.v[i]))
			err = index_write(reg->dirs.v[i], r);
	return err;
}

/* *p is NULL when there is none, and then everything that is wrong with descriptors has been said. */
static int find(struct registry *reg, unsigned int kind, const char *name, struct plugin **p,
		struct report *r)
{
	int err = registry_scan(reg, "name", name, r);
	size_t i;

	*p = NULL;
	for (i = 0; i < reg->plugins.n && !err && !*p; i++) {
		if (reg->plugins.v[i]->kind == kind && streq(reg->plugins.v[i]->name, name))
			*p = reg->plugins.v[i];
	}
	return err || *p ? err : registry_scan(reg, NULL, NULL, r);
}

struct plugin *registry_find(struct registry *reg, unsigned int kind, const char *name,
			     struct report *r)
{
	struct plugin *p;

	return find(reg, kind, name, &p, r) ? NULL : p;
}

/* ---- choosing ------------------------------------------------------------------------------ */

static bool is_replaced(const plugin_list *all, const struct plugin *p)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct plugin *other = all->v[i];

		if (other != p && other->replaces && streq(other->replaces, p->name))
			return true;
	}
	return false;
}

/*
 * Of plugins that claim the same, the one that no other replaces. When there are several, *rival
 * is another one, and then there is no winner.
 */
static struct plugin *winner(const plugin_list *all, struct plugin **rival)
{
	struct plugin *found = NULL;
	size_t i;

	*rival = NULL;
	for (i = 0; i < all->n; i++) {
		if (is_replaced(all, all->v[i]))
			continue;
		if (found) {
			*rival = all->v[i];
			return found;
		}
		found = all->v[i];
	}
	if (!found && all->n > 1) { /* each replaces the other */
		*rival = all->v[1];
		return all->v[0];
	}
	return found;
}

static int conflict(const struct plugin *a, const struct plugin *b, const char *what,
		    struct report *r)
{
	report_error(r, EEXIST, "%s is claimed by two plugins: '%s' (%s) and '%s' (%s)", what,
		     a->name, a->descriptor, b->name, b->descriptor);
	report_hint(r, "mask one with an empty file " SYSTEM_DIR "/%s, "
		       "or let one say 'replaces = %s'", path_base(b->descriptor), b->name);
	return -EEXIST;
}

static const struct patterns *section_patterns(const struct plugin *p)
{
	return &p->sections;
}

static const struct patterns *claim_patterns(const struct plugin *p)
{
	return &p->claims;
}

/* Those with the pattern that says most; *pattern, when not NULL, is it. */
static int match_patterns(struct registry *reg,
			  const struct patterns *(*patterns)(const struct plugin *p),
			  const char *name, plugin_list *out, const char **pattern)
{
	size_t best = 0, i, k;

	if (pattern)
		*pattern = NULL;
	for (i = 0; i < reg->plugins.n; i++) {
		struct plugin *p = reg->plugins.v[i];
		const struct patterns *list = patterns(p);

		for (k = 0; k < list->n; k++) {
			const char *s = list->v[k];

			if (!pattern_matches(s, name, NULL) || pattern_weight(s) < best)
				continue;
			if (pattern_weight(s) > best)
				out->n = 0;
			best = pattern_weight(s);
			if (pattern)
				*pattern = s;
			if (vec_push(out, p))
				return -ENOMEM;
		}
	}
	return 0;
}

/* Those that may have a pattern for @name: its first part begins one. */
static int scan_for(struct registry *reg, const char *key, const char *name, struct report *r)
{
	_free_ char *first = strndup(name, strcspn(name, "/"));

	return first ? registry_scan(reg, key, first, r) : report_oom(r);
}

struct plugin *registry_match_section(struct registry *reg, const char *name, const char **pattern)
{
	plugin_list all = { 0 };
	struct plugin *p = NULL, *rival;
	const char *found;

	if (!scan_for(reg, "section", name, NULL) &&
	    !match_patterns(reg, section_patterns, name, &all, &found)) {
		p = winner(&all, &rival);
		if (rival)
			p = NULL;
	}
	if (pattern)
		*pattern = p ? found : NULL;
	vec_free(&all);
	return p;
}

/* The first @n parts of a name, with the slashes between them. */
static size_t leading_parts(const char *name, size_t n)
{
	size_t len = 0;

	while (n--) {
		len += strcspn(name + len, "/");
		if (n && name[len])
			len++;
	}
	return len;
}

static size_t count_parts(const char *s, size_t len)
{
	size_t i, n = 1;

	for (i = 0; i < len; i++)
		n += s[i] == '/';
	return n;
}

/* Why this pattern does not take this name although the beginning is right; NULL: it is not. */
static const char *almost(const char *pattern, const char *name)
{
	size_t n = pattern_stem(pattern);

	if (strncmp(pattern, name, n) != 0)
		return NULL;
	if (pattern[n] == '/' && (!name[n] || streq(name + n, "/")))
		return "needs something after the slash";
	if (pattern[n] == '\0' && name[n] == '/')
		return "takes nothing after it";
	return NULL;
}

static void hint_section(struct registry *reg, const char *name, struct report *r)
{
	const struct plugin *nearest = NULL;
	const char *pattern = NULL;
	unsigned int best = 3; /* a distance that is no longer a slip of the finger */
	size_t i, k;

	for (i = 0; i < reg->plugins.n; i++) {
		const struct plugin *p = reg->plugins.v[i];

		for (k = 0; k < p->sections.n; k++) {
			const char *s = p->sections.v[k];
			size_t stem = pattern_stem(s);
			_free_ char *mine = strndup(s, stem);
			_free_ char *its = strndup(name, leading_parts(name, count_parts(s, stem)));
			unsigned int d;

			if (!mine || !its)
				return;
			if (almost(s, name)) {
				report_hint(r, "'%s' (plugin '%s') %s", mine, p->name,
					    almost(s, name));
				return;
			}
			d = text_distance(mine, its, best);
			/* half of a short name is another name */
			if (d < best && d * 2 < strlen(its)) {
				best = d;
				nearest = p;
				pattern = s;
			}
		}
	}
	if (nearest)
		report_hint(r, "nearest is '%s' (plugin '%s'); 'cleat plugins' shows all", pattern,
			    nearest->name);
	else if (reg->left_out)
		report_hint(r, "a plugin was left out: 'cleat plugins' says which and why");
	else if (!reg->plugins.n)
		report_hint(r, "there are no plugins at all: looked in %s last",
			    reg->dirs.v[reg->dirs.n - 1]);
	else
		report_hint(r, "'cleat plugins' shows all");
}

int registry_for_section(struct registry *reg, const char *name, struct plugin **plugin,
			 const struct cleat_section **section, const char **rest,
			 struct report *r)
{
	plugin_list all = { 0 };
	struct plugin *p, *rival;
	const char *pattern;
	size_t i;
	int err;

	*plugin = NULL;
	*section = NULL;
	*rest = NULL;
	err = scan_for(reg, "section", name, r);
	if (err)
		return err;
	if (match_patterns(reg, section_patterns, name, &all, &pattern)) {
		vec_free(&all);
		return report_oom(r);
	}
	p = winner(&all, &rival);
	vec_free(&all);
	if (!p) {
		report_error(r, ENOENT, "no plugin for section '%s'", name);
		registry_scan(reg, NULL, NULL, r);
		hint_section(reg, name, r);
		return -ENOENT;
	}
	if (rival) {
		_free_ char *what = text_format("section '%s'", pattern);

		return conflict(p, rival, what ? what : pattern, r);
	}
	err = plugin_open(p, r);
	if (err)
		return err;
	/* that it is there was enforced when the plugin was opened */
	for (i = 0; i < p->n_section_table; i++) {
		if (streq(p->section_table[i].pattern, pattern))
			*section = &p->section_table[i];
	}
	pattern_matches(pattern, name, rest);
	*plugin = p;
	return 0;
}

int registry_for_map(struct registry *reg, uint32_t type, struct plugin **plugin,
		     const struct cleat_map_type **entry, struct report *r)
{
	plugin_list all = { 0 };
	struct plugin *p, *rival;
	char number[16];
	size_t i, k;
	int err;

	*plugin = NULL;
	*entry = NULL;
	snprintf(number, sizeof(number), "%u", (unsigned int)type);
	err = registry_scan(reg, "type", number, r);
	for (i = 0; i < reg->plugins.n && !err; i++) {
		p = reg->plugins.v[i];
		for (k = 0; k < p->type_numbers.n && !err; k++) {
			if (p->type_numbers.v[k] == type && vec_push(&all, p))
				err = report_oom(r);
		}
	}
	p = winner(&all, &rival);
	vec_free(&all);
	if (err)
		return err;
	if (!p) {
		report_error(r, ENOENT, "no plugin for map type %u", (unsigned int)type);
		report_hint(r, "'cleat plugins' shows all");
		return -ENOENT;
	}
	if (rival) {
		_free_ char *what = text_format("map type %u", (unsigned int)type);

		return conflict(p, rival, what ? what : "a map type", r);
	}
	err = plugin_open(p, r);
	if (err)
		return err;
	for (i = 0; i < p->n_type_table; i++) {
		if (p->type_table[i].type == type)
			*entry = &p->type_table[i];
	}
	*plugin = p;
	return 0;
}

/* The one plugin whose descriptor says so, opened. @role is for messages. */
static int for_role(struct registry *reg, bool (*has)(const struct plugin *p), const char *role,
		    const char *purpose, struct plugin **plugin, struct report *r)
{
	plugin_list all = { 0 };
	struct plugin *p, *rival;
	size_t i;
	int err;

	*plugin = NULL;
	err = registry_scan(reg, "role", role, r);
	for (i = 0; i < reg->plugins.n && !err; i++) {
		if (has(reg->plugins.v[i]) && vec_push(&all, reg->plugins.v[i]))
			err = report_oom(r);
	}
	p = winner(&all, &rival);
	vec_free(&all);
	if (err)
		return err;
	if (!p) {
		report_error(r, ENOENT, "no plugin for %s", purpose);
		report_hint(r,
			    "the descriptor of one map plugin says 'role = %s'; "
			    "'cleat plugins' shows all",
			    role);
		return -ENOENT;
	}
	if (rival) {
		_free_ char *what = text_format("role '%s'", role);

		return conflict(p, rival, what ? what : role, r);
	}
	err = plugin_open(p, r);
	if (!err)
		*plugin = p;
	return err;
}

static bool makes_data(const struct plugin *p)
{
	return p->data;
}

static bool makes_jump_tables(const struct plugin *p)
{
	return p->jump_tables;
}

int registry_for_data(struct registry *reg, struct plugin **plugin,
		      const struct cleat_map_type **entry, struct report *r)
{
	int err = for_role(reg, makes_data, "data", "the maps of data sections", plugin, r);
	size_t i;

	*entry = NULL;
	for (i = err ? 0 : (*plugin)->n_type_table; i-- > 0;) {
		if ((*plugin)->type_table[i].flags & CLEAT_MAP_DATA)
			*entry = &(*plugin)->type_table[i];
	}
	return err;
}

int registry_for_jump_tables(struct registry *reg, struct plugin **plugin, struct report *r)
{
	return for_role(reg, makes_jump_tables, "jump-tables", "the tables of indirect jumps",
			plugin, r);
}

int registry_for_claim(struct registry *reg, const char *section, struct plugin **plugin,
		       struct report *r)
{
	plugin_list all = { 0 };
	struct plugin *p, *rival;
	int err;

	*plugin = NULL;
	err = scan_for(reg, "claim", section, NULL);
	if (!err && match_patterns(reg, claim_patterns, section, &all, NULL))
		err = report_oom(r);
	p = winner(&all, &rival);
	vec_free(&all);
	if (err || !p)
		return err;
	if (rival) {
		_free_ char *what = text_format("section '%s'", section);

		return conflict(p, rival, what ? what : section, r);
	}
	err = plugin_open(p, r);
	if (!err)
		*plugin = p;
	return err;
}

int registry_for_output(struct registry *reg, const char *name, struct plugin **plugin,
			struct report *r)
{
	VEC(const char *) names = { 0 };
	struct plugin *p;
	size_t i;
	int err;

	*plugin = NULL;
	err = find(reg, CLEAT_KIND_OUTPUT, name, &p, r);
	if (err)
		return err;
	if (!p) {
		for (i = 0; i < reg->plugins.n; i++) {
			if (reg->plugins.v[i]->kind == CLEAT_KIND_OUTPUT &&
			    vec_push(&names, reg->plugins.v[i]->name))
				break;
		}
		report_error(r, ENOENT, "no output plugin '%s'", name);
		report_hint(r, "'cleat plugins' shows all");
		report_nearest(r, name, names.v, names.n);
		vec_free(&names);
		return -ENOENT;
	}
	err = plugin_open(p, r);
	if (!err)
		*plugin = p;
	return err;
}
