/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * privilege.c - what this process lacks for what a plan would load: capabilities, or in a user namespace a BPF token. Knows
 * whom to ask; refuses to know which capability a type takes.
 */
#include "base/text.h"
#include "kernel/machine.h"
#include "kernel/probe.h"
#include "state/state.h"

/* Of the program or map that a step makes; 0 of all others. */
static uint64_t caps_of(const struct cleat_plan *p, const struct plan_step *s)
{
	const struct unit_plan *up = plan_unit_named(p, s->unit);
	const struct record_program *program;
	const struct record_map *map;

	if (!up || !up->u || s->change == REMOVE)
		return 0;
	program = streq(s->kind, "program") ? record_program(up->wanted, s->name) : NULL;
	if (program && program->program->plugin)
		return program_type_caps(program_type(program->program));
	map = streq(s->kind, "map") ? record_map(up->wanted, s->name) : NULL;
	return map && !*map->share ? map_type_caps(map->map->attr.type) : 0;
}

static char *missing_for(struct cleat *c, uint64_t caps)
{
	char *missing;

	if (!caps || c->token_fd >= 0)
		return NULL;
	if (!machine_in_first_user_namespace())
		return text_dup("a BPF token");
	missing = machine_missing_caps(caps);
	if (missing && !*missing) {
		free(missing);
		missing = NULL;
	}
	return missing;
}

/* A token that was asked for by its path must be had; where none was, its want is told. */
int plan_privileges(struct cleat_plan *p)
{
	int err = p->steps.n ? context_make_token(p->c) : 0;

	for (size_t i = 0; i < p->steps.n && !err; i++)
		p->steps.v[i].missing = missing_for(p->c, caps_of(p, &p->steps.v[i]));
	return err;
}
