// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * find.c - which files make up a unit. Knows names, instances and their templates, drop-ins, and
 * what masks what; refuses to look into a file.
 */
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "plugin/registry.h"
#include "unit/unit.h"

#define SUFFIX ".ini"
#define DROP_IN_SUFFIX ".ini.d"

typedef VEC(char *) text_list;

static void free_list(text_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	vec_free(l);
}

/* Takes @text, which may be NULL for lack of memory. */
static int add(text_list *l, char *text)
{
	if (!text || vec_push(l, text)) {
		free(text);
		return -ENOMEM;
	}
	return 0;
}

/* An empty file, or a link to /dev/null, stands for none. */
static bool is_mask(const char *path)
{
	struct stat st;

	return !stat(path, &st) &&
	       (S_ISCHR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0));
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && streq(s + n - m, end);
}

/* "firewall@eth0" -> "firewall@", or NULL when it is no instance (or no memory). */
static char *template_of(const char *name)
{
	const char *at = strchr(name, '@');

	return at && at > name && at[1] ? strndup(name, (size_t)(at - name) + 1) : NULL;
}

/* ---- the unit itself ----------------------------------------------------------------------- */

/* The first DIR/NAME.ini; NULL when there is none. */
static int look_up(const char *name, const char *const *dirs, char **path)
{
	*path = NULL;
	for (; *dirs; dirs++) {
		_free_ char *p = text_format("%s/%s" SUFFIX, *dirs, name);

		if (!p)
			return -ENOMEM;
		if (!access(p, F_OK)) {
			*path = take_ptr(p);
			return 0;
		}
	}
	return 0;
}

static void hint_names(const char *name, const char *const *dirs, struct report *r)
{
	text_list names = { 0 };

	for (; *dirs; dirs++) {
		char **found = NULL;
		size_t n = 0, i;

		if (path_list(*dirs, SUFFIX, &found, &n))
			continue;
		for (i = 0; i < n; i++)
			(void)add(&names, strndup(found[i], strlen(found[i]) - strlen(SUFFIX)));
		path_list_free(found, n);
	}
	if (names.n)
		report_nearest(r, name, (const char *const *)names.v, names.n);
	free_list(&names);
}

static int not_found(const char *name, const char *const *dirs, struct report *r)
{
	_buf_free_ struct buf where = { 0 };
	size_t i;

	for (i = 0; dirs[i]; i++)
		buf_printf(&where, "%s%s", i ? " or " : "", dirs[i]);
	report_error(r, ENOENT, "no unit '%s' in %s", name,
		     where.data ? where.data : "any directory");
	report_hint(r, "a path to a unit has a slash in it or ends with " SUFFIX);
	hint_names(name, dirs, r);
	return -ENOENT;
}

/* ---- drop-ins ------------------------------------------------------------------------------ */

static int by_base(const void *a, const void *b)
{
	return strcmp(path_base(*(char *const *)a), path_base(*(char *const *)b));
}

/* Files of one directory; those with a base name that is there already are overridden. */
static int add_drop_ins(text_list *out, const char *dir)
{
	char **names = NULL;
	size_t n = 0, i, k, before = out->n;
	int err = path_list(dir, SUFFIX, &names, &n);

	for (i = 0; i < n && !err; i++) {
		for (k = 0; k < before && !streq(path_base(out->v[k]), names[i]); k++)
			;
		if (k == before)
			err = add(out, path_join(dir, names[i]));
	}
	path_list_free(names, n);
	return err;
}

/* DIR/NAME.ini.d in all directories, then those of the template: the more special wins. */
static int find_drop_ins(struct unit_files *f, const char *stem, const char *const *dirs,
			 struct report *r)
{
	_free_ char *template = template_of(stem);
	const char *stems[] = { stem, template };
	text_list all = { 0 };
	size_t i, k;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(stems); i++) {
		for (k = 0; stems[i] && dirs[k] && !err; k++) {
			_free_ char *dir = text_format("%s/%s" DROP_IN_SUFFIX, dirs[k], stems[i]);

			err = dir ? add_drop_ins(&all, dir) : -ENOMEM;
			if (err && err != -ENOMEM)
				report_sys(r, err, "%s", dir);
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_base);
	for (i = 0; i < all.n && !err; i++) {
		if (is_mask(all.v[i]))
			continue;
		err = vec_push(&f->paths, all.v[i]);
		if (!err)
			all.v[i] = NULL;
	}
	free_list(&all);
	return err;
}

