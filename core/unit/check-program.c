// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * check-program.c - [program] and [attach]: which programs are loaded and where each is attached.
 * Knows the rule for what is not written; refuses to attach.
 */
#include "base/text.h"
#include "unit/unit.h"

static const struct cleat_key program_keys[] = {
	{ .name = "load", .help = "load it", .type = CLEAT_TYPE_BOOL, .preset = "yes" },
	{ .name = "required",
	  .help = "the unit fails when it does not load",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes" },
	{ .name = "fallback",
	  .help = "program that is loaded when this one is not",
	  .type = CLEAT_TYPE_PROGRAM },
	{ .name = "section", .help = "used in place of its SEC() name" },
	{ .name = "attach", .help = "attach it where [attach] or its section name says",
	  .type = CLEAT_TYPE_BOOL, .preset = "yes" },
};

/* Values of [attach] stand above those of [program], whatever drop-in these are from. */
#define ATTACH_LAYER 10000

static bool is_core_key(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(program_keys); i++) {
		if (streq(program_keys[i].name, key))
			return true;
	}
	return false;
}

/* The last word on a key of a [program] section, or NULL. */
static const struct unit_entry *last_entry(const struct unit_section *s, const char *key)
{
	const struct unit_entry *last = NULL;
	size_t i;

	for (i = 0; s && i < s->entries.n; i++) {
		const struct unit_entry *e = &s->entries.v[i];

		if (streq(e->key, key) && (!last || e->layer >= last->layer))
			last = e;
	}
	return last;
}

static bool wants_attach(const struct unit *u, const char *name)
{
	const struct unit_entry *e =
		last_entry(unit_section(u, SECTION_PROGRAM, name, NULL), "attach");
	bool yes = true;

	return !e || text_bool(e->value, &yes) || yes;
}

static bool has_attach(const struct unit *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		const struct unit_section *s = u->sections.v[i];

		if (s->kind == SECTION_ATTACH && streq(s->name, name))
			return true;
	}
	return false;
}

/* ---- [program] ----------------------------------------------------------------------------- */

static const struct cleat_key *find_key(const struct plugin *p, const char *name)
{
	size_t i;

	for (i = 0; p && i < p->n_keys; i++) {
		if (streq(p->keys[i].name, name))
			return &p->keys[i];
	}
	return NULL;
}

/* The keys of a [program] section: ours, and those of the plugin's that matter for loading. */
static struct cleat_params *section_params(struct unit *u, const struct plugin *plugin)
{
	struct cleat_key *keys = NULL;
	size_t n = 0, i;

	if (plugin && plugin->n_keys) {
		keys = arena_alloc(u->arena, plugin->n_keys * sizeof(*keys));
		if (!keys)
			return NULL;
		for (i = 0; i < plugin->n_keys; i++) {
			if (plugin->keys[i].flags & CLEAT_KEY_LOAD)
				keys[n++] = plugin->keys[i];
		}
	}
	return params_new(keys, n, program_keys, ARRAY_SIZE(program_keys),
			  plugin ? plugin->name : "[program]");
}

static int misplaced_key(const struct unit_section *s, const struct unit_entry *e,
			 struct report *r)
{
	REPORT_IN(r, REPORT_FILE, e->file);
	report_line(r, e->line);
	report_error(r, EINVAL, "key '%s' is about attaching", e->key);
	report_hint(r, "it belongs in [attach %s]", s->name);
	return -EINVAL;
}

/*
 * Those of ours that decide which plugin it is come before the others can be judged. An error in
 * them is reported when all are.
 */
static void set_core_silently(const struct unit_section *s, struct cleat_params *p)
{
	size_t i;

	for (i = 0; i < s->entries.n; i++) {
		const struct unit_entry *e = &s->entries.v[i];

		if (is_core_key(e->key))
			params_set(p, e->key, e->value, e->file, e->line, 1 + e->layer, NULL);
	}
}

static int choose_plugin(struct unit *u, struct cleat_program *p, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct cleat_params *core = section_params(u, NULL);
	const char *section, *file;
	unsigned int line;
	int err = 0;

	if (!core)
		return report_oom(r);
	set_core_silently(s, core);
	if (cleat_param_given(core, "load"))
		cleat_program_set_autoload(p, cleat_param_bool(core, "load"));
	else if (has_attach(u, s->name))
		cleat_program_set_autoload(p, true);
	cleat_program_set_required(p, cleat_param_bool(core, "required"));
	section = cleat_param(core, "section");
	if (section) {
		params_place(core, "section", &file, &line);
		REPORT_IN(r, REPORT_FILE, file);
		report_line(r, line);
		err = cleat_program_set_section(p, section);
	} else if (p->autoload) {
		err = program_resolve(p);
	}
	params_free(core);
	return err;
}

