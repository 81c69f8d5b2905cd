// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * descriptor.c - what a plugin says of itself in its .plugin file. Knows the grammar of that file;
 * refuses to open the plugin, and to know that there are other plugins.
 */
#include "base/file.h"
#include "base/inifile.h"
#include "base/text.h"
#include "plugin/inner.h"

#define NAME_MAX_CHARS 64

struct reading {
	struct plugin *plugin;
	struct report *report;
	char *file;	/* as written */
	bool in_plugin;	/* else in a section that is a vendor's own */
	bool seen;
	bool role_seen;
	bool abi_seen;
};

static const char *const keys[] = { "name",     "kind", "abi",     "file", "summary", "manual",
				    "replaces", "role", "section", "type", "link",    "claim" };
static const char *const kinds[] = { "program", "map", "output" };

const char *plugin_kind_name(unsigned int kind)
{
	return kind >= 1 && kind <= ARRAY_SIZE(kinds) ? kinds[kind - 1] : "unknown";
}

bool plugin_name_is_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && !name[n] && n <= NAME_MAX_CHARS;
}

const char *const *plugin_words(struct plugin *p)
{
	size_t n = p->sections.n + p->type_names.n;

	if (p->words)
		return p->words;
	p->words = calloc(n + 1, sizeof(*p->words));
	if (!p->words)
		return NULL;
	for (size_t i = 0; i < p->sections.n; i++)
		p->words[i] = p->sections.v[i];
	for (size_t i = 0; i < p->type_names.n; i++)
		p->words[p->sections.n + i] = p->type_names.v[i];
	return p->words;
}

void plugin_free(struct plugin *p)
{
	size_t i;

	if (!p)
		return;
	free(p->name);
	free(p->summary);
	free(p->manual);
	free(p->descriptor);
	free(p->file);
	free(p->replaces);
	for (i = 0; i < p->sections.n; i++)
		free(p->sections.v[i]);
	vec_free(&p->sections);
	for (i = 0; i < p->claims.n; i++)
		free(p->claims.v[i]);
	vec_free(&p->claims);
	for (i = 0; i < p->type_names.n; i++)
		free(p->type_names.v[i]);
	vec_free(&p->type_names);
	for (i = 0; i < p->links.n; i++)
		free(p->links.v[i]);
	vec_free(&p->links);
	free(p->words);
	vec_free(&p->type_numbers);
	report_free(p->open_report);
	/* the copies are ours, what they point to belongs to code that is never closed */
	free((void *)p->program);
	free((void *)p->map);
	free((void *)p->output);
	free((void *)p->keys);
	free((void *)p->section_table);
	free((void *)p->type_table);
	free(p);
}

static void cleanup_plugin(struct plugin **p)
{
	plugin_free(*p);
}

static int on_section(void *user, const char *name, unsigned int line _unused_)
{
	struct reading *d = user;

	d->in_plugin = false;
	if (has_prefix(name, "x-"))
		return 0;
	if (!streq(name, "plugin"))
		return report_error(d->report, EINVAL,
				    "unknown section '%s': a descriptor has one, [plugin]", name);
	if (d->seen)
		return report_error(d->report, EINVAL, "a second section [plugin]");
	d->seen = d->in_plugin = true;
	return 0;
}

static int set_once(struct reading *d, char **to, const char *key, const char *value)
{
	if (*to)
		return report_error(d->report, EINVAL, "a second '%s'", key);
	if (!*value)
		return report_error(d->report, EINVAL, "'%s' has no value", key);
	*to = strdup(value);
	return *to ? 0 : report_oom(d->report);
}

static int set_name(struct reading *d, char **to, const char *key, const char *value)
{
	if (*value && !plugin_name_is_valid(value))
		return report_error(d->report, EINVAL,
				    "%s '%s': expected lower-case letters, digits, '-' and '_'",
				    key, value);
	return set_once(d, to, key, value);
}

static int set_kind(struct reading *d, const char *value)
{
	unsigned int i;

	if (d->plugin->kind)
		return report_error(d->report, EINVAL, "a second 'kind'");
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (streq(value, kinds[i])) {
			d->plugin->kind = i + 1;
			return 0;
		}
	}
	report_error(d->report, EINVAL, "kind '%s': expected program, map or output", value);
	report_nearest(d->report, value, kinds, ARRAY_SIZE(kinds));
	return -EINVAL;
}

