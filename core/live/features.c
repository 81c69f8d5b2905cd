// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * features.c - what this kernel can do, as facts.
 *
 * Knows whom to ask: the probes about the kernel, plugins about themselves, or the probes about what a
 * plugin's tables name. Refuses to know a type.
 */
#include "kernel/names.h"
#include "live/context.h"

/* More than any kernel has: names end before. */
#define MAX_NUMBER 1024

uint32_t features_btf(void *context, const char *name)
{
	const struct target *t = context_target(context);

	if (!t || !target_btf(t))
		return 0;
	return btf_find(target_btf(t), name, BTF_KIND_BIT(BTF_FUNC) | BTF_KIND_BIT(BTF_TYPEDEF));
}

/* Facts on their way. */
struct answers {
	struct cleat *c;
	struct cleat_facts *out;
	bool untold; /* some could not be told */
	int err;
};

static void add(struct answers *a, const char *name, enum probe_answer answer)
{
	const char *word = answer == PROBE_YES ? "yes" : answer == PROBE_NO ? "no" : "unknown";
	int err = cleat_facts_text(a->out, name, "%s", word);

	a->untold |= answer == PROBE_UNKNOWN;
	a->err = a->err ? a->err : err;
}

/* The one that is nearer to yes. */
static enum probe_answer better(enum probe_answer a, enum probe_answer b)
{
	if (a == PROBE_YES || b == PROBE_YES)
		return PROBE_YES;
	return a == PROBE_UNKNOWN ? a : b;
}

/* ---- the kernel --------------------------------------------------------------------------------- */

static void kernel(struct answers *a)
{
	for (int f = 0; f < PROBE_FEATURES; f++)
		add(a, probe_name((enum probe_feature)f),
		    probe(a->c->prober, (enum probe_feature)f));
}

static enum probe_answer any_program(struct prober *p, uint32_t type)
{
	return probe_program_type(p, type, 0);
}

/* All types of a kind that have a name. Number 0 is "unspec", but for attach types. */
static void numbered(struct answers *a, const char *(*name)(uint32_t),
		     enum probe_answer (*try)(struct prober *, uint32_t), uint32_t first)
{
	for (uint32_t i = first; i < MAX_NUMBER && name(i); i++)
		add(a, name(i), try(a->c->prober, i));
}

/* ---- helpers ------------------------------------------------------------------------------------ */

static enum probe_answer helper_of_any(struct prober *p, uint32_t helper)
{
	enum probe_answer best = PROBE_NO;

	if (probe_no_such_helper(helper))
		return PROBE_NO;
	for (uint32_t type = 1; name_of_program_type(type) && best != PROBE_YES; type++)
		if (probe_program_type(p, type, 0) != PROBE_NO)
			best = better(best, probe_helper(p, type, helper));
	return best;
}

static int no_program_type(struct cleat *c, const char *of)
{
	const char *names[64];
	size_t n = 0;

	report_error(c->report, ENOENT, "no program type '%s'", of);
	for (uint32_t i = 1; n < ARRAY_SIZE(names) && name_of_program_type(i); i++)
		names[n++] = name_of_program_type(i);
	cleat_hint_nearest(c, of, names, n);
	return -ENOENT;
}

static int helpers(struct answers *a, const char *of)
{
	struct prober *p = a->c->prober;
	uint32_t type = 0;

	for (uint32_t i = 1; of && !type && name_of_program_type(i); i++)
		if (streq(name_of_program_type(i), of))
			type = i;
	if (of && !type)
		return no_program_type(a->c, of);
	for (uint32_t i = 1; name_of_helper(i); i++)
		add(a, name_of_helper(i), type ? probe_helper(p, type, i) : helper_of_any(p, i));
	return 0;
}

/* ---- plugins ------------------------------------------------------------------------------------ */

static enum probe_answer from_plugin(int err)
{
	return err == 0 ? PROBE_YES : err == -EOPNOTSUPP ? PROBE_NO : PROBE_UNKNOWN;
}

/* Can programs of the section's type be loaded, and attached as it says. */
static enum probe_answer section_answer(struct prober *p, const struct plugin *plugin,
					const struct cleat_section *s)
{
	uint32_t type = s->program_type ? s->program_type : plugin->program->program_type;
	bool attached = s->attach_type || (s->flags & CLEAT_SECTION_HAS_ATTACH_TYPE);
	enum probe_answer answer;

	/* Where the kernel does not know the field, it is left out. */
	if (s->flags & CLEAT_SECTION_ATTACH_OPTIONAL)
		return probe_program_flags(p, type, 0, s->prog_flags);
	answer = probe_program_flags(p, type, s->attach_type, s->prog_flags);
	return answer == PROBE_YES && attached ? probe_attach_type(p, s->attach_type) : answer;
}