static int check_program_keys(struct unit *u, struct cleat_program *p, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct cleat_params *params = section_params(u, p->plugin);
	int err = 0, e;
	size_t i;

	if (!params)
		return report_oom(r);
	for (i = 0; i < s->entries.n; i++) {
		const struct unit_entry *entry = &s->entries.v[i];

		if (!params_key(params, entry->key, NULL) && find_key(p->plugin, entry->key)) {
			e = misplaced_key(s, entry, r);
		} else {
			e = params_set(params, entry->key, entry->value, entry->file, entry->line,
				       1 + entry->layer, r);
			if (!e && !is_core_key(entry->key) && p->params)
				e = params_set(p->params, entry->key, entry->value, entry->file,
					       entry->line, 1 + entry->layer, r);
		}
		err = err ? err : e;
	}
	e = unit_check_names(u, params);
	params_free(params);
	return err ? err : e;
}

/* 'fallback', once all [program] sections have said what is loaded. */
static int check_fallback(struct unit *u, const struct unit_section *s)
{
	struct cleat_program *p = cleat_object_program(u->object, s->name), *other;
	const struct unit_entry *e = last_entry(s, "fallback");

	other = e ? cleat_object_program(u->object, e->value) : NULL;
	if (!p || !other) /* said already */
		return 0;
	REPORT_IN(u->c->report, REPORT_FILE, e->file);
	REPORT_IN(u->c->report, REPORT_SECTION, s->title);
	report_line(u->c->report, e->line);
	return cleat_program_set_fallback(p, other);
}

static int check_program(struct unit *u, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct cleat_program *p;
	int err, e;

	REPORT_IN(r, REPORT_FILE, s->file);
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	err = unit_find_program(u, s->name, &p);
	if (!err)
		err = choose_plugin(u, p, s);
	if (err)
		return err;
	if (has_attach(u, s->name) && !(p->autoload && wants_attach(u, s->name)))
		err = report_error(r, EINVAL, "'%s = no', and there is a section [attach %s]",
				   p->autoload ? "attach" : "load", s->name);
	e = check_program_keys(u, p, s);
	return err ? err : e;
}

/* ---- [attach] ------------------------------------------------------------------------------ */

/* Complete, and sensible to the plugin. */
static int check_params(struct unit *u, struct cleat_program *p, const struct cleat_params *params)
{
	int err = params_complete(params, u->c->report);

	if (!err && p->plugin->program->check)
		err = p->plugin->program->check(p, params);
	return err;
}

/*
 * What a program is attached to can matter when it is loaded. Where [program] does not say it, the
 * first [attach] that does counts, before what the section name says.
 */
static int pass_to_load(struct cleat_program *p, const struct unit_attach *a, struct report *r)
{
	const struct plugin *plugin = p->plugin;
	size_t i, k;
	int err = 0;

	for (i = 0; i < plugin->n_keys && !err; i++) {
		const char *key = plugin->keys[i].name;

		if (!(plugin->keys[i].flags & CLEAT_KEY_LOAD) ||
		    !params_said(a->params, key) || params_said(p->params, key))
			continue;
		for (k = 0; k < cleat_param_count(a->params, key) && !err; k++)
			err = params_set(p->params, key, cleat_param_nth(a->params, key, k), NULL,
					 0, 1, r);
	}
	return err;
}

static int check_attach(struct unit *u, const struct unit_section *s)
{
	struct report *r = u->c->report;
	struct unit_attach a = { .section = s };
	int err, e;

	REPORT_IN(r, REPORT_FILE, s->file);
	REPORT_IN(r, REPORT_SECTION, s->title);
	report_line(r, s->line);
	err = unit_find_program(u, s->name, &a.program);
	if (!err && !a.program->autoload) {
		if (unit_section(u, SECTION_PROGRAM, s->name, NULL))
			return 0; /* 'load = no': said there */
		/* SEC() begins with '?': who wants it attached wants it loaded. */
		cleat_program_set_autoload(a.program, true);
	}
	if (!err)
		err = program_resolve(a.program);
	if (err)
		return err;
	if (!a.program->plugin->program->attach)
		return report_error(r, EOPNOTSUPP, "programs of plugin '%s' are not attached",
				    a.program->plugin->name);
	a.params = params_copy(a.program->params);
	if (!a.params || vec_push(&u->attaches, a)) {
		params_free(a.params);
		return report_oom(r);
	}
	params_report(a.params, r);
	err = unit_set(s, a.params, ATTACH_LAYER, r);
	e = unit_check_names(u, a.params);
	err = err ? err : e;
	if (!err)
		err = check_params(u, a.program, a.params);
	return err ? err : pass_to_load(a.program, &a, r);
}

