// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * scan.c - which descriptors there are. Knows directories, their order and masks, and whose files
 * have a say; refuses to know what a plugin is wanted for.
 *
 * All are read into memory, for nobody knows a plugin by the name of its file, but only those are
 * understood that may say what somebody looks for: of eighty plugins a load needs four or five.
 */
#include "base/file.h"
#include "base/text.h"
#include "plugin/inner.h"

/* ---- what is wrong with descriptors ---------------------------------------------------------- */

static void say_again(struct report *to, const struct cleat_diag *d, int level)
{
	if (level == CLEAT_ERROR)
		report_error(to, d->code, "%s", d->what);
	else if (level == CLEAT_WARNING)
		report_warning(to, "%s", d->what);
	else
		report_note(to, "%s", d->what);
	if (d->hint)
		report_hint(to, "%s", d->hint);
}

void report_forward(struct report *to, const struct report *from, int level)
{
	size_t i;

	for (i = 0; i < report_count(from); i++) {
		const struct cleat_diag *d = report_get(from, i);

		if (d->file) {
			REPORT_IN(to, REPORT_FILE, d->file);
			REPORT_IN(to, REPORT_SECTION, d->section);

			report_line(to, d->line);
			say_again(to, d, MIN(d->level, level));
		} else {
			say_again(to, d, MIN(d->level, level));
		}
	}
}

/* It has to do with nobody who happens to ask first. */
static void tell(struct registry *reg, struct report *r)
{
	REPORT_IN(r, REPORT_FILE, NULL);
	REPORT_IN(r, REPORT_SECTION, NULL);
	REPORT_IN(r, REPORT_OBJECT, NULL);
	REPORT_IN(r, REPORT_PROGRAM, NULL);
	REPORT_IN(r, REPORT_MAP, NULL);
	report_forward(r, reg->problems, CLEAT_WARNING);
	report_clear(reg->problems);
}

/* ---- reading the directories ----------------------------------------------------------------- */

static void free_unread(struct unread *u)
{
	free(u->path);
	if (!u->claims)
		free(u->text);
}

void registry_forget(struct registry *reg)
{
	size_t i;

	for (i = 0; i < reg->unread.n; i++)
		free_unread(&reg->unread.v[i]);
	vec_free(&reg->unread);
	for (i = 0; i < reg->indexes.n; i++)
		free(reg->indexes.v[i]);
	vec_free(&reg->indexes);
	strmap_free(reg->asked);
	reg->asked = NULL;
	for (i = 0; i < reg->plugins.n; i++)
		plugin_free(reg->plugins.v[i]);
	vec_free(&reg->plugins);
}

static int take_text(struct registry *reg, char **path)
{
	REPORT_IN(reg->problems, REPORT_FILE, *path);
	struct unread u = { 0 };
	int err = file_read(*path, DESCRIPTOR_MOST, &u.text, &u.size);

	if (err == -ENOMEM)
		return err;
	if (err) {
		report_sys(reg->problems, err, "cannot read it");
		return 0;
	}
	u.path = *path;
	if (vec_push(&reg->unread, u)) {
		free(u.text);
		return -ENOMEM;
	}
	*path = NULL;
	return 0;
}

/* Does the file have a say? A link is followed to its end, and the way there looked at. */
static bool may_speak(struct registry *reg, const char *path, const struct stat *st, bool link)
{
	_free_ char *real = NULL;

	if (link)
		return !trust_resolve(path, &real, reg->problems);
	return !trust_file(path, st, reg->problems);
}

/*
 * What others can write has no say: not even that of hiding a file of the same name further on. A
 * trustworthy descriptor with errors does hide it, as the mask that an empty one is, or a link to
 * /dev/null. The directory has been checked.
 */
int read_descriptor(struct registry *reg, struct strmap *seen, const char *dir, const char *name)
{
	_free_ char *path = path_join(dir, name);
	struct stat st;
	bool link;
	int err;

	if (!path)
		return -ENOMEM;
	if (strmap_has(seen, name))
		return 0;
	err = lstat(path, &st);
	link = !err && S_ISLNK(st.st_mode);
	if (err || (link && stat(path, &st))) {
		report_sys(reg->problems, errno, "cannot find %s", path);
		return 0;
	}
	if (S_ISCHR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0))
		return strmap_set(seen, name, NULL);
	if (!may_speak(reg, path, &st, link))
		return 0;
	if (strmap_set(seen, name, NULL))
		return -ENOMEM;
	if (!S_ISREG(st.st_mode)) {
		REPORT_IN(reg->problems, REPORT_FILE, path);
		report_error(reg->problems, EINVAL, "is not a regular file");
		return 0;
	}
	return take_text(reg, &path);
}