/* ---- both ---------------------------------------------------------------------------------- */

static int find(struct unit_files *f, const char *what, const char *const *dirs, struct report *r)
{
	bool is_path = strchr(what, '/') || ends_with(what, SUFFIX);
	_free_ char *own_dir = is_path ? path_dir(what) : NULL;
	_free_ char *stem = strdup(is_path ? path_base(what) : what);
	const char *own_dirs[] = { own_dir, NULL };
	_free_ char *template = NULL, *path = NULL;
	const char *at;
	int err;

	if (!stem || (is_path && !own_dir))
		return -ENOMEM;
	if (is_path && !ends_with(what, SUFFIX))
		return report_error(r, EINVAL, "'%s': a unit file's name ends with " SUFFIX, what);
	if (is_path) {
		stem[strlen(stem) - strlen(SUFFIX)] = '\0';
		dirs = own_dirs;
	}
	if (!*stem || *stem == '.' || *stem == '@')
		return report_error(r, EINVAL, "'%s' is no name of a unit", what);
	err = look_up(stem, dirs, &path);
	if (err)
		return err;
	template = template_of(stem);
	if (!path && template)
		err = look_up(template, dirs, &path);
	if (err)
		return err;
	if (!path && is_path)
		return report_error(r, ENOENT, "no unit file %s", what);
	if (!path)
		return not_found(stem, dirs, r);
	if (is_mask(path)) {
		report_error(r, ENOENT, "unit '%s' is masked by %s, which is empty", stem, path);
		return -ENOENT;
	}
	at = strchr(stem, '@');
	if (at && !at[1]) {
		report_error(r, EINVAL, "unit '%s' is a template", stem);
		report_hint(r, "name an instance: '%sNAME'", stem);
		return -EINVAL;
	}
	f->instance = at ? strdup(at + 1) : NULL;
	if ((at && !f->instance) || vec_push(&f->paths, path))
		return -ENOMEM;
	path = NULL;
	err = find_drop_ins(f, stem, dirs, r);
	if (!err)
		f->name = take_ptr(stem);
	return err;
}

/* Who gives a path has looked at it. What is found by its name may come from nobody else than plugins may. */
static int check_owners(const struct unit_files *f, const char *what, struct report *r)
{
	int err = 0;
	size_t i;

	if (strchr(what, '/') || ends_with(what, SUFFIX))
		return 0;
	for (i = 0; i < f->paths.n && !err; i++)
		err = trust_check(f->paths.v[i], r);
	return err;
}

int unit_find(struct unit_files *out, const char *what, const char *const *dirs, struct report *r)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = find(out, what, dirs, r);
	if (!err)
		err = check_owners(out, what, r);
	if (err)
		unit_files_free(out);
	return err == -ENOMEM ? report_oom(r) : err;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_listed(const text_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->v[i], name))
			return true;
	return false;
}

/* @seen: names of directories before this one, which stand above it, masks among them. */
static int list_dir(const char *dir, text_list *seen, text_list *units)
{
	char **found = NULL;
	size_t n = 0;
	int err = path_list(dir, SUFFIX, &found, &n);

	for (size_t i = 0; i < n && !err; i++) {
		_free_ char *path = path_join(dir, found[i]);
		_free_ char *name = strndup(found[i], strlen(found[i]) - strlen(SUFFIX));

		if (!path || !name)
			err = -ENOMEM;
		else if (is_listed(seen, name))
			continue;
		else
			err = add(seen, strdup(name));
		/* a template is a unit once it has an instance */
		if (!err && *name && !ends_with(name, "@") && !is_mask(path))
			err = add(units, strdup(name));
	}
	path_list_free(found, n);
	return err;
}

int unit_list(const char *const *dirs, char ***names, size_t *n, struct report *r)
{
	text_list seen = { 0 }, units = { 0 };
	int err = 0;

	*names = NULL;
	*n = 0;
	for (; *dirs && !err; dirs++) {
		err = list_dir(*dirs, &seen, &units);
		if (err && err != -ENOMEM)
			report_sys(r, err, "cannot list the units in %s", *dirs);
	}
	free_list(&seen);
	if (err) {
		free_list(&units);
		return err == -ENOMEM ? report_oom(r) : err;
	}
	if (units.n)
		qsort(units.v, units.n, sizeof(*units.v), compare_names);
	*names = units.v;
	*n = units.n;
	return 0;
}
