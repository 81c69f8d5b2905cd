/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * shown.c - a plan as its readers see it: steps, units and how they stand, as plain data. Knows the words for them;
 * refuses to know how they came about.
 */
#include "state/state.h"

CLEAT_API size_t cleat_plan_count(const struct cleat_plan *p)
{
	return p->steps.n;
}

CLEAT_API const char *cleat_plan_hash(const struct cleat_plan *p)
{
	return p->hash;
}

CLEAT_API int cleat_plan_step(const struct cleat_plan *p, size_t i, struct cleat_step *step)
{
	static const char *const words[] = {
		[KEEP] = "keep",     [CREATE] = "create", [UPDATE] = "update",
		[REMOVE] = "remove", [ANEW] = "update",   [ADOPT] = "adopt",
	};
	struct cleat_step all;
	size_t size = step->size;

	if (i >= p->steps.n)
		return -ENOENT;
	all = (struct cleat_step) {
		.size = size,
		.action = words[p->steps.v[i].change],
		.unit = p->steps.v[i].unit,
		.kind = p->steps.v[i].kind,
		.name = p->steps.v[i].name,
		.from = p->steps.v[i].from,
		.to = p->steps.v[i].to,
		.why = p->steps.v[i].why,
		.way = p->steps.v[i].way,
		.lasts = !p->steps.v[i].way   ? NULL
			 : p->steps.v[i].held ? "process"
					      : "boot",
		.missing = p->steps.v[i].missing,
	};
	memcpy(step, &all, MIN(size, sizeof(all)));
	return 0;
}

static size_t count_missing(const struct record *had)
{
	size_t n = 0;

	for (size_t i = 0; i < had->programs.n; i++)
		n += had->programs.v[i].look != LOOK_RIGHT;
	for (size_t i = 0; i < had->maps.n; i++)
		n += had->maps.v[i].look != LOOK_RIGHT;
	for (size_t i = 0; i < had->links.n; i++)
		n += had->links.v[i].look != LOOK_RIGHT;
	return n;
}

static const char *state_of(const struct unit_plan *up)
{
	if (!up->u)
		return "forgotten";
	if (!up->u->object)
		return "skipped";
	if (!up->had)
		return "new";
	return up->steps ? "differs" : "applied";
}

CLEAT_API int cleat_plan_unit(const struct cleat_plan *p, size_t i, struct cleat_unit_state *state)
{
	const size_t size = state->size;
	const struct unit_plan *up;
	const struct record *rec;
	struct cleat_unit_state all;

	if (i >= p->units.n)
		return -ENOENT;
	up = p->units.v[i];
	rec = up->u ? up->wanted : up->had;
	all = (struct cleat_unit_state) {
		.size = size,
		.name = up->name,
		.source = rec->source,
		.object = rec->object,
		.owner = *rec->owner ? rec->owner : NULL,
		.state = state_of(up),
		.steps = up->steps,
	};
	if (up->had) {
		all.programs = up->had->programs.n;
		all.maps = up->had->maps.n;
		all.links = up->had->links.n;
		all.missing = count_missing(up->had);
	}
	memcpy(state, &all, MIN(size, sizeof(all)));
	return 0;
}
