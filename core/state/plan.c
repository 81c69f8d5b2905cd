/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * plan.c - the difference between units and what is there, as data: for each thing what becomes of it,
 * and why. Changes nothing.
 */
#include <sha2.h>

#include "base/file.h"
#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

/* ---- steps ----------------------------------------------------------------------------------- */

/* @why may be NULL; the texts are copied. */
static int add_step(struct cleat_plan *p, const struct unit_plan *up, enum change change,
		    const char *kind, const char *name, const char *from, const char *to,
		    const char *why)
{
	struct plan_step step = { .change = change, .unit = up->name, .kind = kind, .name = name };

	if (change == KEEP)
		return 0;
	step.from = from ? text_dup(from) : NULL;
	step.to = to ? text_dup(to) : NULL;
	step.why = why ? text_dup(why) : NULL;
	if ((from && !step.from) || (to && !step.to) || (why && !step.why) ||
	    vec_push(&p->steps, step)) {
		free(step.from);
		free(step.to);
		free(step.why);
		return report_oom(p->c->report);
	}
	return 0;
}

/* ---- maps ------------------------------------------------------------------------------------ */

struct judged {
	enum change change;
	const char *from, *to, *why;
};

/* Of one type, with the same keys and values: only how many differs, or how they are kept. */
bool map_keeps_entries(const struct record_map *had, const struct record_map *want)
{
	static const char until[] = ", max-entries ";
	const char *end = strstr(want->shape, until);
	size_t n = end ? (size_t)(end - want->shape) + strlen(until) : 0;

	return end && !want->follows && !*want->data && !strncmp(had->shape, want->shape, n);
}

/* Can entries be changed, one by one, in a map that is in use. */
static bool takes_entries(const struct record_map *m)
{
	return !(m->map->type->flags & CLEAT_MAP_NO_KEY) && m->section && !m->section->freeze &&
	       !m->section->seeds.texts.n;
}

struct unit_plan *plan_unit_named(const struct cleat_plan *p, const char *name)
{
	for (size_t i = 0; i < p->units.n; i++)
		if (p->units.v[i]->name && streq(p->units.v[i]->name, name))
			return p->units.v[i];
	return NULL;
}

enum change plan_map_change(const struct unit_plan *up, const char *map)
{
	for (size_t i = 0; i < up->maps.n; i++)
		if (streq(up->wanted->maps.v[i].name, map))
			return up->maps.v[i];
	return KEEP;
}

/* The id of another unit's map, 0: it will be a new one, or -errno, reported. */
static int64_t shared_id(const struct cleat_plan *p, const struct record_map *want)
{
	const struct unit_map *m = want->section;
	const struct unit_plan *of = plan_unit_named(p, m->share_unit);
	struct report *r = p->c->report;
	_free_ char *path = state_path(p->root, m->share_unit, STATE_MAPS, m->share_map);
	_close_ int fd = -1;
	uint32_t id;

	REPORT_IN(r, REPORT_FILE, m->section->file);
	REPORT_IN(r, REPORT_SECTION, m->section->title);
	report_line(r, m->section->line);
	if (of && of->u && !record_map(of->wanted, m->share_map))
		return report_error(r, ENOENT, "unit '%s' has no map '%s'", m->share_unit,
				    m->share_map);
	if (of && plan_map_change(of, m->share_map) != KEEP)
		return 0;
	fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	return fd < 0 || sys_obj_id(fd, &id) ? unit_share_missing(m, r) : (int64_t)id;
}

static struct judged judge_shared(const struct unit_plan *up, const struct record_map *want,
				  int64_t id)
{
	const struct record_map *had = up->had ? record_map(up->had, want->name) : NULL;

	if (!had)
		return (struct judged) { CREATE, NULL, want->share, NULL };
	if (!streq(had->share, want->share))
		return (struct judged) { UPDATE, *had->share ? had->share : NULL, want->share,
					 "it is another unit's" };
	if (had->look != LOOK_RIGHT)
		return (struct judged) { CREATE, NULL, want->share, "it is gone" };
	if (had->id != id)
		return (struct judged) { UPDATE, NULL, want->share, "that map is new" };
	return (struct judged) { .change = KEEP };
}

static const char same_variables[] = "of its variables those that are the same keep their values";