static int set_abi(struct reading *d, const char *value)
{
	uint64_t abi;

	if (d->abi_seen)
		return report_error(d->report, EINVAL, "a second 'abi'");
	if (text_u64(value, &abi) || abi == 0 || abi > UINT16_MAX)
		return report_error(d->report, EINVAL, "abi '%s': expected a number from 1 on",
				    value);
	d->abi_seen = true;
	d->plugin->abi = (unsigned int)abi;
	if (abi != CLEAT_ABI)
		return report_error(d->report, EPROTONOSUPPORT,
				    "needs plugin ABI %u; this cleat offers %u", d->plugin->abi,
				    (unsigned int)CLEAT_ABI);
	return 0;
}

/* A plain name: what a descriptor opens lies beside it. */
static int set_file(struct reading *d, const char *value)
{
	if (strchr(value, '/') || streq(value, ".") || streq(value, ".."))
		return report_error(d->report, EINVAL,
				    "file '%s': expected the plain name of a file beside this one",
				    value);
	return set_once(d, &d->file, "file", value);
}

static int set_role(struct reading *d, const char *value)
{
	if (d->role_seen)
		return report_error(d->report, EINVAL, "a second 'role'");
	if (streq(value, "data"))
		d->plugin->data = true;
	else if (streq(value, "jump-tables"))
		d->plugin->jump_tables = true;
	else
		return report_error(d->report, EINVAL, "role '%s': expected data or jump-tables",
				    value);
	d->role_seen = true;
	return 0;
}

static int add_pattern(struct reading *d, struct patterns *to, const char *key, const char *value)
{
	char *copy;
	size_t i;

	if (!pattern_is_valid(value))
		return report_error(d->report, EINVAL,
				    "%s '%s': expected a pattern, 'x', 'x/' or 'x+'", key, value);
	for (i = 0; i < to->n; i++) {
		if (streq(to->v[i], value))
			return report_error(d->report, EINVAL, "%s '%s' is there twice", key,
					    value);
	}
	copy = strdup(value);
	if (!copy || vec_push(to, copy)) {
		free(copy);
		return report_oom(d->report);
	}
	return 0;
}

/* "NUMBER NAME" */
static int add_type(struct reading *d, const char *value)
{
	_free_ char *text = strdup(value);
	struct plugin *p = d->plugin;
	char *name, *copy;
	uint64_t number;
	size_t i;

	if (!text)
		return report_oom(d->report);
	name = text + strcspn(text, " \t");
	if (*name)
		*name++ = '\0';
	name = text_trim(name);
	/* written as descriptor_says() looks for it */
	if (*text == '0' || text[strspn(text, "0123456789")] || text_u64(text, &number) ||
	    number == 0 || number > UINT32_MAX ||
	    !plugin_name_is_valid(name))
		return report_error(d->report, EINVAL,
				    "type '%s': expected a number and a name, '1 hash'", value);
	for (i = 0; i < p->type_numbers.n; i++) {
		if (p->type_numbers.v[i] == number || streq(p->type_names.v[i], name))
			return report_error(d->report, EINVAL,
					    "type '%s': its number or name is there twice", value);
	}
	copy = strdup(name);
	if (!copy || vec_push(&p->type_names, copy)) {
		free(copy);
		return report_oom(d->report);
	}
	if (vec_push(&p->type_numbers, (uint32_t)number))
		return report_oom(d->report);
	return 0;
}

/* A kind of kernel link that the plugin's attachments are: it is asked to describe them. */
static int add_link(struct reading *d, const char *value)
{
	char *copy = text_dup(value);

	if (!copy || vec_push(&d->plugin->links, copy)) {
		free(copy);
		return report_oom(d->report);
	}
	return 0;
}

static int on_entry(void *user, const char *key, const char *value, unsigned int line _unused_)
{
	struct reading *d = user;
	struct plugin *p = d->plugin;

	if (!d->in_plugin || has_prefix(key, "x-"))
		return 0;
	if (streq(key, "name"))
		return set_name(d, &p->name, key, value);
	if (streq(key, "kind"))
		return set_kind(d, value);
	if (streq(key, "abi"))
		return set_abi(d, value);
	if (streq(key, "file"))
		return set_file(d, value);
	if (streq(key, "summary"))
		return set_once(d, &p->summary, key, value);
	if (streq(key, "manual"))
		return set_once(d, &p->manual, key, value);
	if (streq(key, "replaces"))
		return set_name(d, &p->replaces, key, value);
	if (streq(key, "role"))
		return set_role(d, value);
	if (streq(key, "section"))
		return add_pattern(d, &p->sections, key, value);
	if (streq(key, "claim"))
		return add_pattern(d, &p->claims, key, value);
	if (streq(key, "type"))
		return add_type(d, value);
	if (streq(key, "link"))
		return add_link(d, value);
	report_error(d->report, EINVAL, "unknown key '%s'", key);
	report_nearest(d->report, key, keys, ARRAY_SIZE(keys));
	return -EINVAL;
}

