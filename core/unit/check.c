// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * check.c - from sections to an object that is ready to be created: [unit], [object], [global] and
 * [map]. Knows which keys these take and enters their values into the object as it is in memory;
 * refuses to ask the kernel for anything but what conditions are about.
 */
#include <sha2.h>

#include "base/file.h"
#include "base/text.h"
#include "unit/unit.h"

static const struct cleat_key unit_keys[] = {
	{ .name = "description", .help = "one line about the unit" },
	{ .name = "owner", .help = "whose it is: shown by status" },
	{ .name = "after",
	  .help = "name or pattern of units that come before it",
	  .flags = CLEAT_KEY_REPEAT },
	{ .name = "before",
	  .help = "name or pattern of units that come after it",
	  .flags = CLEAT_KEY_REPEAT },
	{ .name = "condition",
	  .help = "KIND:WHAT that must hold, or the unit is skipped",
	  .flags = CLEAT_KEY_REPEAT },
};

static const struct cleat_key object_keys[] = {
	{ .name = "path", .help = "the BPF object, relative to the unit or the object directories",
	  .flags = CLEAT_KEY_REQUIRED },
	{ .name = "sha256", .help = "of the object: anything else is refused" },
};

static const struct cleat_key global_keys[] = {
	{ .name = "value", .help = "the variable's initial value, as its C type says" },
	{ .name = "elements", .type = CLEAT_TYPE_SIZE,
	  .help = "of an array, the last variable of its section: how many there are" },
};

