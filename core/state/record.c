/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * record.c - a unit as it was applied, written as an INI file, so that it can be read without us:
 * cleat map dump /sys/fs/bpf/cleat/UNIT/record. Knows its sections and keys; refuses to know what
 * the sums are made of.
 */
#include <stdio.h>

#include "base/inifile.h"
#include "base/text.h"
#include "state/state.h"

struct record *record_new(const char *unit)
{
	struct record *rec = calloc(1, sizeof(*rec));

	if (!rec)
		return NULL;
	rec->arena = arena_new();
	rec->unit = rec->arena ? arena_dup(rec->arena, unit) : NULL;
	rec->source = rec->object = rec->owner = "";
	if (!rec->unit) {
		record_free(rec);
		return NULL;
	}
	return rec;
}

void record_free(struct record *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->links.n; i++)
		params_free(rec->links.v[i].params);
	vec_free(&rec->programs);
	vec_free(&rec->maps);
	vec_free(&rec->links);
	arena_free(rec->arena);
	free(rec);
}

struct record_program *record_program(const struct record *rec, const char *name)
{
	for (size_t i = 0; i < rec->programs.n; i++)
		if (streq(rec->programs.v[i].name, name))
			return &rec->programs.v[i];
	return NULL;
}

struct record_map *record_map(const struct record *rec, const char *name)
{
	for (size_t i = 0; i < rec->maps.n; i++)
		if (streq(rec->maps.v[i].name, name))
			return &rec->maps.v[i];
	return NULL;
}

struct record_link *record_link(const struct record *rec, const struct record_link *like)
{
	for (size_t i = 0; i < rec->links.n; i++) {
		struct record_link *l = &rec->links.v[i];

		if (streq(l->plugin, like->plugin) && streq(l->of, like->of) &&
		    streq(l->keys, like->keys))
			return l;
	}
	return NULL;
}

char *link_pin_path(const char *root, const char *unit, const struct record_link *l, uint32_t i)
{
	_free_ char *more = i ? text_format("%s+%u", l->name, i) : NULL;

	return i && !more ? NULL : state_path(root, unit, STATE_LINKS, i ? more : l->name);
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* A text or a number of a thing. */
struct field {
	const char *key;
	size_t at;
	bool number;
};

#define TEXT(type, name)                                  \
	{                                                 \
#name, offsetof(struct type, name), false \
	}
#define NUMBER(type, name)                               \
	{                                                \
#name, offsetof(struct type, name), true \
	}

static const struct field program_fields[] = {
	TEXT(record_program, sum),
	TEXT(record_program, section),
	NUMBER(record_program, id),
};

static const struct field map_fields[] = {
	TEXT(record_map, shape), TEXT(record_map, seeds), TEXT(record_map, data),
	TEXT(record_map, vars),  TEXT(record_map, pin),   TEXT(record_map, share),
	NUMBER(record_map, id),
};

static const struct field link_fields[] = {
	TEXT(record_link, of),     TEXT(record_link, plugin),  TEXT(record_link, keys),
	TEXT(record_link, what),   TEXT(record_link, seen),    TEXT(record_link, note),
	TEXT(record_link, target), NUMBER(record_link, pins),  NUMBER(record_link, loose),
};

static const char **text_at(void *thing, const struct field *f)
{
	return (const char **)((char *)thing + f->at);
}

static uint32_t *number_at(void *thing, const struct field *f)
{
	return (uint32_t *)((char *)thing + f->at);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What an INI file would take for something else is written as %XX. */
static void put_value(struct buf *b, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		bool edge = c == ' ' && (i == 0 || i == n - 1);

		if (c < ' ' || c == 0x7f || strchr("%;#[]", c) || edge)
			buf_printf(b, "%%%02x", c);
		else
			buf_putc(b, (char)c);
	}
}

static void put_section(struct buf *b, const char *kind, const char *name)
{
	buf_printf(b, "[%s ", kind);
	put_value(b, name);
	buf_puts(b, "]\n");
}

static void put_fields(struct buf *b, void *thing, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fields[i].number) {
			buf_printf(b, "%s = %u\n", fields[i].key, *number_at(thing, &fields[i]));
			continue;
		}
		buf_printf(b, "%s = ", fields[i].key);
		put_value(b, *text_at(thing, &fields[i]));
		buf_putc(b, '\n');
	}
}

