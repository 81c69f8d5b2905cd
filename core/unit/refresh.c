/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * refresh.c - units that run, after the world has changed: their programs are attached to what has come,
 * and released from what has gone. Knows what an attachment was made for; refuses to know what that is.
 */
#include "base/text.h"
#include "live/world.h"
#include "unit/unit.h"

struct wanted_target {
	struct unit_attach *attach;
	struct cleat_params *params;
	char *identity, *place;
};

/* What one program is to be attached to. */
struct wanted {
	VEC(struct wanted_target) targets;
	bool unknown; /* not all could be found out: nothing is released */
};

static void wanted_free(struct wanted *w)
{
	for (size_t i = 0; i < w->targets.n; i++) {
		params_free(w->targets.v[i].params);
		free(w->targets.v[i].identity);
		free(w->targets.v[i].place);
	}
	vec_free(&w->targets);
}

/* Takes @params. */
static int want(struct wanted *w, struct unit_attach *a, struct cleat_params *params)
{
	struct wanted_target t = { .attach = a, .params = params };

	if (params) {
		t.identity = world_identity(params, true);
		t.place = world_identity(params, false);
	}
	if (t.identity && t.place && !vec_push(&w->targets, t))
		return 0;
	params_free(params);
	free(t.identity);
	free(t.place);
	return -ENOMEM;
}

static int want_all(struct wanted *w, struct unit_attach *a)
{
	struct cleat_targets targets _cleanup_(targets_free) = { 0 };
	struct report *r = a->program->object->c->report;
	int err;

	REPORT_IN(r, REPORT_FILE, a->section ? a->section->file : NULL);
	REPORT_IN(r, REPORT_SECTION, a->section ? a->section->title : NULL);
	if (a->section)
		report_line(r, a->section->line);
	err = program_expand(a->program, a->params, &targets);
	if (err)
		return err;
	if (!targets.params.n && !targets.missing && want(w, a, params_copy(a->params)))
		return report_oom(r);
	for (size_t i = 0; i < targets.params.n; i++)
		if (want(w, a, params_copy(targets.params.v[i])))
			return report_oom(r);
	return 0;
}

/* Returns the first error, after having gone on. */
static int read_wanted(const struct unit *u, const struct cleat_program *p, struct wanted *w)
{
	int err = 0, e;

	for (size_t i = 0; i < u->attaches.n; i++) {
		if (u->attaches.v[i].program != p)
			continue;
		e = want_all(w, &u->attaches.v[i]);
		w->unknown |= e != 0;
		err = err ? err : e;
	}
	return err;
}

/* ---- what there is --------------------------------------------------------------------------- */

static bool is_wanted(const struct wanted *w, const struct cleat_link *l)
{
	if (w->unknown || !l->origin || !l->origin->place)
		return true;
	for (size_t i = 0; i < w->targets.n; i++)
		if (streq(w->targets.v[i].place, l->origin->place))
			return true;
	return false;
}

static bool is_attached(const struct cleat_program *p, const struct wanted_target *t)
{
	const struct cleat *c = p->object->c;

	for (size_t i = 0; i < c->links.n; i++) {
		const struct cleat_link *l = c->links.v[i];

		if (l->program == p && l->origin && l->origin->identity &&
		    streq(l->origin->identity, t->identity))
			return true;
	}
	return false;
}

/* That it could not be undone where nothing is left is no error. */
static int release(struct cleat_session *s, const struct unit *u, const struct cleat_program *p,
		   const struct wanted *w)
{
	struct cleat *c = p->object->c;
	int n = 0;

	for (size_t i = c->links.n; i-- > 0;) {
		struct cleat_link *l = c->links.v[i];
		size_t before = report_count(c->report);

		if (l->program != p || is_wanted(w, l))
			continue;
		session_forget_link(s, u, cleat_link_what(l));
		link_release(l, false);
		report_drop(c->report, before);
		n++;
	}
	return n;
}

static int attach(struct cleat_session *s, const struct unit *u, struct cleat_program *p,
		  const struct wanted_target *t)
{
	const struct unit_section *section = t->attach->section;
	struct cleat *c = p->object->c;
	struct report *r = c->report;
	size_t before = c->links.n;
	int err;

	REPORT_IN(r, REPORT_FILE, section ? section->file : NULL);
	REPORT_IN(r, REPORT_SECTION, section ? section->title : NULL);
	if (section)
		report_line(r, section->line);
	err = program_attach_once(p, t->params);
	if (!err && c->links.n > before)
		err = session_note_links(s, u, c->links.v[before]);
	if (err)
		links_undo(c, before);
	return err ? err : (int)(c->links.n - before);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int refresh_program(struct cleat_session *s, const struct unit *u, struct cleat_program *p)
{
	struct wanted w _cleanup_(wanted_free) = { 0 };
	int err = read_wanted(u, p, &w), n, e;

	n = release(s, u, p, &w);
	for (size_t i = 0; i < w.targets.n; i++) {
		if (is_attached(p, &w.targets.v[i]))
			continue;
		e = attach(s, u, p, &w.targets.v[i]);
		n += e > 0 ? e : 0;
		err = err ? err : e < 0 ? e : 0;
	}
	return err ? err : n;
}

static bool is_first_of_program(const struct unit *u, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (u->attaches.v[k].program == u->attaches.v[i].program)
			return false;
	return true;
}

/* Another may stand in for it. */
static bool has_a_turn(const struct cleat_program *p)
{
	return p->fd >= 0 && !(p->fallback && p->fallback->fd >= 0);
}

CLEAT_API int cleat_session_refresh(struct cleat_session *s)
{
	struct cleat *c = session_context(s);
	int err = 0, total = 0, n;

	OPERATION(c);
	if (!session_is_started(s) || !c->watched)
		return report_error(c->report, EINVAL, "the units do not run, or are not watched");
	for (size_t i = 0; i < cleat_session_count(s); i++) {
		const struct unit *u = session_unit(s, i);

		for (size_t k = 0; k < u->attaches.n; k++) {
			if (!is_first_of_program(u, k) || !has_a_turn(u->attaches.v[k].program))
				continue;
			n = refresh_program(s, u, u->attaches.v[k].program);
			total += n > 0 ? n : 0;
			err = err ? err : n < 0 ? n : 0;
		}
	}
	return err ? err : total;
}