/* @code: programs of the object will be others. */
static struct judged judge_map(const struct unit_plan *up, const struct record_map *want, bool code)
{
	const struct record_map *had = up->had ? record_map(up->had, want->name) : NULL;

	if (!had)
		return (struct judged) { CREATE, NULL, want->shape, NULL };
	if (had->look != LOOK_RIGHT)
		return (struct judged) { CREATE, NULL, want->shape, "it is gone" };
	if (*had->share)
		return (struct judged) { UPDATE, had->share, want->shape, "it is its own again" };
	if (!streq(had->shape, want->shape))
		return (struct judged) { UPDATE, had->shape, want->shape,
					 map_keeps_entries(had, want) ? "its entries are copied"
					 : *had->vars && *want->vars  ? same_variables
								      : "its entries are lost" };
	if (*had->vars && !streq(had->vars, want->vars))
		return (struct judged) { UPDATE, NULL, NULL, same_variables };
	if (!streq(had->data, want->data))
		return (struct judged) { UPDATE, NULL, NULL,
					 "its variables begin with other values" };
	if (!streq(had->pin, want->pin))
		return (struct judged) { UPDATE, had->pin, want->pin, "it is pinned elsewhere" };
	if (!streq(had->seeds, want->seeds) && !takes_entries(want))
		return (struct judged) { UPDATE, NULL, NULL, "the unit has other entries" };
	if (want->follows && code)
		return (struct judged) { UPDATE, NULL, NULL, "the programs in it are new" };
	return (struct judged) { .change = KEEP };
}

static int plan_maps(struct cleat_plan *p, struct unit_plan *up, bool code)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		const struct record_map *want = &up->wanted->maps.v[i];
		int64_t id = *want->share ? shared_id(p, want) : 0;
		const struct judged j = *want->share ? judge_shared(up, want, id)
						     : judge_map(up, want, code);

		if (id < 0)
			return (int)id;
		if (vec_push(&up->maps, j.change))
			return report_oom(p->c->report);
		up->loads |= j.change != KEEP;
		err = add_step(p, up, j.change, "map", want->name, j.from, j.to, j.why);
	}
	return err;
}

/* Of maps that are kept: their entries. */
static int plan_entries(struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->maps.n && !err; i++) {
		const struct record_map *want = &up->wanted->maps.v[i], *had;

		had = up->maps.v[i] == KEEP ? record_map(up->had, want->name) : NULL;
		if (had && !streq(had->seeds, want->seeds))
			err = add_step(p, up, UPDATE, "entries", want->name, NULL, NULL,
				       "the unit has others");
	}
	return err;
}

/* ---- programs -------------------------------------------------------------------------------- */

/* Is it to be attached at other places than it was, or was to be. */
static bool attaches_anew(const struct unit_plan *up, const char *program)
{
	for (size_t i = 0; i < up->wanted->links.n; i++) {
		const struct record_link *want = &up->wanted->links.v[i], *had;

		if (!*want->plugin || !streq(want->of, program))
			continue;
		had = up->had ? record_link(up->had, want) : NULL;
		if (!had || had->look != LOOK_RIGHT)
			return true;
	}
	for (size_t i = 0; up->had && i < up->had->links.n; i++)
		if (streq(up->had->links.v[i].of, program) &&
		    link_goes(up, &up->had->links.v[i]))
			return true;
	return false;
}

/* One of several, whose places are others: which of them can be there is found out again. */
static bool is_chosen_anew(const struct unit_plan *up, const struct cleat_program *p)
{
	while (p->stands_in)
		p = p->stands_in;
	for (; p && p->fallback; p = p->fallback)
		if (attaches_anew(up, p->spec->name) ||
		    attaches_anew(up, p->fallback->spec->name))
			return true;
	return false;
}

static struct judged judge_program(const struct unit_plan *up, const struct record_program *want)
{
	const struct record_program *had = up->had ? record_program(up->had, want->name) : NULL;

	if (!had)
		return (struct judged) { CREATE, NULL, NULL, NULL };
	if (!streq(had->sum, want->sum))
		return (struct judged) { UPDATE, NULL, NULL, "its object or its settings changed" };
	if (had->look != LOOK_RIGHT)
		return (struct judged) { CREATE, NULL, NULL, "it is gone" };
	if (is_chosen_anew(up, want->program))
		return (struct judged) { UPDATE, NULL, NULL, "the first that can be attached" };
	return (struct judged) { .change = KEEP };
}