/* Of a [map] section, besides those that cleat_map_set_param() takes. */
static const struct cleat_key entry_keys[] = {
	{ .name = "entry", .help = "KEY -> VALUE", .flags = CLEAT_KEY_REPEAT },
	{ .name = "entries",
	  .help = "a file with one KEY -> VALUE per line",
	  .type = CLEAT_TYPE_PATH,
	  .flags = CLEAT_KEY_REPEAT },
	{ .name = "share",
	  .help = "UNIT or UNIT/MAP: the map of another unit, in the place of one of its own" },
	{ .name = "freeze",
	  .help = "user space may not write once the entries are in",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "no" },
	{ .name = "attach",
	  .help = "attach it, where maps themselves are attached (struct_ops)",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes" },
};

#define SHA256_HEX 64

static struct report *report_of(const struct unit *u)
{
	return u->c->report;
}

int unit_set(const struct unit_section *s, struct cleat_params *p, unsigned int layer,
	     struct report *r)
{
	int err = 0, e;
	size_t i;

	for (i = 0; i < s->entries.n; i++) {
		const struct unit_entry *entry = &s->entries.v[i];

		e = params_set(p, entry->key, entry->value, entry->file, entry->line,
			       layer + entry->layer, r);
		err = err ? err : e;
	}
	return err;
}

/* ---- names of maps and programs ------------------------------------------------------------ */

static int no_map(const struct unit *u, const char *name)
{
	const struct cleat_object *o = u->object;
	_buf_free_ struct buf all = { 0 };
	VEC(const char *) names = { 0 };
	size_t i;

	for (i = 0; i < o->n_maps; i++) {
		buf_printf(&all, "%s%s", i ? ", " : "", o->maps[i].name);
		(void)vec_push(&names, o->maps[i].name);
	}
	report_error(report_of(u), ENOENT, "no map '%s' in %s%s%s", name, o->path,
		     all.data ? "; it has: " : "", all.data ? all.data : "");
	report_nearest(report_of(u), name, names.v, names.n);
	vec_free(&names);
	return -ENOENT;
}

static int no_program(const struct unit *u, const char *name)
{
	const struct cleat_object *o = u->object;
	_buf_free_ struct buf all = { 0 };
	VEC(const char *) names = { 0 };
	size_t i;

	for (i = 0; i < o->n_programs; i++) {
		buf_printf(&all, "%s%s", i ? ", " : "", o->programs[i].spec->name);
		(void)vec_push(&names, o->programs[i].spec->name);
	}
	report_error(report_of(u), ENOENT, "no program '%s' in %s%s%s", name, o->path,
		     all.data ? "; it has: " : "", all.data ? all.data : "");
	report_nearest(report_of(u), name, names.v, names.n);
	vec_free(&names);
	return -ENOENT;
}

int unit_find_map(const struct unit *u, const char *name, struct cleat_map **out)
{
	*out = cleat_object_map(u->object, name);
	return *out ? 0 : no_map(u, name);
}

int unit_find_program(const struct unit *u, const char *name, struct cleat_program **out)
{
	*out = cleat_object_program(u->object, name);
	return *out ? 0 : no_program(u, name);
}

int unit_check_names(const struct unit *u, const struct cleat_params *p)
{
	struct report *r = report_of(u);
	const char *key, *value, *file;
	struct cleat_program *program;
	struct cleat_map *map;
	unsigned int line;
	int err = 0, e;
	size_t i;

	for (i = 0; params_at_place(p, i, &key, &value, &file, &line); i++) {
		unsigned int type = params_key(p, key, NULL)->type;

		if (!file || (type != CLEAT_TYPE_MAP && type != CLEAT_TYPE_PROGRAM))
			continue;
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		e = type == CLEAT_TYPE_MAP ? unit_find_map(u, value, &map) :
					     unit_find_program(u, value, &program);
		err = err ? err : e;
	}
	return err;
}

/* ---- [unit] -------------------------------------------------------------------------------- */

/* The params of a section that no plugin has a say in; also when the unit has no such section. */
static int set_own(struct unit *u, enum section_kind kind, const struct cleat_key *keys, size_t n,
		   const char *who, struct cleat_params **out)
{
	const struct unit_section *s = unit_section(u, kind, NULL, NULL);

	*out = params_new(keys, n, NULL, 0, who);
	if (!*out)
		return report_oom(report_of(u));
	if (!s)
		return 0;
	REPORT_IN(report_of(u), REPORT_SECTION, s->title);
	return unit_set(s, *out, 1, report_of(u));
}

/* 1: all hold. */
static int check_conditions(struct unit *u)
{
	struct report *r = report_of(u);
	const struct unit_section *s = unit_section(u, SECTION_UNIT, NULL, NULL);
	const char *key, *text, *file;
	int answer = 1, err = 0;
	unsigned int line;
	size_t i;

	for (i = 0; s && params_at_place(u->own, i, &key, &text, &file, &line); i++) {
		if (!streq(key, "condition"))
			continue;
		REPORT_IN(r, REPORT_FILE, file);
		REPORT_IN(r, REPORT_SECTION, s->title);
		report_line(r, line);
		answer = unit_condition(u->c, text);
		if (answer < 0)
			err = err ? err : answer;
		if (answer == 0 && !err) {
			report_note(r, "condition '%s' does not hold: unit '%s' is skipped", text,
				    u->files.name);
			return 0;
		}
	}
	return err ? err : 1;
}

/* ---- [object] ------------------------------------------------------------------------------ */

/* DIR/PATH when it is there. Tells @where it looked. */
static char *try_dir(const char *dir, size_t n, const char *path, struct buf *where)
{
	_free_ char *d = strndup(dir, n);
	_free_ char *p = d ? path_join(d, path) : NULL;

	if (where->data)
		buf_puts(where, ", ");
	buf_put(where, dir, n);
	return p && !access(p, F_OK) ? take_ptr(p) : NULL;
}

static char *find_object(struct unit *u, const char *path, struct buf *where)
{
	_free_ char *own = path_dir(u->files.paths.v[0]);
	const char *at = u->c->object_path;
	char *found;

	if (path[0] == '/')
		return access(path, F_OK) ? NULL : strdup(path);
	found = own ? try_dir(own, strlen(own), path, where) : NULL;
	while (!found && at && *at) {
		size_t n = strcspn(at, ":");

		if (n)
			found = try_dir(at, n, path, where);
		at += n + (at[n] == ':');
	}
	return found ? found : try_dir(CLEAT_BPF_DIR, strlen(CLEAT_BPF_DIR), path, where);
}

/* From here on the object is to blame, not the line that names it. */
static int open_found(struct unit *u, const char *path)
{
	REPORT_IN(report_of(u), REPORT_FILE, NULL);
	REPORT_IN(report_of(u), REPORT_SECTION, NULL);
	return cleat_object_open(u->c, path, &u->object);
}

/* The same of bytes that are in memory already. */
static int open_view(struct unit *u, const struct file_view *view, const char *path)
{
	REPORT_IN(report_of(u), REPORT_FILE, NULL);
	REPORT_IN(report_of(u), REPORT_SECTION, NULL);
	return cleat_object_open_memory(u->c, view->data, view->size, path, &u->object);
}

/* The bytes that were judged are the bytes that are opened. */
static int open_judged(struct unit *u, const char *path, const char *wanted)
{
	struct report *r = report_of(u);
	char is[SHA256_HEX + 1];
	struct file_view view;
	int err;

	if (strlen(wanted) != SHA256_HEX || strspn(wanted, "0123456789abcdefABCDEF") != SHA256_HEX)
		return report_error(r, EINVAL, "sha256 '%s': expected 64 hexadecimal digits",
				    wanted);
	err = file_map(path, &view);
	if (err)
		return report_sys(r, err, "cannot read %s", path);
	SHA256Data(view.data, view.size, is);
	if (strcasecmp(is, wanted) != 0)
		err = report_error(r, EBADMSG, "%s has the sha256 %s, the unit says %s", path, is,
				   wanted);
	else
		err = open_view(u, &view, path);
	file_unmap(&view);
	return err;
}

static int open_object(struct unit *u)
{
	struct report *r = report_of(u);
	const struct unit_section *s = unit_section(u, SECTION_OBJECT, NULL, NULL);
	const char *path = cleat_param(u->object_params, "path");
	const char *sha256 = cleat_param(u->object_params, "sha256");
	_buf_free_ struct buf where = { 0 };
	_free_ char *found = NULL;
	const char *file = NULL;
	unsigned int line = 0;

	REPORT_IN(r, REPORT_FILE, s ? s->file : u->files.paths.v[0]);
	if (!s) {
		report_error(r, EINVAL, "has no section [object]");
		report_hint(r, "[object] with 'path' says which BPF object the unit is about");
		return -EINVAL;
	}
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	if (params_complete(u->object_params, r))
		return -EINVAL;
	params_place(u->object_params, "path", &file, &line);
	REPORT_IN(r, REPORT_FILE, file);
	report_line(r, line);
	found = find_object(u, path, &where);
	if (!found && where.data)
		return report_error(r, ENOENT, "no object '%s' in: %s", path, where.data);
	if (!found)
		return report_error(r, ENOENT, "no object %s", path);
	if (!sha256)
		return open_found(u, found);
	params_place(u->object_params, "sha256", &file, &line);
	REPORT_IN(r, REPORT_FILE, file);
	report_line(r, line);
	return open_judged(u, found, sha256);
}

/* ---- [global] ------------------------------------------------------------------------------ */

/* An unknown name is the header's fault, not the value's. */
static int enter_global(struct unit *u, const struct unit_section *s, const struct cleat_params *p,
			const char *key)
{
	struct report *r = report_of(u);
	const struct object *spec = u->object->spec;
	bool known = object_var(spec, s->name) || object_constant(spec, s->name);
	unsigned int line;
	const char *file;

	if (!cleat_param_given(p, key))
		return 0;
	params_place(p, key, &file, &line);
	REPORT_IN(r, REPORT_FILE, known ? file : s->file);
	report_line(r, known ? line : s->line);
	if (streq(key, "elements"))
		return cleat_object_resize_global(u->object, s->name, cleat_param_uint(p, key));
	return cleat_object_set_global(u->object, s->name, cleat_param(p, key));
}

static int check_global(struct unit *u, const struct unit_section *s)
{
	struct report *r = report_of(u);
	struct cleat_params *p = params_new(global_keys, ARRAY_SIZE(global_keys), NULL, 0,
					    "[global]");
	int err;

	REPORT_IN(r, REPORT_FILE, s->file);
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	if (!p)
		return report_oom(r);
	err = unit_set(s, p, 1, r);
	if (!err && !cleat_param_given(p, "value") && !cleat_param_given(p, "elements"))
		err = report_error(r, EINVAL, "key 'value' is missing");
	if (!err)
		err = enter_global(u, s, p, "elements");
	if (!err)
		err = enter_global(u, s, p, "value");
	params_free(p);
	return err;
}

static int check_globals(struct unit *u)
{
	int err = 0, e;
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		if (u->sections.v[i]->kind != SECTION_GLOBAL)
			continue;
		e = check_global(u, u->sections.v[i]);
		err = err ? err : e;
	}
	return err;
}

