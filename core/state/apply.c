/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * apply.c - a plan is carried out: first everything is loaded, then it is switched over.
 */
#include "state/state.h"

CLEAT_API int cleat_plan_apply(struct cleat_plan *p)
{
	struct cleat *c = p->c;
	int err;

	OPERATION(c);
	if (!p->to_apply)
		return report_error(c->report, EINVAL, "the plan was not made to be applied");
	if (!p->steps.n)
		return 0;
	err = stage(p);
	if (!err)
		err = switch_over(p);
	session_unload(p->session, !err);
	return err;
}