/* ---- what is not written ------------------------------------------------------------------- */

/* Programs in a slot of a map are called by others: they need no place of their own. */
static bool is_tail_call_target(const struct unit *u, const struct cleat_program *p)
{
	const struct object *spec = u->object->spec;
	size_t i, k;

	for (i = 0; i < spec->maps.n; i++) {
		const struct map_spec *m = spec->maps.v[i];

		for (k = 0; k < m->slots.n; k++) {
			if (m->slots.v[k].func && m->slots.v[k].func == p->spec->entry)
				return true;
		}
	}
	return false;
}

static int say_missing(struct unit *u, const struct cleat_program *p)
{
	const struct plugin *plugin = p->plugin;
	struct report *r = u->c->report;
	bool said = false;
	size_t i;

	for (i = 0; i < plugin->n_keys; i++) {
		const struct cleat_key *k = &plugin->keys[i];

		if (!(k->flags & CLEAT_KEY_REQUIRED) || cleat_param(p->params, k->name))
			continue;
		report_error(r, EINVAL, "key '%s' is missing in [%s %s]: section '%s' does not say where",
			     k->name, k->flags & CLEAT_KEY_LOAD ? "program" : "attach", p->spec->name,
			     p->section);
		report_hint(r, "add '%s = ...' (%s) there, or 'attach = no' to [program %s]",
			    k->name, k->help ? k->help : "text", p->spec->name);
		said = true;
	}
	if (said)
		return -EINVAL;
	params_complete(p->params, r);
	report_hint(r, "add it to [attach %s], or 'attach = no' to [program %s]", p->spec->name,
		    p->spec->name);
	return -EINVAL;
}

/* A program without an [attach] section: as its section name says. */
static int check_implied(struct unit *u, struct cleat_program *p)
{
	struct unit_attach a = { .program = p };
	struct report *r = u->c->report;
	int err;

	REPORT_IN(r, REPORT_FILE, u->files.paths.v[0]);
	if (!p->plugin->program->attach ||
	    p->entry->flags & (CLEAT_SECTION_NO_ATTACH | CLEAT_SECTION_ON_REQUEST))
		return 0;
	if (params_complete(p->params, NULL)) {
		REPORT_IN(r, REPORT_PROGRAM, p->spec->name);
		return is_tail_call_target(u, p) ? 0 : say_missing(u, p);
	}
	a.params = params_copy(p->params);
	if (!a.params || vec_push(&u->attaches, a)) {
		params_free(a.params);
		return report_oom(r);
	}
	params_report(a.params, r);
	REPORT_IN(r, REPORT_PROGRAM, p->spec->name);
	err = check_params(u, p, a.params);
	return err;
}

static int resolve_unmentioned(struct unit *u, struct cleat_program *p)
{
	struct report *r = u->c->report;

	/* when its section was not even read to that point, this was said */
	if (unit_section(u, SECTION_PROGRAM, p->spec->name, NULL))
		return p->resolved ? p->resolve_error : -EINVAL;
	REPORT_IN(r, REPORT_FILE, u->files.paths.v[0]);
	return program_resolve(p);
}

int unit_check_programs(struct unit *u)
{
	int err = 0, e;
	size_t i;

	for (i = 0; i < u->sections.n; i++) {
		if (u->sections.v[i]->kind != SECTION_PROGRAM)
			continue;
		e = check_program(u, u->sections.v[i]);
		err = err ? err : e;
	}
	for (i = 0; i < u->sections.n; i++) {
		if (u->sections.v[i]->kind != SECTION_PROGRAM)
			continue;
		e = check_fallback(u, u->sections.v[i]);
		err = err ? err : e;
	}
	for (i = 0; i < u->sections.n; i++) {
		if (u->sections.v[i]->kind != SECTION_ATTACH)
			continue;
		e = check_attach(u, u->sections.v[i]);
		err = err ? err : e;
	}
	for (i = 0; i < u->object->n_programs; i++) {
		struct cleat_program *p = &u->object->programs[i];

		if (!p->autoload)
			continue;
		e = resolve_unmentioned(u, p);
		if (!e && !has_attach(u, p->spec->name) && wants_attach(u, p->spec->name))
			e = check_implied(u, p);
		err = err ? err : e;
	}
	return err;
}
