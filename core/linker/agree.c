/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * agree.c - do all files mean the same by a name.
 *
 * Knows that a declaration must fit the definition: a map in all its attributes, a variable in its
 * layout, a function in its parameters; and that what is asked of the kernel cannot be defined in a
 * file. Refuses to choose: that is done. Qualifiers, names of typedefs, and what is behind a
 * pointer to a struct of the same name may differ: files show as much of a kernel's type as they
 * need.
 */
#include <stdio.h>

#include "base/text.h"
#include "btf/match.h"
#include "linker/inner.h"
#include "object/object.h"

/* A name in two files: here, and there where what counts is said. */
struct pair {
	struct job *job;
	const struct symbol *symbol;
	const struct input *in, *other;
	const struct declared *here, *there;
	struct buf why;
};

static void begin(struct pair *p)
{
	if (p->why.len)
		buf_puts(&p->why, "; ");
}

static void differ(struct pair *p, const char *fmt, ...) _printf_(2, 3);

static void differ(struct pair *p, const char *fmt, ...)
{
	va_list args;

	begin(p);
	va_start(args, fmt);
	buf_vprintf(&p->why, fmt, args);
	va_end(args);
}

/* --- types ------------------------------------------------------------------------------------ */

/* What a pointer points to, by name; NULL when it is no pointer to something with a name. */
static const char *pointee(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	if (!t || btf_kind(t) != BTF_PTR)
		return NULL;
	t = btf_skip_mods(b, t->type, NULL);
	if (!t || (btf_kind(t) != BTF_STRUCT && btf_kind(t) != BTF_UNION && btf_kind(t) != BTF_FWD))
		return NULL;
	return *btf_name(b, t) ? btf_name(b, t) : NULL;
}

static uint32_t element(const struct btf *b, uint32_t id, uint32_t *n)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	*n = t && btf_kind(t) == BTF_ARRAY ? btf_array(t)->nelems : 0;
	return t && btf_kind(t) == BTF_ARRAY ? btf_array(t)->type : 0;
}

static void compare_types(struct pair *p, const char *what, uint32_t a, uint32_t b)
{
	const struct btf *from = p->in->btf, *to = p->other->btf;
	const char *a_name = pointee(from, a), *b_name = pointee(to, b);
	uint32_t a_element, b_element, a_n, b_n;
	_free_ char *why = NULL;

	a_element = element(from, a, &a_n);
	b_element = element(to, b, &b_n);
	/* "extern int table[]" does not say how many. */
	if (a_element && b_element && (!a_n || !b_n)) {
		a = a_element;
		b = b_element;
	}
	if (!btf_layout_equal(from, a, to, b, &why)) {
		differ(p, "%s%s", what, why ? why : "the types differ");
		return;
	}
	if (a_name && b_name &&
	    (btf_essential_len(a_name) != btf_essential_len(b_name) ||
	     strncmp(a_name, b_name, btf_essential_len(a_name)) != 0))
		differ(p, "%sa pointer to '%s', not to '%s'", what, a_name, b_name);
}

static void compare_functions(struct pair *p, const struct btf_type *a, const struct btf_type *b)
{
	const struct btf_type *x = btf_type(p->in->btf, a->type);
	const struct btf_type *y = btf_type(p->other->btf, b->type);
	uint32_t n;

	if (!x || !y || btf_kind(x) != BTF_FUNC_PROTO || btf_kind(y) != BTF_FUNC_PROTO)
		return;
	n = btf_vlen(x);
	if (n != btf_vlen(y)) {
		differ(p, "it takes %u parameter%s, not %u", n, n == 1 ? "" : "s", btf_vlen(y));
		return;
	}
	compare_types(p, "what it returns: ", x->type, y->type);
	for (uint32_t i = 0; i < n; i++) {
		char what[48];

		snprintf(what, sizeof(what), "parameter %u: ", i + 1);
		compare_types(p, what, btf_params(x)[i].type, btf_params(y)[i].type);
	}
}

/* --- maps ------------------------------------------------------------------------------------- */

static const struct btf_member *find_member(const struct btf *b, const struct btf_type *t,
					    const char *name)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (streq(btf_str(b, btf_members(t)[i].name_off), name))
			return &btf_members(t)[i];
	return NULL;
}

/* "__array(values, struct {...})": the definition of the inner maps, or NULL. */
static const struct btf_type *inner_map(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	if (!t || btf_kind(t) != BTF_ARRAY)
		return NULL;
	t = btf_skip_mods(b, btf_array(t)->type, NULL);
	if (!t || btf_kind(t) != BTF_PTR)
		return NULL;
	t = btf_skip_mods(b, t->type, NULL);
	return t && btf_kind(t) == BTF_STRUCT ? t : NULL;
}

/* Definitions have a dozen members; what has more is none, and would take its time. */
static bool is_map_definition(const struct btf_type *t)
{
	return t && btf_vlen(t) <= 64;
}

static void compare_maps(struct pair *p, const char *prefix, const struct btf_type *a,
			 const struct btf_type *b);

