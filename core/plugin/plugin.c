// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * plugin.c - from a descriptor to running code: open the shared object, agree on the ABI, copy
 * what it provides, compare that with the descriptor. Knows how structs of other ages are read;
 * refuses to know what the callbacks do, and never closes what it has opened.
 */
#include <dlfcn.h>

#include "base/text.h"
#include "plugin/inner.h"

#define ENTRY "cleat_plugin_entry"
/* No struct of callbacks and no table is that big: a number beyond is not a number of ours. */
#define STRUCT_MAX 65536u
#define ELEMENTS_MAX 4096u

/* Up to and with the last field that ABI 1 began with: no plugin has less. */
#define SIZE_TO(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))
#define SECTION_MIN SIZE_TO(struct cleat_section, flags)
#define KEY_MIN SIZE_TO(struct cleat_key, flags)
#define MAP_TYPE_MIN SIZE_TO(struct cleat_map_type, name)

static const struct cleat_plugin *find_entry(void *handle, struct report *r)
{
	const struct cleat_plugin *const *symbol = dlsym(handle, ENTRY);

	if (symbol && *symbol)
		/* cppcheck-suppress identicalInnerCondition ; what dlsym() found is the address of a pointer */
		return *symbol;
	report_error(r, ENOEXEC, "has no symbol '" ENTRY "': it is not a cleat plugin");
	report_hint(r, "end the source with CLEAT_PLUGIN(...)");
	return NULL;
}

/* Is its head one of this ABI, and the plugin that the descriptor speaks of. Reports. */
static bool check_head(const struct plugin *p, const struct cleat_plugin *entry, struct report *r)
{
	/* the head is the only thing that is where it is in every ABI */
	if (entry->abi != CLEAT_ABI) {
		report_error(r, EPROTONOSUPPORT, "needs plugin ABI %u; this cleat offers %u",
			     entry->abi, (unsigned int)CLEAT_ABI);
		return false;
	}
	if (entry->struct_size < sizeof(*entry) || entry->struct_size > STRUCT_MAX) {
		report_error(r, ENOEXEC, "says that its struct has %u bytes",
			     (unsigned int)entry->struct_size);
		return false;
	}
	if (entry->kind != p->kind) {
		report_error(r, EINVAL, "is a plugin of kind '%s'; its descriptor says '%s'",
			     plugin_kind_name(entry->kind), plugin_kind_name(p->kind));
		return false;
	}
	if (!entry->name || !streq(entry->name, p->name)) {
		report_error(r, EINVAL, "is plugin '%s'; its descriptor says '%s'",
			     entry->name ? entry->name : "", p->name);
		return false;
	}
	return true;
}

/* What both sides know, and zeros where the plugin is older than this host. */
static void *copy_struct(const void *from, size_t theirs, size_t ours)
{
	void *to = calloc(1, ours);

	if (to)
		memcpy(to, from, MIN(theirs, ours));
	return to;
}

/* The same for each element, stepping by their size. *out is NULL for an empty table. */
static int copy_table(const void *from, size_t theirs, size_t count, size_t least, size_t ours,
		      void **out, const char *what, struct report *r)
{
	size_t i;
	char *to;

	*out = NULL;
	if (!count)
		return 0;
	if (!from)
		return report_error(r, ENOEXEC, "table '%s' has %zu elements and no address", what,
				    count);
	if (count > ELEMENTS_MAX)
		return report_error(r, ENOEXEC,
				    "table '%s' has %zu elements; at most %u make sense", what,
				    count, ELEMENTS_MAX);
	if (theirs < least || theirs > STRUCT_MAX)
		return report_error(r, ENOEXEC,
				    "table '%s' has elements of %zu bytes; expected %zu or more",
				    what, theirs, least);
	to = calloc(count, ours);
	if (!to)
		return report_oom(r);
	for (i = 0; i < count; i++)
		memcpy(to + i * ours, (const char *)from + i * theirs, MIN(theirs, ours));
	*out = to;
	return 0;
}

static int copy_keys(struct plugin *p, const struct cleat_key *keys, size_t size, size_t count,
		     struct report *r)
{
	void *table;
	int err = copy_table(keys, size, count, KEY_MIN, sizeof(*keys), &table, "keys", r);

