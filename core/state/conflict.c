/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * conflict.c - what only one unit can have: the path of a pin, a hook that takes one program. Found out before
 * anything is done, and said with the lines of both.
 */
#include "base/text.h"
#include "state/state.h"

/* Something that one unit wants alone. */
struct claim {
	char *what; /* equal ones are in each other's way */
	const char *unit, *name, *file;
	unsigned int line;
	const struct record_link *link; /* or NULL: a map's pin */
	bool shared; /* by all who say so */
	size_t number;
};

struct claims {
	VEC(struct claim) all;
};

static int add_claim(struct claims *l, struct claim claim)
{
	claim.number = l->all.n;
	if (claim.what && !vec_push(&l->all, claim))
		return 0;
	free(claim.what);
	return -ENOMEM;
}

static int add_pins(struct claims *l, const struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		const struct record_map *m = &up->wanted->maps.v[i];
		struct claim c = { .unit = up->name, .name = m->name, .file = up->wanted->source };

		if (!*m->pin)
			continue;
		if (m->section) {
			c.file = m->section->section->file;
			c.line = m->section->section->line;
		}
		c.what = text_format("pin %s", m->pin);
		err = add_claim(l, c);
	}
	return err;
}

/* The keys that say where, of a link whose hook takes one program. */
static char *place_of(const struct cleat_program *p, const struct record_link *want)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s", want->plugin);
	for (size_t i = 0; i < p->plugin->n_keys; i++) {
		const struct cleat_key *key = &p->plugin->keys[i];

		for (size_t k = 0;
		     key->flags & CLEAT_KEY_PLACE && k < cleat_param_count(want->params, key->name);
		     k++)
			buf_printf(&b, " %s=%s", key->name,
				   cleat_param_nth(want->params, key->name, k));
	}
	return buf_take(&b);
}

static int add_places(struct claims *l, const struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->links.n && !err; i++) {
		const struct record_link *want = &up->wanted->links.v[i];
		const struct record_program *p = record_program(up->wanted, want->of);
		struct claim c = {
			.unit = up->name, .name = want->of, .link = want, .file = up->wanted->source
		};

		/* One of several alternatives is not there when another one is. */
		if (!*want->plugin || p->program->stands_in || p->program->fallback ||
		    !(p->program->plugin->program->flags & CLEAT_PROGRAM_ALONE))
			continue;
		if (want->section) {
			c.file = want->section->file;
			c.line = want->section->line;
		}
		c.what = place_of(p->program, want);
		c.shared = link_shares(p->program, want->params);
		err = add_claim(l, c);
	}
	return err;
}

static int by_what(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = strcmp(x->what, y->what);

	return order ? order : x->number < y->number ? -1 : 1;
}

/* Twice the same program is never meant. */
static bool in_the_way(const struct claim *a, const struct claim *b)
{
	return streq(a->what, b->what) &&
	       !(a->shared && b->shared && (a->unit != b->unit || !streq(a->name, b->name)));
}

static int report_two(const struct claim *a, const struct claim *b, struct report *r)
{
	int err;

	REPORT_IN(r, REPORT_FILE, b->file);
	report_line(r, b->line);
	if (b->link) {
		err = report_error(
			r, EBUSY,
			"program '%s' of unit '%s' is to be where '%s' of unit '%s' is: %s",
			b->name, b->unit, a->name, a->unit, b->what);
		report_hint(r, "only one can be there; the other is in %s, line %u", a->file,
			    a->line);
	} else {
		err = report_error(r, EBUSY,
				   "map '%s' of unit '%s' has the pin of '%s' of unit '%s': %s",
				   b->name, b->unit, a->name, a->unit, b->what + strlen("pin "));
		report_hint(r, "'share = %s/%s' is that map; its pin is in %s, line %u", a->unit,
			    a->name, a->file, a->line);
	}
	return err;
}

int plan_conflicts(const struct cleat_plan *p)
{
	struct claims l = { 0 };
	int err = 0;

	for (size_t i = 0; i < p->units.n && !err; i++)
		err = add_pins(&l, p->units.v[i]) ?: add_places(&l, p->units.v[i]);
	if (err)
		report_oom(p->c->report);
	else if (l.all.n)
		qsort(l.all.v, l.all.n, sizeof(*l.all.v), by_what);
	for (size_t i = 1; i < l.all.n; i++)
		if (!err || err == -EBUSY)
			if (in_the_way(&l.all.v[i - 1], &l.all.v[i]))
				err = report_two(&l.all.v[i - 1], &l.all.v[i], p->c->report);
	for (size_t i = 0; i < l.all.n; i++)
		free(l.all.v[i].what);
	vec_free(&l.all);
	return err;
}