int record_write(const struct record *rec, struct buf *out)
{
	buf_puts(out, "[record]\nversion = 1\nsource = ");
	put_value(out, rec->source);
	buf_puts(out, "\nobject = ");
	put_value(out, rec->object);
	buf_puts(out, "\nowner = ");
	put_value(out, rec->owner);
	buf_putc(out, '\n');
	for (size_t i = 0; i < rec->programs.n; i++) {
		put_section(out, "program", rec->programs.v[i].name);
		put_fields(out, &rec->programs.v[i], program_fields, ARRAY_SIZE(program_fields));
		buf_printf(out, "left-out = %s\n", rec->programs.v[i].left_out ? "yes" : "no");
	}
	for (size_t i = 0; i < rec->maps.n; i++) {
		put_section(out, "map", rec->maps.v[i].name);
		put_fields(out, &rec->maps.v[i], map_fields, ARRAY_SIZE(map_fields));
	}
	for (size_t i = 0; i < rec->links.n; i++) {
		put_section(out, "link", rec->links.v[i].name);
		put_fields(out, &rec->links.v[i], link_fields, ARRAY_SIZE(link_fields));
		buf_printf(out, "left-out = %s\n", rec->links.v[i].left_out ? "yes" : "no");
	}
	return out->failed ? -ENOMEM : 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reading {
	struct record *rec;
	struct record_program *program; /* the one the section is about, */
	struct record_map *map; /* or this, */
	struct record_link *link; /* or this */
};

static char *restore_value(struct arena *a, const char *text)
{
	char *copy = arena_dup(a, text), *to = copy;
	unsigned int c;

	if (!copy)
		return NULL;
	for (const char *at = text; *at; at++) {
		if (*at == '%' && at[1] && at[2] && sscanf(at + 1, "%2x", &c) == 1) {
			*to++ = (char)c;
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return copy;
}

static int begin_section(void *user, const char *title, unsigned int line)
{
	struct reading *r = user;
	const char *space = strchr(title, ' ');
	char *name = space ? restore_value(r->rec->arena, space + 1) : NULL;

	(void)line;
	r->program = NULL;
	r->map = NULL;
	r->link = NULL;
	if (!space)
		return 0;
	if (!name)
		return -ENOMEM;
	if (has_prefix(title, "program ")) {
		r->program = vec_add(&r->rec->programs);
		if (!r->program)
			return -ENOMEM;
		*r->program = (struct record_program) { .name = name, .sum = "", .section = "" };
	} else if (has_prefix(title, "map ")) {
		r->map = vec_add(&r->rec->maps);
		if (!r->map)
			return -ENOMEM;
		*r->map = (struct record_map) {
			.name = name, .shape = "", .seeds = "", .data = "",
			.vars = "",   .pin = "",   .share = ""
		};
	} else if (has_prefix(title, "link ")) {
		r->link = vec_add(&r->rec->links);
		if (!r->link)
			return -ENOMEM;
		*r->link = (struct record_link) { .name = name,
						  .of = "",
						  .plugin = "",
						  .keys = "",
						  .what = "",
						  .seen = "",
						  .target = "",
						  .note = "" };
	}
	return 0;
}

/* What a later cleat may write besides is passed over. */
static int enter(struct reading *r, void *thing, const struct field *fields, size_t n,
		 const char *key, const char *value)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t number;
		char *copy;

		if (!streq(fields[i].key, key))
			continue;
		if (fields[i].number) {
			if (text_u64(value, &number) || number > UINT32_MAX)
				return -EINVAL;
			*number_at(thing, &fields[i]) = (uint32_t)number;
			return 0;
		}
		copy = restore_value(r->rec->arena, value);
		if (!copy)
			return -ENOMEM;
		*text_at(thing, &fields[i]) = copy;
	}
	return 0;
}

static int take_entry(void *user, const char *key, const char *value, unsigned int line)
{
	struct reading *r = user;

	(void)line;
	if (r->program && streq(key, "left-out"))
		return text_bool(value, &r->program->left_out);
	if (r->link && streq(key, "left-out"))
		return text_bool(value, &r->link->left_out);
	if (r->program)
		return enter(r, r->program, program_fields, ARRAY_SIZE(program_fields), key, value);
	if (r->map)
		return enter(r, r->map, map_fields, ARRAY_SIZE(map_fields), key, value);
	if (r->link)
		return enter(r, r->link, link_fields, ARRAY_SIZE(link_fields), key, value);
	if (streq(key, "version") && !streq(value, "1"))
		return -EPROTO;
	if (streq(key, "source"))
		r->rec->source = restore_value(r->rec->arena, value);
	else if (streq(key, "object"))
		r->rec->object = restore_value(r->rec->arena, value);
	else if (streq(key, "owner"))
		r->rec->owner = restore_value(r->rec->arena, value);
	return r->rec->source && r->rec->object && r->rec->owner ? 0 : -ENOMEM;
}

int record_parse(const char *unit, const char *path, const char *text, size_t size,
		 struct record **out, struct report *report)
{
	static const struct inifile_handlers handlers = { begin_section, take_entry };
	struct reading r = { .rec = record_new(unit) };
	size_t errors = report_errors(report);
	int err;

	*out = NULL;
	if (!r.rec)
		return report_oom(report);
	err = inifile_read_text(path, text, size, &handlers, &r, report);
	if (err == -EPROTO)
		report_error(report, EPROTO, "%s was written by a later version of cleat", path);
	else if (err == -ENOMEM)
		report_oom(report);
	else if (err && report_errors(report) == errors)
		report_error(report, err, "the record at %s is damaged", path);
	if (err)
		record_free(r.rec);
	else
		*out = r.rec;
	return err;
}

int record_read(struct cleat *c, const char *root, const char *unit, struct record **out)
{
	_free_ char *path = state_record_path(root, unit);
	_free_ char *text = NULL;
	size_t size;
	int err;

	*out = NULL;
	if (!path)
		return report_oom(c->report);
	err = blob_read(path, &text, &size);
	if (err == -ENOENT)
		return 0;
	if (err)
		return report_sys(c->report, err, "cannot read the record at %s", path);
	return record_parse(unit, path, text, size, out, c->report);
}