static bool code_changes(const struct unit_plan *up)
{
	for (size_t i = 0; i < up->wanted->programs.n; i++)
		if (judge_program(up, &up->wanted->programs.v[i]).change != KEEP)
			return true;
	return false;
}

/* What is said of a program, and that it is one of several; the caller frees. NULL: nothing is, or no memory. */
static char *why_of(const struct cleat_program *p, const char *why)
{
	const char *begin = why ? why : "", *between = why ? "; " : "";

	if (p && p->stands_in)
		return text_format("%s%sonly without '%s'%s%s%s", begin, between,
				   p->stands_in->spec->name, p->fallback ? ", or else '" : "",
				   p->fallback ? p->fallback->spec->name : "",
				   p->fallback ? "'" : "");
	if (p && p->fallback)
		return text_format("%s%sor else '%s'", begin, between, p->fallback->spec->name);
	if (p && !p->required)
		return text_format("%s%sor not at all", begin, between);
	return why ? text_dup(why) : NULL;
}

/* After the maps: programs know theirs by descriptors. */
static int plan_programs(struct cleat_plan *p, struct unit_plan *up)
{
	const bool maps_change = up->loads;
	int err = 0;

	for (size_t i = 0; i < up->wanted->programs.n && !err; i++) {
		const struct record_program *want = &up->wanted->programs.v[i];
		struct judged j = judge_program(up, want);
		_free_ char *why = NULL;

		if (j.change == KEEP && maps_change)
			j = (struct judged) { UPDATE, NULL, NULL, "a map of its object is new" };
		if (vec_push(&up->programs, j.change))
			return report_oom(p->c->report);
		up->loads |= j.change != KEEP;
		why = why_of(want->program, j.why);
		err = add_step(p, up, j.change, "program", want->name, j.from, j.to, why);
	}
	return err;
}

/* ---- links ----------------------------------------------------------------------------------- */

/* What becomes of what the link is of. */
static enum change change_of(const struct unit_plan *up, const char *name, bool is_map)
{
	const struct record *w = up->wanted;

	for (size_t i = 0; is_map && i < w->maps.n; i++)
		if (streq(w->maps.v[i].name, name))
			return up->maps.v[i];
	for (size_t i = 0; !is_map && i < w->programs.n; i++)
		if (streq(w->programs.v[i].name, name))
			return up->programs.v[i];
	return KEEP;
}

/* Is it attached to a map that is to be another one. */
static bool map_is_new(const struct unit_plan *up, const struct record_link *want)
{
	const char *key, *value;

	for (size_t i = 0; want->params && params_at(want->params, i, &key, &value); i++)
		if (params_key(want->params, key, NULL)->type == CLEAT_TYPE_MAP &&
		    change_of(up, value, true) != KEEP)
			return true;
	return false;
}

const struct record_link *link_had(const struct unit_plan *up, const struct record_link *want)
{
	if (want->out)
		return NULL;
	return want->was ? want->was : up->had ? record_link(up->had, want) : NULL;
}

bool link_goes(const struct unit_plan *up, const struct record_link *had)
{
	for (size_t i = 0; i < up->wanted->links.n; i++)
		if (link_had(up, &up->wanted->links.v[i]) == had)
			return false;
	return true;
}

bool link_shares(struct cleat_program *p, const struct cleat_params *params)
{
	const struct cleat_program_plugin *plugin = p->plugin->program;
	struct cleat_way way = { .struct_size = sizeof(way) };

	if (!(plugin->flags & CLEAT_PROGRAM_ALONE))
		return true;
	return plugin->foresee && plugin->foresee(p, params, &way) == 0 && way.shared;
}

/* Has a recorded link the place of a wanted one, where no two can be, or is it the same program there. */
static bool same_place(struct cleat_program *p, const struct record_link *want,
		       const struct record_link *had)
{
	struct cleat_params *params;
	bool same = p->plugin->program->flags & CLEAT_PROGRAM_ALONE &&
		    streq(had->plugin, want->plugin);

	if (!same)
		return false;
	params = keys_params(p->plugin, had->keys);
	if (params && !streq(had->of, want->of))
		same = !link_shares(p, params) || !link_shares(p, want->params);
	for (size_t i = 0; params && i < p->plugin->n_keys && same; i++) {
		const char *key = p->plugin->keys[i].name;

		if (p->plugin->keys[i].flags & CLEAT_KEY_PLACE)
			same = streq(cleat_param(params, key), cleat_param(want->params, key));
	}
	params_free(params);
	return params && same;
}