/* ---- [map] --------------------------------------------------------------------------------- */

static struct cleat_params *map_params(struct unit *u, const struct cleat_map *m)
{
	size_t n = map_keys_count + ARRAY_SIZE(entry_keys);
	struct cleat_key *core = arena_alloc(u->arena, n * sizeof(*core));

	if (!core)
		return NULL;
	memcpy(core, map_keys, map_keys_count * sizeof(*core));
	memcpy(core + map_keys_count, entry_keys, sizeof(entry_keys));
	return params_new(m->plugin->keys, m->plugin->n_keys, core, n, m->plugin->name);
}

static bool is_entry_key(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(entry_keys); i++) {
		if (streq(entry_keys[i].name, key))
			return true;
	}
	return false;
}

/* 'pin = no' is no path: it was made one, like every other value of that key. */
static const char *as_written(const char *key, const char *value, const char *file)
{
	_free_ char *dir = file ? path_dir(file) : NULL;
	_free_ char *no = dir ? path_join(dir, "no") : NULL;

	return no && streq(key, "pin") && streq(value, no) ? "no" : value;
}

/* What stands above everything else goes into the map's own keys. */
static int enter_map_keys(struct cleat_map *m, const struct cleat_params *p, struct report *r)
{
	const char *key, *value, *file;
	unsigned int line;
	int err = 0, e;
	size_t i;

	for (i = 0; params_at_place(p, i, &key, &value, &file, &line); i++) {
		if (is_entry_key(key))
			continue;
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		e = cleat_map_set_param(m, key, as_written(key, value, file));
		err = err ? err : e;
	}
	return err;
}

