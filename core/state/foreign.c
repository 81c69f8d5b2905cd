/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * foreign.c - programs of others where the units have theirs, or want them. Knows whose a program is by the
 * records; refuses to know hooks, which plugins ask for.
 */
#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

static int add_known(struct cleat_plan *p, const struct record *had)
{
	int err = 0;

	for (size_t i = 0; had && i < had->programs.n && !err; i++)
		err = vec_push(&p->others, had->programs.v[i].id);
	return err;
}

/* Units that were applied and are not in the plan are nobody else. */
static int read_others(struct cleat_plan *p)
{
	size_t before = report_count(p->c->report), n = 0;
	char **names = NULL;
	int err = p->knows_others ? 0 : state_units(p->root, &names, &n);

	for (size_t i = 0; i < n && !err; i++) {
		struct record *had = NULL;

		if (plan_unit_named(p, names[i]))
			continue;
		/* one that cannot be read is told when it is planned */
		if (record_read(p->c, p->root, names[i], &had) == 0)
			err = add_known(p, had);
		record_free(had);
	}
	report_drop(p->c->report, before);
	path_list_free(names, n);
	p->knows_others = true;
	return err;
}

static bool is_recorded(const struct cleat_plan *p, uint32_t program)
{
	for (size_t i = 0; i < p->others.n; i++)
		if (p->others.v[i] == program)
			return true;
	for (size_t i = 0; i < p->units.n; i++) {
		const struct record *had = p->units.v[i]->had;

		for (size_t k = 0; had && k < had->programs.n; k++)
			if (had->programs.v[k].id == program)
				return true;
	}
	return false;
}

static void name_program(struct foreign *f)
{
	_close_ int fd = sys_fd_by_id(BPF_PROG_GET_FD_BY_ID, f->program);
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	if (fd >= 0 && sys_obj_info(fd, &info, &size) == 0)
		snprintf(f->name, sizeof(f->name), "%s", info.name);
}

static int add_foreign(struct cleat_plan *p, struct foreign f)
{
	if (!f.program || is_recorded(p, f.program))
		return 0;
	name_program(&f);
	return vec_push(&p->foreign, f);
}

/* Each begins with the fact "program". */
static int read_facts(struct cleat_plan *p, const struct cleat_facts *facts, struct foreign f)
{
	const struct cleat_fact *fact;
	int err = 0;

	for (size_t i = 0; (fact = cleat_facts_get(facts, i)) && !err; i++) {
		if (streq(fact->name, "program")) {
			err = add_foreign(p, f);
			f.program = (uint32_t)fact->number;
			f.link = 0;
		} else if (streq(fact->name, "link")) {
			f.link = (uint32_t)fact->number;
		}
	}
	return err ? err : add_foreign(p, f);
}

int foreign_at(struct cleat_plan *p, const struct unit_plan *up, const struct record_link *want)
{
	const struct record_program *rp = record_program(up->wanted, want->of);
	const struct cleat_program_plugin *plugin;
	size_t before = report_count(p->c->report);
	struct cleat_facts *facts;
	int err = 0;

	if (!*want->plugin)
		return 0;
	err = read_others(p);
	if (err)
		return err;
	plugin = rp->program->plugin->program;
	facts = plugin->query ? cleat_facts_new() : NULL;
	if (!facts)
		return plugin->query ? -ENOMEM : 0;
	p->c->asked = plugin;
	if (plugin->query(p->c, want->params, facts) == 0)
		err = read_facts(p, facts, (struct foreign) { .unit = up->name, .link_of = want });
	p->c->asked = NULL;
	/* A place that is not there has nobody. */
	report_drop(p->c->report, before);
	cleat_facts_free(facts);
	return err;
}

/* Asked when it is wanted: a plan does without. */
static void find_all(struct cleat_plan *p)
{
	p->foreign.n = 0;
	for (size_t i = 0; i < p->units.n; i++) {
		const struct unit_plan *up = p->units.v[i];

		for (size_t k = 0; up->u && k < up->wanted->links.n; k++)
			if (foreign_at(p, up, &up->wanted->links.v[k]))
				return;
	}
}

CLEAT_API int cleat_plan_foreign(struct cleat_plan *p, size_t i, struct cleat_foreign *foreign)
{
	const size_t size = foreign->size;
	struct cleat_foreign all;

	OPERATION(p->c);
	if (i == 0)
		find_all(p);
	if (i >= p->foreign.n)
		return -ENOENT;
	all = (struct cleat_foreign) {
		.size = size,
		.unit = p->foreign.v[i].unit,
		.link_name = p->foreign.v[i].link_of->name,
		.keys = p->foreign.v[i].link_of->keys,
		.program = p->foreign.v[i].program,
		.link = p->foreign.v[i].link,
		.name = p->foreign.v[i].name,
	};
	memcpy(foreign, &all, MIN(size, sizeof(all)));
	return 0;
}

uint32_t foreign_adopts(struct cleat_plan *p, const struct unit_plan *up,
			const struct record_link *want)
{
	const size_t before = p->foreign.n;
	uint32_t link = 0;

	if (!foreign_at(p, up, want))
		for (size_t i = before; i < p->foreign.n && !link; i++)
			if (strncmp(p->foreign.v[i].name, want->of, BPF_OBJ_NAME_LEN - 1) == 0)
				link = p->foreign.v[i].link;
	p->foreign.n = before;
	return link;
}