const struct record_link *link_in_place(const struct unit_plan *up, const struct record_link *want)
{
	const struct record_program *p = record_program(up->wanted, want->of);

	for (size_t i = 0; *want->plugin && up->had && i < up->had->links.n; i++) {
		const struct record_link *had = &up->had->links.v[i];

		if (had->look != LOOK_GONE && (had->pins || had->loose) && link_goes(up, had) &&
		    same_place(p->program, want, had))
			return had;
	}
	return NULL;
}

/* Links with other keys, or of another program, that take the place of one that goes. */
static void find_places(struct unit_plan *up)
{
	for (size_t i = 0; up->had && i < up->wanted->links.n; i++) {
		struct record_link *want = &up->wanted->links.v[i];

		if (!record_link(up->had, want))
			want->was = link_in_place(up, want);
	}
}

static struct judged judge_link(const struct unit_plan *up, const struct record_link *want)
{
	const struct record_link *had = link_had(up, want);

	if (!had && want->adopted)
		return (struct judged) { ADOPT, NULL, want->keys,
					 "the link of another is taken over" };
	if (!had)
		return (struct judged) { CREATE, NULL, want->keys, NULL };
	if (want->was && streq(had->keys, want->keys))
		return (struct judged) { UPDATE, NULL, want->keys,
					 "another program takes its place" };
	if (want->was)
		return (struct judged) { ANEW, had->keys, want->keys,
					 "detached first: for a moment nothing is attached" };
	if (had->look == LOOK_GONE)
		return (struct judged) { CREATE, NULL, want->keys, "it is gone" };
	if (had->look == LOOK_CHANGED)
		return (struct judged) { UPDATE, NULL, want->keys,
					 "it has the program of another" };
	if (*had->target && !streq(had->target, want->target))
		return (struct judged) { CREATE, NULL, want->keys,
					 "the file or process there is another" };
	if (map_is_new(up, want))
		return (struct judged) { CREATE, NULL, want->keys, "its map is new" };
	if (change_of(up, want->of, !*want->plugin) != KEEP)
		return (struct judged) { UPDATE, NULL, want->keys, NULL };
	return (struct judged) { .change = KEEP };
}

/* How will it be attached; a plugin that does not say does it by a link. */
static void foresee(const struct unit_plan *up, struct record_link *want)
{
	const struct record_program *rp = record_program(up->wanted, want->of);
	const struct cleat_program_plugin *plugin;
	struct cleat_way way = { .struct_size = sizeof(way), .name = "link" };

	if (!*want->plugin)
		return;
	plugin = rp->program->plugin->program;
	if (plugin->foresee && plugin->foresee(rp->program, want->params, &way))
		return;
	want->way = way.name;
	want->held = way.lasts == CLEAT_LASTS_PROCESS;
}

static int plan_links(struct cleat_plan *p, struct unit_plan *up)
{
	int err = 0;

	for (size_t i = 0; i < up->wanted->links.n && !err; i++) {
		struct record_link *want = &up->wanted->links.v[i];
		const struct record_link *had = link_had(up, want);
		const struct record_program *rp = record_program(up->wanted, want->of);
		_free_ char *why = NULL;
		struct judged j;

		if (p->adopt && !had)
			want->adopted = foreign_adopts(p, up, want);
		j = judge_link(up, want);

		/* It keeps the name that it has. */
		if (had && !(want->name = arena_dup(up->wanted->arena, had->name)))
			return report_oom(p->c->report);
		if (vec_push(&up->links, j.change))
			return report_oom(p->c->report);
		if (j.change == CREATE || j.change == ANEW)
			foresee(up, want);
		why = why_of(rp && *want->plugin ? rp->program : NULL, j.why);
		err = add_step(p, up, j.change, "link", want->name, j.from, j.to, why);
		if (!err && j.change != KEEP && *want->way) {
			p->steps.v[p->steps.n - 1].way = want->way;
			p->steps.v[p->steps.n - 1].held = want->held;
		}
	}
	return err;
}