static int read_dir(struct registry *reg, struct strmap *seen, const char *dir, bool asked)
{
	_free_ char *real = NULL;
	char **names = NULL;
	size_t n = 0, i;
	int err;

	if (access(dir, F_OK)) {
		if (asked || (errno != ENOENT && errno != ENOTDIR))
			report_sys(reg->problems, errno, "plugin directory %s", dir);
		return 0;
	}
	/* once for the directory, not once for each file in it */
	if (trust_resolve(dir, &real, reg->problems))
		return 0;
	err = index_read(reg, seen, dir, real);
	if (err)
		return MIN(err, 0);
	err = path_list(dir, DESCRIPTOR_SUFFIX, &names, &n);
	if (err == -ENOMEM)
		return err;
	if (err)
		report_sys(reg->problems, err, "plugin directory %s", dir);
	for (i = 0, err = 0; i < n && !err; i++)
		err = read_descriptor(reg, seen, dir, names[i]);
	path_list_free(names, n);
	return err;
}

/* A file of the same name comes first, and hides it when it is empty. */
static int read_builtin(struct registry *reg, const struct strmap *seen,
			const struct cleat_builtin_plugin *b)
{
	struct unread u = { .entry = *b->entry };

	if (strmap_has(seen, b->file_name))
		return 0;
	u.path = strdup(b->file_name);
	u.text = strdup(b->descriptor);
	u.size = strlen(b->descriptor);
	if (u.path && u.text && !vec_push(&reg->unread, u))
		return 0;
	free_unread(&u);
	return -ENOMEM;
}

static int read_all(struct registry *reg)
{
	const struct cleat_builtin_plugin *b;
	struct strmap *seen = strmap_new();
	int err = seen ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < reg->dirs.n && !err; i++)
		err = read_dir(reg, seen, reg->dirs.v[i], i < reg->n_asked);
	for (b = reg->builtin; b && b->file_name && !err; b++)
		err = read_builtin(reg, seen, b);
	strmap_free(seen);
	reg->scanned = !err;
	return err;
}

/* ---- understanding some of them -------------------------------------------------------------- */

static int add_plugin(struct registry *reg, struct plugin *p)
{
	size_t i;

	for (i = 0; i < reg->plugins.n; i++) {
		const struct plugin *other = reg->plugins.v[i];

		if (other->kind == p->kind && streq(other->name, p->name)) {
			REPORT_IN(reg->problems, REPORT_FILE, p->descriptor);
			report_error(reg->problems, EEXIST,
				     "%s plugin '%s' is described by %s already",
				     plugin_kind_name(p->kind), p->name, other->descriptor);
			plugin_free(p);
			return 0;
		}
	}
	p->registry = reg;
	if (vec_push(&reg->plugins, p)) {
		plugin_free(p);
		return -ENOMEM;
	}
	return 0;
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct plugin *p = *(const struct plugin *const *)a;
	const struct plugin *q = *(const struct plugin *const *)b;

	if (p->kind != q->kind)
		return p->kind < q->kind ? -1 : 1;
	return strcmp(p->name, q->name);
}

/* 0 when nobody needs the text any more: it became a plugin, or it is no good. */
static int understand_one(struct registry *reg, const struct unread *u)
{
	struct plugin *p;
	int err = descriptor_read(u->path, u->text, u->size, &p, reg->problems);

	if (err == -ENOMEM)
		return err;
	if (err) {
		reg->left_out = true;
		return 0;
	}
	p->entry = u->entry;
	return add_plugin(reg, p);
}

/* @line: "\nKEY=WORD" */
static bool says(const struct unread *u, const char *key, const char *word, const char *line)
{
	return u->claims ? strstr(u->claims, line) != NULL :
			   descriptor_says(u->text, u->size, key, word);
}

/* Those that say so, or all when there is no @key. */
static int understand(struct registry *reg, const char *key, const char *word, const char *line)
{
	size_t known = reg->plugins.n, left = 0, i;
	int err = 0;

	for (i = 0; i < reg->unread.n; i++) {
		struct unread *u = &reg->unread.v[i];
		bool wanted = !err && (!key || says(u, key, word, line));

		if (wanted)
			err = understand_one(reg, u);
		if (wanted && !err)
			free_unread(u);
		else
			reg->unread.v[left++] = *u;
	}
	reg->unread.n = left;
	if (reg->plugins.n > known)
		qsort(reg->plugins.v, reg->plugins.n, sizeof(*reg->plugins.v), by_kind_and_name);
	return err;
}

/* Understand those that say so, or all: once for each question. */
static int answer(struct registry *reg, const char *key, const char *word)
{
	_free_ char *question = NULL;

	if (!reg->unread.n)
		return 0;
	if (!key)
		return understand(reg, NULL, NULL, NULL);
	question = text_format("\n%s=%s", key, word);
	if (!reg->asked)
		reg->asked = strmap_new();
	if (!question || !reg->asked)
		return -ENOMEM;
	if (strmap_has(reg->asked, question))
		return 0;
	return understand(reg, key, word, question) ?: strmap_set(reg->asked, question, NULL);
}

int registry_scan(struct registry *reg, const char *key, const char *word, struct report *r)
{
	int err = reg->scanned ? 0 : read_all(reg);

	if (err) {
		/* the next who asks begins anew */
		registry_forget(reg);
		report_clear(reg->problems);
		reg->scanned = false;
		return report_oom(r);
	}
	/* plugins that are in use already stay, and what was not understood is still there */
	if (answer(reg, key, word))
		return report_oom(r);
	reg->left_out |= report_errors(reg->problems) > 0;
	if (r)
		tell(reg, r);
	return 0;
}