/* "edge/seen": what the other unit says of its map holds. */
static int share_with(struct unit *u, struct unit_map *um, const struct cleat_params *p)
{
	static const char *const theirs[] = { "entry", "entries", "pin", "freeze" };
	const char *share = cleat_param(p, "share"), *slash = share ? strchr(share, '/') : NULL;
	struct report *r = report_of(u);
	const char *file;
	unsigned int line;

	if (!share)
		return 0;
	params_place(p, "share", &file, &line);
	REPORT_IN(r, REPORT_FILE, file);
	report_line(r, line);
	um->share_unit = slash ? arena_format(u->arena, "%.*s", (int)(slash - share), share)
			       : arena_dup(u->arena, share);
	um->share_map = arena_dup(u->arena, slash ? slash + 1 : um->map->name);
	if (!um->share_unit || !um->share_map)
		return report_oom(r);
	if (!*um->share_unit || !*um->share_map)
		return report_error(r, EINVAL, "share '%s': expected UNIT or UNIT/MAP", share);
	if (streq(um->share_unit, u->files.name))
		return report_error(r, EINVAL, "'%s' is this unit itself", um->share_unit);
	for (size_t i = 0; i < ARRAY_SIZE(theirs); i++)
		if (cleat_param_given(p, theirs[i]))
			return report_error(
				r, EINVAL, "'%s' does not go with 'share': the map is of unit '%s'",
				theirs[i], um->share_unit);
	um->keep = true;
	um->map->unpinned = true;
	return 0;
}