/* ---- what is to go --------------------------------------------------------------------------- */

static int plan_removals(struct cleat_plan *p, struct unit_plan *up)
{
	const struct record *had = up->had;
	int err = 0;

	for (size_t i = 0; had && i < had->links.n && !err; i++)
		if (link_goes(up, &had->links.v[i]))
			err = add_step(p, up, REMOVE, "link", had->links.v[i].name,
				       had->links.v[i].keys, NULL, NULL);
	for (size_t i = 0; had && i < had->programs.n && !err; i++)
		if (!record_program(up->wanted, had->programs.v[i].name))
			err = add_step(p, up, REMOVE, "program", had->programs.v[i].name, NULL,
				       NULL, NULL);
	for (size_t i = 0; had && i < had->maps.n && !err; i++)
		if (!record_map(up->wanted, had->maps.v[i].name))
			err = add_step(p, up, REMOVE, "map", had->maps.v[i].name,
				       had->maps.v[i].shape, NULL, NULL);
	return err;
}

/* ---- units ----------------------------------------------------------------------------------- */

/* Names of links that are new do not clash with those that stay. */
static void settle_names(struct unit_plan *up)
{
	struct record *w = up->wanted;

	for (size_t i = 0; up->had && i < w->links.n; i++) {
		struct record_link *l = &w->links.v[i];
		const char *base = l->name;

		if (link_had(up, l))
			continue;
		for (unsigned int n = 2; l->name; n++) {
			bool taken = false;

			for (size_t k = 0; k < up->had->links.n; k++)
				taken |= streq(up->had->links.v[k].name, l->name);
			for (size_t k = 0; k < w->links.n; k++)
				taken |= k != i && streq(w->links.v[k].name, l->name);
			if (!taken)
				break;
			l->name = arena_format(w->arena, "%s-%u", base, n);
		}
	}
}

static int plan_unit(struct cleat_plan *p, struct unit_plan *up)
{
	size_t before = p->steps.n;
	int err;

	if (up->had)
		look_at(p->c, p->root, up->had);
	find_places(up);
	settle_names(up);
	err = plan_maps(p, up, code_changes(up));
	if (!err)
		err = plan_programs(p, up);
	if (!err)
		err = plan_links(p, up);
	if (!err)
		err = plan_entries(p, up);
	if (!err)
		err = plan_removals(p, up);
	up->steps = p->steps.n - before;
	return err;
}

static void unit_plan_free(struct unit_plan *up)
{
	record_free(up->wanted);
	record_free(up->had);
	vec_free(&up->programs);
	vec_free(&up->maps);
	vec_free(&up->links);
	free(up);
}

/* @u NULL: the unit is to go. */
static int add_unit(struct cleat_plan *p, const char *name, struct unit *u)
{
	struct unit_plan *up = calloc(1, sizeof(*up));
	int err;

	if (!up || vec_push(&p->units, up)) {
		free(up);
		return report_oom(p->c->report);
	}
	up->u = u;
	err = record_read(p->c, p->root, name, &up->had);
	if (err)
		return err;
	if (u)
		err = wanted_read(u, &up->wanted);
	else if (!(up->wanted = record_new(name)))
		err = report_oom(p->c->report);
	if (err)
		return err;
	up->name = up->wanted->unit;
	return plan_unit(p, up);
}

/* Units that are to go, by name. */
static int add_gone(struct cleat_plan *p, const char *const *names)
{
	struct report *r = p->c->report;
	char **applied = NULL;
	size_t n = 0;
	int err = state_units(p->root, &applied, &n), e;

	if (err)
		return report_sys(r, err, "cannot list %s", p->root);
	for (; *names; names++) {
		bool is = false;

		for (size_t i = 0; i < n; i++)
			is |= streq(applied[i], *names);
		e = is ? add_unit(p, *names, NULL)
		       : report_error(r, ENOENT, "unit '%s' is not applied", *names);
		if (!is)
			report_nearest(r, *names, (const char *const *)applied, n);
		err = err ? err : e;
	}
	path_list_free(applied, n);
	return err;
}

static bool in_session(const struct cleat_session *s, const char *name)
{
	for (size_t i = 0; i < cleat_session_count(s); i++)
		if (streq(cleat_session_name(s, i), name))
			return true;
	return false;
}