static int lacks(struct reading *d, const char *key)
{
	return report_error(d->report, EINVAL, "[plugin] has no '%s'", key);
}

/* What can be judged only when all of it is known. */
static int check_whole(struct reading *d)
{
	struct plugin *p = d->plugin;
	struct report *r = d->report;

	if (!d->seen)
		return report_error(r, EINVAL, "has no section [plugin]");
	if (!p->name)
		return lacks(d, "name");
	if (!p->kind)
		return lacks(d, "kind");
	if (!d->abi_seen)
		return lacks(d, "abi");
	if (!d->file)
		return lacks(d, "file");
	if (!p->summary)
		return lacks(d, "summary");
	if (p->kind == CLEAT_KIND_PROGRAM && !p->sections.n)
		return report_error(r, EINVAL, "a program plugin has at least one 'section'");
	if (p->kind != CLEAT_KIND_PROGRAM && p->sections.n)
		return report_error(r, EINVAL,
				    "'section' is for program plugins; this is kind '%s'",
				    plugin_kind_name(p->kind));
	if (p->kind == CLEAT_KIND_MAP && !p->type_names.n)
		return report_error(r, EINVAL, "a map plugin has at least one 'type'");
	if (p->kind != CLEAT_KIND_MAP && p->type_names.n)
		return report_error(r, EINVAL, "'type' is for map plugins; this is kind '%s'",
				    plugin_kind_name(p->kind));
	if (p->kind != CLEAT_KIND_MAP && p->claims.n)
		return report_error(r, EINVAL, "'claim' is for map plugins; this is kind '%s'",
				    plugin_kind_name(p->kind));
	if (p->kind != CLEAT_KIND_MAP && d->role_seen)
		return report_error(r, EINVAL, "'role' is for map plugins; this is kind '%s'",
				    plugin_kind_name(p->kind));
	if (p->replaces && streq(p->replaces, p->name))
		return report_error(r, EINVAL, "'%s' replaces itself", p->name);
	return 0;
}

/* The text after "KEY =" when that is what the line is. */
static const char *value_of(const char *line, const char *end, const char *key)
{
	size_t n = strlen(key);

	if ((size_t)(end - line) <= n || memcmp(line, key, n) != 0)
		return NULL;
	for (line += n; line < end && (*line == ' ' || *line == '\t'); line++)
		;
	if (line == end || *line++ != '=')
		return NULL;
	for (; line < end && (*line == ' ' || *line == '\t'); line++)
		;
	return line;
}

bool descriptor_says(const char *text, size_t size, const char *key, const char *word)
{
	const char *end = text + size, *next;
	size_t n = strlen(word);

	for (; text < end; text = next) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *value;

		next = newline ? newline + 1 : end;
		value = value_of(text, newline ? newline : end, key);
		if (value && (size_t)(end - value) >= n && memcmp(value, word, n) == 0)
			return true;
	}
	return false;
}

void descriptor_claims(const char *text, size_t size, struct buf *claims)
{
	static const char *const asked[] = { "name", "section", "type", "role", "claim" };
	const char *end = text + size, *next;

	for (; text < end; text = next) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		next = newline ? newline + 1 : end;
		for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
			const char *value = value_of(text, stop, asked[i]);

			if (!value)
				continue;
			buf_putc(claims, '\n');
			buf_puts(claims, asked[i]);
			buf_putc(claims, '=');
			buf_put(claims, value, (size_t)(stop - value));
		}
	}
}

int descriptor_read(const char *path, const char *text, size_t size, struct plugin **out,
		    struct report *r)
{
	static const struct inifile_handlers handlers = {
		.section = on_section,
		.entry = on_entry,
	};
	_cleanup_(cleanup_plugin) struct plugin *p = calloc(1, sizeof(*p));
	struct reading d = { .plugin = p, .report = r };
	_free_ char *dir = NULL;
	int err;

	*out = NULL;
	if (!p)
		return report_oom(r);
	err = inifile_read_text(path, text, size, &handlers, &d, r);
	if (!err) {
		REPORT_IN(r, REPORT_FILE, path);
		err = check_whole(&d);
	}
	if (!err) {
		dir = path_dir(path);
		p->descriptor = strdup(path);
		p->file = dir ? path_join(dir, d.file) : NULL;
		if (!p->descriptor || !p->file)
			err = report_oom(r);
	}
	free(d.file);
	if (!err)
		*out = take_ptr(p);
	return err;
}