static int check_map_with(struct unit *u, struct unit_map *um, struct cleat_params *p)
{
	struct report *r = report_of(u);
	struct cleat_map *m = um->map;
	int err, e;

	err = unit_set(um->section, p, 1, r);
	e = unit_check_names(u, p);
	err = err ? err : e;
	if (!err)
		err = enter_map_keys(m, p, r);
	if (!err && !m->left_out && m->plugin->map->check)
		err = m->plugin->map->check(m, p, &m->attr);
	e = share_with(u, um, p);
	err = err ? err : e;
	um->freeze = cleat_param_bool(p, "freeze");
	um->detached = !cleat_param_bool(p, "attach");
	/* wrong keys do not hide wrong entries */
	e = unit_add_entries(u, um, p);
	if (!e && m->left_out && (um->seeds.n || um->freeze))
		e = report_error(r, EINVAL, "entries for a map that is not made: 'create = no'");
	return err ? err : e;
}

/* Which plugin's keys the section may have depends on one of them: the last word on the type. */
static int choose_type(struct cleat_map *m, const struct unit_section *s, struct report *r)
{
	const struct unit_entry *last = NULL;
	size_t i;

	for (i = 0; i < s->entries.n; i++)
		if (streq(s->entries.v[i].key, "type"))
			last = &s->entries.v[i];
	if (!last)
		return 0;
	REPORT_IN(r, REPORT_FILE, last->file);
	report_line(r, last->line);
	return map_set_type(m, last->value);
}

static int check_map(struct unit *u, const struct unit_section *s)
{
	struct report *r = report_of(u);
	struct unit_map *um = arena_alloc(u->arena, sizeof(*um));
	struct cleat_params *p;
	int err;

	REPORT_IN(r, REPORT_FILE, s->file);
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	if (!um || vec_push(&u->maps, um))
		return report_oom(r);
	um->section = s;
	err = unit_find_map(u, s->name, &um->map);
	if (!err)
		err = choose_type(um->map, s, r);
	if (!err)
		err = map_resolve(um->map);
	if (err)
		return err;
	p = map_params(u, um->map);
	if (!p)
		return report_oom(r);
	params_report(p, r);
	err = check_map_with(u, um, p);
	params_free(p);
	return err;
}

int unit_check_maps(struct unit *u)
{
	int err = 0, e;
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		if (u->sections.v[i]->kind != SECTION_MAP)
			continue;
		e = check_map(u, u->sections.v[i]);
		err = err ? err : e;
	}
	/* those without a section need their plugin, too */
	for (i = 0; i < u->object->n_maps; i++) {
		struct cleat_map *m = &u->object->maps[i];

		if (unit_section(u, SECTION_MAP, m->name, NULL))
			continue;
		e = map_resolve(m);
		err = err ? err : e;
	}
	return err;
}

/* ---- all of it ----------------------------------------------------------------------------- */

int unit_check(struct unit *u)
{
	struct report *r = report_of(u);
	int (*const parts[])(struct unit *) = {
		check_globals,
		unit_check_maps,
		unit_check_programs,
		unit_check_outputs,
	};
	int err, e;
	size_t i;

	REPORT_IN(r, REPORT_PHASE, "check");
	err = set_own(u, SECTION_UNIT, unit_keys, ARRAY_SIZE(unit_keys), "[unit]", &u->own);
	e = set_own(u, SECTION_OBJECT, object_keys, ARRAY_SIZE(object_keys), "[object]",
		    &u->object_params);
	err = err ? err : e;
	/* without memory a key that was given is not there */
	if (!u->own || !u->object_params || err == -ENOMEM)
		return err;
	e = check_conditions(u);
	if (e == 0)
		return err;
	if (e < 0)
		err = err ? err : e;
	e = open_object(u);
	if (e)
		return err ? err : e;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		e = parts[i](u);
		err = err ? err : e;
	}
	return err;
}