static void compare_attribute(struct pair *p, const char *prefix, const char *name, uint32_t a,
			      uint32_t b)
{
	const struct btf_type *x = inner_map(p->in->btf, a), *y = inner_map(p->other->btf, b);
	uint64_t a_number, b_number;
	char what[160];

	/* Inner maps have none of their own. */
	if (is_map_definition(x) && is_map_definition(y) && !*prefix) {
		compare_maps(p, "of inner maps, ", x, y);
		return;
	}
	if (object_map_number(p->in->btf, a, &a_number) &&
	    object_map_number(p->other->btf, b, &b_number)) {
		if (a_number != b_number)
			differ(p, "%s%s is %llu, not %llu", prefix, name,
			       (unsigned long long)a_number, (unsigned long long)b_number);
		return;
	}
	x = btf_skip_mods(p->in->btf, a, NULL);
	y = btf_skip_mods(p->other->btf, b, NULL);
	snprintf(what, sizeof(what), "%s%s: ", prefix, name);
	if (x && y && btf_kind(x) == BTF_PTR && btf_kind(y) == BTF_PTR)
		compare_types(p, what, x->type, y->type);
	else
		compare_types(p, what, a, b);
}

static void compare_maps(struct pair *p, const char *prefix, const struct btf_type *a,
			 const struct btf_type *b)
{
	for (uint32_t i = 0; i < btf_vlen(a); i++) {
		const struct btf_member *m = &btf_members(a)[i], *other;
		const char *name = btf_str(p->in->btf, m->name_off);

		other = find_member(p->other->btf, b, name);
		if (other)
			compare_attribute(p, prefix, name, m->type, other->type);
		else
			differ(p, "%s%s is given here only", prefix, name);
	}
	for (uint32_t i = 0; i < btf_vlen(b); i++) {
		const char *name = btf_str(p->other->btf, btf_members(b)[i].name_off);

		if (!find_member(p->in->btf, a, name))
			differ(p, "%s%s is given there only", prefix, name);
	}
}

/* --- one name -------------------------------------------------------------------------------- */

/* The section that a name is in; NULL: none, or not said. */
static const char *section_of(const struct symbol *s, const struct declared *d)
{
	if (!d->is_extern)
		return s->section ? s->section->name : d->section;
	return d->section && !streq(d->section, ".extern") ? d->section : NULL;
}

static bool is_kernels(const char *section)
{
	return section && (streq(section, ".ksyms") || streq(section, ".kconfig"));
}

static int check_sections(struct pair *p)
{
	const struct symbol *s = p->symbol;
	const char *here = section_of(s, p->here);
	const char *there = s->section ? s->section->name : section_of(s, p->there);

	if (!p->here->is_extern || !here || !there || streq(here, there))
		return 0;
	if (s->section && is_kernels(here))
		return report_error(p->job->report, EINVAL,
				    "'%s' is asked of the kernel here (%s), but '%s' defines it",
				    s->name, here, s->owner->path);
	return report_error(p->job->report, EINVAL,
			    "'%s' is declared for section '%s', but in '%s' it is in '%s'", s->name,
			    here, s->owner ? s->owner->path : p->other->path, there);
}

static const char *what_is(const struct btf_type *t, bool map)
{
	return map ? "map" : btf_kind(t) == BTF_FUNC ? "function" : "variable";
}

static bool is_map(const struct declared *d)
{
	return d->section && streq(d->section, ".maps");
}

static int check_pair(struct pair *p)
{
	const struct btf_type *a = btf_type(p->in->btf, p->here->id), *b, *x, *y;
	bool map = is_map(p->here) && is_map(p->there);
	int err = check_sections(p);

	b = btf_type(p->other->btf, p->there->id);
	if (err || !a || !b)
		return err;
	if (btf_kind(a) != btf_kind(b))
		return report_error(p->job->report, EINVAL, "'%s' is a %s, but in '%s' it is a %s",
				    p->symbol->name, what_is(a, is_map(p->here)), p->other->path,
				    what_is(b, is_map(p->there)));
	x = map ? object_map_definition(p->in->btf, a->type, NULL) : NULL;
	y = map ? object_map_definition(p->other->btf, b->type, NULL) : NULL;
	if (btf_kind(a) == BTF_FUNC)
		compare_functions(p, a, b);
	else if (is_map_definition(x) && is_map_definition(y))
		compare_maps(p, "", x, y);
	else
		compare_types(p, "", a->type, b->type);
	if (p->why.failed)
		return report_oom(p->job->report);
	if (p->why.len)
		return report_error(p->job->report, EINVAL, "%s '%s' is not as in '%s': %s",
				    what_is(a, map), p->symbol->name, p->other->path, p->why.data);
	return 0;
}

/*
 * A variable that a file defines and another only declares for the kernel: types may be missing on
 * the side of the definition, so this is asked of the symbols.
 */
static int check_symbol(struct job *j, struct input *in, const struct elf_symbol *sym)
{
	const struct symbol *s = in->symbols[sym->index];
	struct pair p = { .job = j, .symbol = s, .in = in };
	int err;

	if (!s || sym->bind == STB_LOCAL || !s->said)
		return 0;
	p.here = strmap_get(in->declared, sym->name);
	p.other = s->said_by;
	p.there = s->said;
	if (!p.here || p.here == p.there)
		return p.here && s->owner && s->owner != in ? check_sections(&p) : 0;
	err = check_pair(&p);
	buf_free(&p.why);
	return err;
}

int check_agreement(struct job *j)
{
	int err, first = 0;

	for (size_t i = 0; i < j->linker->inputs.n && first != -ENOMEM; i++) {
		struct input *in = j->linker->inputs.v[i];

		REPORT_IN(j->report, REPORT_OBJECT, in->path);
		for (size_t k = 1; k < in->elf->n_symbols && first != -ENOMEM; k++) {
			err = check_symbol(j, in, &in->elf->symbols[k]);
			first = first && err != -ENOMEM ? first : err;
		}
	}
	return first;
}