	if (err)
		return err;
	p->keys = table;
	p->n_keys = count;
	return params_check_keys(p->keys, p->n_keys, r);
}

/* ---- does the descriptor tell the truth ---------------------------------------------------- */

static int check_sections(const struct plugin *p, struct report *r)
{
	size_t i, k;

	for (i = 0; i < p->n_section_table; i++) {
		const char *pattern = p->section_table[i].pattern;

		if (!pattern || !pattern_is_valid(pattern))
			return report_error(r, EINVAL,
					    "its section '%s' is no pattern ('x', 'x/' or 'x+')",
					    pattern ? pattern : "");
		for (k = 0; k < i; k++) {
			if (streq(p->section_table[k].pattern, pattern))
				return report_error(r, EINVAL, "its section '%s' is there twice",
						    pattern);
		}
		for (k = 0; k < p->sections.n && !streq(p->sections.v[k], pattern); k++)
			;
		if (k == p->sections.n)
			return report_error(r, EINVAL,
					    "takes section '%s'; its descriptor does not say so",
					    pattern);
	}
	for (i = 0; i < p->sections.n; i++) {
		for (k = 0; k < p->n_section_table; k++) {
			if (streq(p->section_table[k].pattern, p->sections.v[i]))
				break;
		}
		if (k == p->n_section_table)
			return report_error(r, EINVAL,
					    "does not take section '%s'; its descriptor says so",
					    p->sections.v[i]);
	}
	return 0;
}

static int check_types(const struct plugin *p, struct report *r)
{
	bool data = false;
	size_t i, k;

	for (i = 0; i < p->n_type_table; i++) {
		const struct cleat_map_type *t = &p->type_table[i];
		unsigned int number = t->type;

		data |= t->flags & CLEAT_MAP_DATA;
		if (!t->name || !plugin_name_is_valid(t->name))
			return report_error(r, EINVAL, "its map type %u has no proper name",
					    number);
		for (k = 0; k < i; k++) {
			if (p->type_table[k].type == t->type)
				return report_error(r, EINVAL, "its map type %u is there twice",
						    number);
		}
		for (k = 0; k < p->type_numbers.n && p->type_numbers.v[k] != t->type; k++)
			;
		if (k == p->type_numbers.n)
			return report_error(
				r, EINVAL,
				"makes maps of type %u '%s'; its descriptor does not say so",
				number, t->name);
		if (!streq(p->type_names.v[k], t->name))
			return report_error(r, EINVAL,
					    "calls map type %u '%s'; its descriptor calls it '%s'",
					    number, t->name, p->type_names.v[k]);
	}
	for (i = 0; i < p->type_numbers.n; i++) {
		for (k = 0; k < p->n_type_table; k++) {
			if (p->type_table[k].type == p->type_numbers.v[i])
				break;
		}
		if (k == p->n_type_table)
			return report_error(
				r, EINVAL,
				"does not make maps of type %u '%s'; its descriptor says so",
				(unsigned int)p->type_numbers.v[i], p->type_names.v[i]);
	}
	if (p->claims.n && !p->map->claim)
		return report_error(r, EINVAL, "has no 'claim'; its descriptor claims section '%s'",
				    p->claims.v[0]);
	if (p->jump_tables != (p->map->jump_table != NULL))
		return report_error(r, EINVAL, "%s jump tables; its descriptor says %s",
				    p->jump_tables ? "makes no" : "makes",
				    p->jump_tables ? "'role = jump-tables'" : "nothing of it");
	if (p->data && !data)
		return report_error(r, EINVAL,
				    "has no type for data; its descriptor says 'role = data'");
	return 0;
}

/* ---- by kind ------------------------------------------------------------------------------- */

static int take_program(struct plugin *p, const struct cleat_plugin *entry, struct report *r)
{
	const struct cleat_program_plugin *o;
	void *table;
	int err;

	o = p->program = copy_struct(entry, entry->struct_size, sizeof(*o));
	if (!o)
		return report_oom(r);
	err = copy_table(o->sections, o->sections_size, o->sections_count, SECTION_MIN,
			 sizeof(*o->sections), &table, "sections", r);
	if (err)
		return err;
	p->section_table = table;
	p->n_section_table = o->sections_count;
	err = copy_keys(p, o->keys, o->keys_size, o->keys_count, r);
	return err ? err : check_sections(p, r);
}

