// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * parse.c - unit files to sections. Knows the sections that there are, how a drop-in adds to what
 * is there, and the specifiers of instances; refuses to know keys.
 */
#include "base/inifile.h"
#include "base/text.h"
#include "unit/unit.h"

static const struct {
	const char *word;
	unsigned int least, most; /* words after it */
	const char *form;
} kinds[SECTION_KINDS] = {
	[SECTION_UNIT] = { "unit", 0, 0, "[unit]" },
	[SECTION_OBJECT] = { "object", 0, 0, "[object]" },
	[SECTION_GLOBAL] = { "global", 1, 1, "[global NAME]" },
	[SECTION_MAP] = { "map", 1, 1, "[map NAME]" },
	[SECTION_PROGRAM] = { "program", 1, 1, "[program NAME]" },
	[SECTION_ATTACH] = { "attach", 1, 2, "[attach PROGRAM] or [attach PROGRAM LABEL]" },
	[SECTION_OUTPUT] = { "output", 1, 1, "[output LABEL]" },
	[SECTION_LOG] = { "log", 0, 0, "[log]" },
};

struct parsing {
	struct unit *unit;
	struct report *report;
	const char *file;
	unsigned int layer;
	struct unit_section *section; /* NULL: in one that is nobody's ("x-...") */
};

/* Words of @title in @words; how many there are, at most @max + 1. */
static unsigned int split(char *title, char **words, unsigned int max)
{
	unsigned int n = 0;

	for (;;) {
		title += strspn(title, " \t");
		if (!*title)
			return n;
		if (n == max)
			return n + 1;
		words[n++] = title;
		title += strcspn(title, " \t");
		if (*title)
			*title++ = '\0';
	}
}

static int find_kind(const char *word, struct report *r)
{
	const char *names[SECTION_KINDS];
	int i;

	for (i = 0; i < SECTION_KINDS; i++) {
		if (streq(kinds[i].word, word))
			return i;
		names[i] = kinds[i].word;
	}
	report_error(r, EINVAL, "unknown section '%s'", word);
	report_hint(r, "there are: unit, object, global, map, program, attach, output, log");
	report_nearest(r, word, names, SECTION_KINDS);
	return -EINVAL;
}

static int begins_again(struct parsing *p, struct unit_section *s, unsigned int line)
{
	if (streq(s->last_file, p->file))
		return report_error(p->report, EINVAL,
				    "section [%s] is there twice: in line %u already", s->title,
				    s->last_line);
	s->last_file = p->file;
	s->last_line = line;
	p->section = s;
	return 0;
}

static int add_section(struct parsing *p, enum section_kind kind, const char *name,
		       const char *label, unsigned int line)
{
	struct arena *arena = p->unit->arena;
	struct unit_section *s = arena_alloc(arena, sizeof(*s));

	if (!s || vec_push(&p->unit->sections, s))
		return report_oom(p->report);
	s->kind = kind;
	s->name = name ? arena_dup(arena, name) : NULL;
	s->label = label ? arena_dup(arena, label) : NULL;
	s->title = arena_format(arena, "%s%s%s%s%s", kinds[kind].word, name ? " " : "",
				name ? name : "", label ? " " : "", label ? label : "");
	if (!s->title || (name && !s->name) || (label && !s->label))
		return report_oom(p->report);
	s->file = s->last_file = p->file;
	s->line = s->last_line = line;
	p->section = s;
	return 0;
}

static int on_section(void *user, const char *title, unsigned int line)
{
	struct parsing *p = user;
	_free_ char *copy = strdup(title);
	char *words[3] = { NULL };
	struct unit_section *s;
	unsigned int n;
	int kind;

	p->section = NULL;
	if (has_prefix(title, "x-"))
		return 0;
	if (!copy)
		return report_oom(p->report);
	n = split(copy, words, ARRAY_SIZE(words));
	if (!n)
		return report_error(p->report, EINVAL, "a section without a name");
	kind = find_kind(words[0], p->report);
	if (kind < 0)
		return kind;
	if (n - 1 < kinds[kind].least || n - 1 > kinds[kind].most)
		return report_error(p->report, EINVAL, "section [%s]: expected %s", title,
				    kinds[kind].form);
	s = unit_section(p->unit, (enum section_kind)kind, words[1], words[2]);
	if (s)
		return begins_again(p, s, line);
	return add_section(p, (enum section_kind)kind, words[1], words[2], line);
}

/* In an instance %i is its name and %% a percent sign. Elsewhere % is itself. */
static char *expand(struct unit *u, const char *value)
{
	_buf_free_ struct buf b = { 0 };

	if (!u->files.instance)
		return arena_dup(u->arena, value);
	for (; *value; value++) {
		if (value[0] == '%' && value[1] == 'i') {
			buf_puts(&b, u->files.instance);
			value++;
		} else {
			buf_putc(&b, *value);
			value += value[0] == '%' && value[1] == '%';
		}
	}
	return b.failed ? NULL : arena_dup(u->arena, b.data ? b.data : "");
}

static int on_entry(void *user, const char *key, const char *value, unsigned int line)
{
	struct parsing *p = user;
	struct unit_entry e = { .file = p->file, .line = line, .layer = p->layer };

	if (!p->section || has_prefix(key, "x-"))
		return 0;
	e.key = arena_dup(p->unit->arena, key);
	e.value = expand(p->unit, value);
	if (!e.key || !e.value || vec_push(&p->section->entries, e))
		return report_oom(p->report);
	return 0;
}

int unit_parse(struct unit *u, struct report *r)
{
	static const struct inifile_handlers handlers = {
		.section = on_section,
		.entry = on_entry,
	};
	int err = 0, e;
	size_t i;

	for (i = 0; i < u->files.paths.n; i++) {
		struct parsing p = {
			.unit = u,
			.report = r,
			.file = u->files.paths.v[i],
			.layer = (unsigned int)i,
		};

		e = inifile_read(p.file, &handlers, &p, r);
		err = err ? err : e;
	}
	return err;
}
