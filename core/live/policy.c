/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * policy.c - what it means for an object that one of its programs does not load or attach.
 *
 * A program is required, optional, or has another one that stands in for it: these form a chain,
 * and how bad it is that nobody in the chain loads is the first one's to say. Knows nothing about
 * loading and attaching itself.
 */
#include "live/context.h"

/* The program that began the chain in which @p stands in for others. */
static const struct cleat_program *chain_head(const struct cleat_program *p)
{
	while (p->stands_in)
		p = p->stands_in;
	return p;
}

bool program_required(const struct cleat_program *p)
{
	return chain_head(p)->required;
}

CLEAT_API int cleat_program_set_autoload(struct cleat_program *p, bool yes)
{
	p->autoload = yes;
	p->autoload_said = true;
	return 0;
}

CLEAT_API int cleat_program_set_required(struct cleat_program *p, bool yes)
{
	p->required = yes;
	return 0;
}

CLEAT_API int cleat_program_set_fallback(struct cleat_program *p, struct cleat_program *other)
{
	struct report *r = p->object->c->report;
	const char *name = p->spec->name;

	OPERATION(p->object->c);
	REPORT_IN(r, REPORT_PROGRAM, name);
	if (other && other->object != p->object)
		return report_error(r, EINVAL, "program '%s' is of another object",
				    other->spec->name);
	if (other && other->stands_in && other->stands_in != p)
		return report_error(r, EBUSY, "program '%s' is the fallback of '%s' already",
				    other->spec->name, other->stands_in->spec->name);
	if (other && chain_head(p) == other)
		return report_error(r, ELOOP, "program '%s' cannot be its own fallback%s%s%s",
				    other->spec->name, p == other ? "" : " by way of '",
				    p == other ? "" : name, p == other ? "" : "'");
	if (p->fallback)
		p->fallback->stands_in = NULL;
	p->fallback = other;
	if (other) {
		other->stands_in = p;
		other->autoload = true;
	}
	return 0;
}

static void set_left_out(struct cleat_program *p, char *why)
{
	free(p->left_out);
	p->left_out = why;
}

/* Keep the reason for people who ask later. @before: number of diagnostics before it failed. */
static void leave_out(struct cleat_program *p, size_t before)
{
	const struct cleat_diag *d = report_get(p->object->c->report, before);

	set_left_out(p, text_dup(d && d->what ? d->what : "it does not load"));
}

/* @p is there: those that would stand in for it are not needed. */
static void settle(struct cleat_program *p)
{
	set_left_out(p, NULL);
	for (struct cleat_program *q = p->fallback; q; q = q->fallback)
		set_left_out(q, text_format("program '%s' is there instead", p->spec->name));
}

/* From @p on, the first of the chain that loads: NULL with the errors of all of them. */
static struct cleat_program *load_first(struct cleat_program *p, int *err)
{
	for (; p && program_to_load(p); p = p->fallback) {
		size_t before = report_count(p->object->c->report);

		*err = program_load(p);
		if (!*err) {
			settle(p);
			return p;
		}
		leave_out(p, before);
		if (*err == -ENOMEM)
			break;
	}
	return NULL;
}

int program_load_any(struct cleat_program *p)
{
	struct report *r = p->object->c->report;
	size_t before = report_count(r);
	int err = 0;

	if (load_first(p, &err)) {
		report_soften(r, before, CLEAT_NOTE);
		return 0;
	}
	if (err == -ENOMEM || program_required(p))
		return err;
	report_soften(r, before, CLEAT_WARNING);
	return 0;
}

int program_fall_back(struct cleat_program *p, size_t before, int err,
		      struct cleat_program **instead)
{
	struct report *r = p->object->c->report;

	leave_out(p, before);
	*instead = NULL;
	if (err == -ENOMEM)
		return err;
	if (p->fallback) {
		cleat_program_unload(p);
		*instead = load_first(p->fallback, &err);
	}
	if (!*instead && program_required(p))
		return err;
	report_soften(r, before, *instead ? CLEAT_NOTE : CLEAT_WARNING);
	return 0;
}

/*
 * All programs' plugins first: what they attach to belongs to the one sweep of the kernel's types.
 * Of a chain nobody knows yet who will be wanted; who cannot be is said when it is.
 */
int object_resolve_programs(struct cleat_object *o)
{
	struct report *r = o->c->report;
	int err = 0;

	for (size_t i = 0; i < o->n_programs; i++) {
		struct cleat_program *p = &o->programs[i];
		size_t before = report_count(r);
		int e = program_to_load(p) ? program_resolve(p) : 0;

		if (!e)
			continue;
		/* A function in a section of its own that others call is a part of those. */
		if (!p->plugin && p->spec->entry->called) {
			report_drop(r, before);
			p->autoload = false;
			continue;
		}
		if (p->fallback || p->stands_in) {
			report_drop(r, before);
			p->resolved = false;
		} else if (p->required) {
			err = err ? err : e;
		} else {
			report_soften(r, before, CLEAT_WARNING);
			leave_out(p, before);
		}
	}
	return err;
}

int object_load_programs(struct cleat_object *o)
{
	int err = 0;

	for (size_t i = 0; i < o->n_programs && !err; i++) {
		struct cleat_program *p = &o->programs[i];

		if (!program_to_load(p) || p->stands_in || (p->resolved && p->resolve_error))
			continue;
		err = program_load_any(p);
	}
	return err;
}