/* What the plugin says itself, if it has a word in it. */
static bool plugin_says(struct cleat *c, const struct plugin *p, enum probe_answer *answer)
{
	size_t before = report_count(c->report);

	if (!p->program || !p->program->probe)
		return false;
	*answer = from_plugin(p->program->probe(c));
	report_drop(c->report, before);
	return true;
}

static void sections_of(struct answers *a, const struct plugin *p)
{
	enum probe_answer all = PROBE_YES;
	bool said = plugin_says(a->c, p, &all);

	for (size_t i = 0; i < p->n_section_table; i++)
		add(a, p->section_table[i].pattern,
		    said && all != PROBE_YES
			    ? all
			    : section_answer(a->c->prober, p, &p->section_table[i]));
}

static enum probe_answer map_answer(struct cleat *c, const struct plugin *p)
{
	enum probe_answer best = PROBE_NO;

	for (size_t i = 0; i < p->n_type_table; i++) {
		uint32_t type = p->type_table[i].type;
		size_t before = report_count(c->report);

		best = better(best, p->map->probe ? from_plugin(p->map->probe(c, type))
						  : probe_map_type(c->prober, type));
		report_drop(c->report, before);
	}
	return best;
}

static enum probe_answer program_answer(struct cleat *c, const struct plugin *p)
{
	enum probe_answer best = PROBE_NO;

	if (plugin_says(c, p, &best))
		return best;
	for (size_t i = 0; i < p->n_section_table && best != PROBE_YES; i++)
		best = better(best, section_answer(c->prober, p, &p->section_table[i]));
	return best;
}

/* A plugin that cannot be opened has said why; the others are asked. */
static int plugins(struct answers *a, bool sections)
{
	struct plugin **all;
	size_t n;
	int err = registry_list(a->c->registry, &all, &n, a->c->report);

	if (err && !n)
		return err;
	for (size_t i = 0; i < n; i++) {
		bool is_program = all[i]->kind == CLEAT_KIND_PROGRAM;

		if (all[i]->kind == CLEAT_KIND_OUTPUT || (sections && !is_program) ||
		    plugin_open(all[i], a->c->report))
			continue;
		if (sections)
			sections_of(a, all[i]);
		else
			add(a, all[i]->name,
			    is_program ? program_answer(a->c, all[i]) : map_answer(a->c, all[i]));
	}
	return 0;
}

static int sections(struct answers *a, const char *of)
{
	struct plugin *p;
	int err;

	if (!of)
		return plugins(a, true);
	err = program_plugin(a->c, of, &p);
	if (!err)
		sections_of(a, p);
	return err;
}

/* ---- all ---------------------------------------------------------------------------------------- */

static int ask(struct answers *a, int what, const char *of)
{
	switch (what) {
	case CLEAT_FEATURES_KERNEL:
		kernel(a);
		return 0;
	case CLEAT_FEATURES_PROGRAMS:
		numbered(a, name_of_program_type, any_program, 1);
		return 0;
	case CLEAT_FEATURES_ATTACH:
		numbered(a, name_of_attach_type, probe_attach_type, 0);
		return 0;
	case CLEAT_FEATURES_LINKS:
		numbered(a, name_of_link_type, probe_link_type, 1);
		return 0;
	case CLEAT_FEATURES_MAPS:
		numbered(a, name_of_map_type, probe_map_type, 1);
		return 0;
	case CLEAT_FEATURES_HELPERS:
		return helpers(a, of);
	case CLEAT_FEATURES_PLUGINS:
		return plugins(a, false);
	case CLEAT_FEATURES_SECTIONS:
		return sections(a, of);
	}
	return -EINVAL;
}

/* Who may try nothing learns that; who may try learns what was refused. */
static void explain(struct cleat *c)
{
	int refusal = probe_refusal();

	if (!refusal) {
		report_warning(c->report,
			       "what is unknown could not be told: there is no way to try "
			       "it, this process lacks a capability, or a policy of the "
			       "machine refuses it");
		return;
	}
	report_warning(c->report, "the kernel lets this process try nothing: %s",
		       refusal == -ENOSYS ? "function not implemented" : "operation not permitted");
	report_hint(c->report,
		    "needs CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, or root; see CAPABILITIES "
		    "in cleat(8)");
}

CLEAT_API int cleat_features(struct cleat *c, int what, const char *of, struct cleat_facts *out)
{
	struct answers a = { .c = c, .out = out };
	int err;

	OPERATION(c);
	err = ask(&a, what, of);
	if (!err && a.err)
		err = report_oom(c->report);
	else if (!err && a.untold)
		explain(c);
	return err;
}
