/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * apply.c - a plan is carried out: first everything is loaded, then it is switched over.
 */
#include "state/state.h"

/* What would end with us cannot stay. All of it is said. */
static int refuse_held(const struct cleat_plan *p)
{
	struct report *r = p->c->report;
	int err = 0;

	for (size_t i = 0; i < p->units.n; i++) {
		const struct unit_plan *up = p->units.v[i];

		for (size_t k = 0; k < up->links.n; k++) {
			const struct record_link *l = &up->wanted->links.v[k];

			if (!l->held)
				continue;
			REPORT_IN(r, REPORT_FILE, l->section ? l->section->file : NULL);
			REPORT_IN(r, REPORT_SECTION, l->section ? l->section->title : NULL);
			if (l->section)
				report_line(r, l->section->line);
			err = link_is_held(p->c, up, l->way);
		}
	}
	return err;
}

CLEAT_API int cleat_plan_apply(struct cleat_plan *p)
{
	struct cleat *c = p->c;
	int err;

	OPERATION(c);
	if (!p->to_apply)
		return report_error(c->report, EINVAL, "the plan was not made to be applied");
	if (!p->steps.n)
		return 0;
	err = refuse_held(p);
	if (!err)
		err = stage(p);
	if (!err)
		err = switch_over(p);
	session_unload(p->session, !err);
	return err;
}