static int take_map(struct plugin *p, const struct cleat_plugin *entry, struct report *r)
{
	const struct cleat_map_plugin *o;
	void *table;
	int err;

	o = p->map = copy_struct(entry, entry->struct_size, sizeof(*o));
	if (!o)
		return report_oom(r);
	err = copy_table(o->types, o->types_size, o->types_count, MAP_TYPE_MIN, sizeof(*o->types),
			 &table, "types", r);
	if (err)
		return err;
	p->type_table = table;
	p->n_type_table = o->types_count;
	err = copy_keys(p, o->keys, o->keys_size, o->keys_count, r);
	return err ? err : check_types(p, r);
}

static int take_output(struct plugin *p, const struct cleat_plugin *entry, struct report *r)
{
	const struct cleat_output_plugin *o;

	o = p->output = copy_struct(entry, entry->struct_size, sizeof(*o));
	if (!o)
		return report_oom(r);
	return copy_keys(p, o->keys, o->keys_size, o->keys_count, r);
}

static int (*find_init(const struct plugin *p))(void)
{
	if (p->program)
		return p->program->init;
	return p->map ? p->map->init : p->output->init;
}

/* What dlopen() said, without the path in front, which the diagnostic has. */
static const char *dl_reason(const char *real)
{
	const char *text = dlerror();

	if (!text)
		return "cannot be opened";
	if (has_prefix(text, real) && has_prefix(text + strlen(real), ": "))
		return text + strlen(real) + 2;
	return text;
}

static int say_not_opened(const char *real, struct report *r)
{
	static const char undefined[] = "undefined symbol: ";
	const char *why = dl_reason(real);

	if (!has_prefix(why, undefined))
		return report_error(r, ENOEXEC, "%s", why);
	why += strlen(undefined);
	report_error(r, ENOEXEC, "needs the symbol '%s', which is not there", why);
	if (has_prefix(why, "cleat_"))
		report_hint(r, "it was built for a newer cleat");
	return -ENOEXEC;
}

/* Copy and compare what it has, then let it begin. */
static int take(struct plugin *p, const struct cleat_plugin *entry, struct report *r)
{
	int (*init)(void);
	int err;

	if (!check_head(p, entry, r))
		return -ENOEXEC;
	switch (p->kind) {
	case CLEAT_KIND_PROGRAM:
		err = take_program(p, entry, r);
		break;
	case CLEAT_KIND_MAP:
		err = take_map(p, entry, r);
		break;
	default:
		err = take_output(p, entry, r);
	}
	if (err)
		return err;
	init = find_init(p);
	err = init ? init() : 0;
	if (err)
		return report_sys(r, err, "its 'init' refused");
	return 0;
}

static int open_trusted(struct plugin *p, const char *real, struct report *r)
{
	const struct cleat_plugin *entry;
	void *handle;
	int err;

	err = image_check(real, r);
	if (err)
		return err;
	handle = dlopen(real, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return say_not_opened(real, r);
	/* its constructors have run: from here on it stays */
	entry = find_entry(handle, r);
	return entry ? take(p, entry, r) : -ENOEXEC;
}

static int open_file(struct plugin *p, struct report *r)
{
	_free_ char *real = NULL;
	int err = p->entry ? 0 : trust_resolve(p->file, &real, r);

	if (err)
		return err;
	REPORT_IN(r, REPORT_FILE, p->entry ? p->descriptor : p->file);
	return p->entry ? take(p, p->entry, r) : open_trusted(p, real, r);
}

int plugin_open(struct plugin *p, struct report *r)
{
	if (p->opened)
		return 0;
	if (!p->open_error) {
		p->open_report = report_new();
		if (!p->open_report)
			return report_oom(r);
		p->open_error = open_file(p, p->open_report);
		if (!p->open_error) {
			p->opened = true;
			return 0;
		}
	}
	report_forward(r, p->open_report, CLEAT_ERROR);
	return p->open_error;
}
