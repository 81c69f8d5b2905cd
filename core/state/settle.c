/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * settle.c - of several alternatives one is loaded, of what is optional some is refused: which that is shows only while
 * a plan is carried out. Knows what it means for the links of a unit; refuses to know why the kernel did not take
 * something.
 */
#include "base/text.h"
#include "state/state.h"

static bool is_out(const struct unit_plan *up, const struct record_link *want)
{
	const struct record_program *p = *want->plugin ? record_program(up->wanted, want->of)
						       : NULL;

	return want->refused || (p && p->program->fd < 0);
}

/* No two links have one name: who had this one gets the other's. */
static void take_name(struct record *wanted, struct record_link *to, const char *name)
{
	for (size_t i = 0; i < wanted->links.n; i++)
		if (streq(wanted->links.v[i].name, name))
			wanted->links.v[i].name = to->name;
	to->name = name;
}

/* What was there of it is nothing, as long as another was there instead. */
static void begin_link(struct unit_plan *up, size_t i)
{
	struct record_link *want = &up->wanted->links.v[i];
	const struct record_link *was = link_in_place(up, want);

	up->links.v[i] = CREATE;
	if (!was)
		return;
	take_name(up->wanted, want, was->name);
	up->links.v[i] = streq(was->keys, want->keys) ? UPDATE : ANEW;
	want->was = was;
}

void settle_links(struct unit_plan *up)
{
	struct record *w = up->wanted;

	for (size_t i = 0; i < up->links.n; i++)
		w->links.v[i].out = up->links.v[i] != KEEP && is_out(up, &w->links.v[i]);
	for (size_t i = 0; i < up->links.n; i++) {
		const struct record_link *had = link_had(up, &w->links.v[i]);

		if (w->links.v[i].out || up->links.v[i] == KEEP || up->links.v[i] == ADOPT)
			continue;
		if (!had || (!had->pins && !had->loose))
			begin_link(up, i);
		else
			take_name(w, &w->links.v[i], had->name);
	}
}

bool settle_without(struct unit_plan *up, size_t i, size_t before, int *err)
{
	struct record_link *want = &up->wanted->links.v[i];
	const struct record_program *rp = record_program(up->wanted, want->of);
	struct cleat_program *instead;

	if (!rp || !*want->plugin)
		return false;
	*err = program_fall_back(rp->program, before, *err, &instead);
	/* one that has no other in its place keeps what else it is attached to */
	want->refused = !*err;
	return !*err;
}