/* Units that are recorded and that nobody wants any more. */
static int add_forgotten(struct cleat_plan *p)
{
	char **names = NULL;
	size_t n = 0;
	int err = state_units(p->root, &names, &n);

	if (err)
		return report_sys(p->c->report, err, "cannot list %s", p->root);
	for (size_t i = 0; i < n && !err; i++)
		if (!in_session(p->session, names[i]))
			err = add_unit(p, names[i], NULL);
	path_list_free(names, n);
	return err;
}

/* Who has seen one plan can tell whether another is the same. */
static void hash_steps(struct cleat_plan *p)
{
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	for (size_t i = 0; i < p->steps.n; i++) {
		const struct plan_step *s = &p->steps.v[i];
		const char *const texts[] = { s->unit, s->kind, s->name, s->from, s->to, s->why };

		SHA256Update(&ctx, (const uint8_t *)&s->change, sizeof(s->change));
		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			SHA256Update(&ctx, (const uint8_t *)(texts[k] ? texts[k] : ""),
				     texts[k] ? strlen(texts[k]) + 1 : 1);
	}
	/* what the steps do not show: which code it is */
	for (size_t i = 0; i < p->units.n; i++)
		for (size_t k = 0; k < p->units.v[i]->wanted->programs.n; k++) {
			const char *sum = p->units.v[i]->wanted->programs.v[k].sum;

			SHA256Update(&ctx, (const uint8_t *)sum, strlen(sum));
		}
	SHA256End(&ctx, p->hash);
}

CLEAT_API int cleat_plan_new(struct cleat_session *s, const struct cleat_plan_options *o,
			     struct cleat_plan **out)
{
	struct cleat *c = session_context(s);
	struct cleat_plan_options all = { 0 };
	struct cleat_plan *p;
	int err = 0;

	OPERATION(c);
	*out = NULL;
	if (o)
		memcpy(&all, o, MIN(o->size, sizeof(all)));
	p = calloc(1, sizeof(*p));
	if (!p)
		return report_oom(c->report);
	p->c = c;
	p->session = s;
	p->lock = -1;
	p->to_apply = all.to_apply;
	p->guarded = all.guarded;
	p->adopt = all.adopt;
	p->root = text_dup(all.root ? all.root : STATE_ROOT);
	if (!p->root) {
		err = report_oom(c->report);
	} else {
		p->lock = state_lock(p->root, all.to_apply, c->report);
		if (p->lock < 0 && p->lock != -ENOENT)
			err = p->lock;
	}
	if (!err)
		err = session_order(s);
	for (size_t i = 0; i < cleat_session_count(s) && !err; i++)
		err = add_unit(p, cleat_session_name(s, i), session_unit(s, i));
	if (!err && all.gone)
		err = add_gone(p, all.gone);
	if (!err && all.all)
		err = add_forgotten(p);
	if (!err)
		err = plan_conflicts(p);
	if (!err)
		err = plan_privileges(p);
	if (err) {
		cleat_plan_free(p);
		return err;
	}
	hash_steps(p);
	*out = p;
	return 0;
}

/* Its folder is made to be locked, and goes when nothing is in it: not where nothing was to be done to what is. */
static bool may_be_empty(const struct cleat_plan *p)
{
	if (!p->to_apply || p->steps.n)
		return p->to_apply;
	for (size_t i = 0; i < p->units.n; i++)
		if (p->units.v[i]->had)
			return false;
	return true;
}

CLEAT_API void cleat_plan_free(struct cleat_plan *p)
{
	bool empty;

	if (!p)
		return;
	empty = may_be_empty(p);
	for (size_t i = 0; i < p->steps.n; i++) {
		free(p->steps.v[i].from);
		free(p->steps.v[i].to);
		free(p->steps.v[i].why);
		free(p->steps.v[i].missing);
	}
	vec_free(&p->steps);
	vec_free(&p->foreign);
	vec_free(&p->others);
	for (size_t i = 0; i < p->units.n; i++)
		unit_plan_free(p->units.v[i]);
	vec_free(&p->units);
	/* one that is not empty stays */
	if (empty)
		rmdir(p->root);
	if (p->lock >= 0)
		close(p->lock);
	free(p->root);
	free(p);
}
