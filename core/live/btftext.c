// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btftext.c - types as text for the caller: whose types they are, and what the names mean that were
 * asked for. The text itself is btf/'s.
 */
#include <cleat/btf.h>

#include "btf/decl.h"
#include "btf/header.h"
#include "kernel/machine.h"
#include "live/context.h"

/* Whose types. */
struct text_source {
	const struct btf *btf;
	struct btf *own; /* to be freed, or NULL */
	const char *name; /* for the title: "vmlinux", a module, a file */
};

static void free_source(struct text_source *s)
{
	btf_free(s->own);
}

static struct cleat_btf_options read_options(const struct cleat_btf_options *options)
{
	struct cleat_btf_options o = { 0 };

	if (options)
		memcpy(&o, options, MIN(options->size, sizeof(o)));
	return o;
}

/* The files' modules, then the kernel's. */
static const struct target_module *module_at(const struct target *t, size_t i)
{
	const struct target_module *modules = NULL;
	size_t n = 0;

	if (i < t->n_given)
		return &t->given[i];
	if (!t->modules || t->modules(t->user, &modules, &n))
		return NULL;
	return i - t->n_given < n ? &modules[i - t->n_given] : NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "nf_conntrack", or as the file is called: nf_conntrack.ko. */
static bool is_called(const struct target_module *m, const char *name)
{
	const char *file = base_name(m->name);
	size_t n = strlen(name);

	return streq(m->name, name) ||
	       (strncmp(file, name, n) == 0 && (!file[n] || has_prefix(file + n, ".ko")));
}

static int no_module(struct cleat *c, const struct target *t, const char *name)
{
	VEC(const char *) names = { 0 };
	const struct target_module *m;

	report_error(c->report, ENOENT, "no module '%s' whose types can be read", name);
	for (size_t i = 0; (m = module_at(t, i)); i++)
		if (vec_push(&names, base_name(m->name)))
			break;
	if (names.n)
		report_nearest(c->report, name, names.v, names.n);
	else
		report_hint(c->report, "the kernel shows the types of its modules to CAP_SYS_ADMIN; a "
				       "module's file can be given (--btf)");
	vec_free(&names);
	return -ENOENT;
}

static int find_module(struct cleat *c, const struct target *t, const char *name,
		       struct text_source *s)
{
	const struct target_module *m;

	for (size_t i = 0; (m = module_at(t, i)); i++) {
		if (!is_called(m, name))
			continue;
		s->btf = m->btf;
		s->name = base_name(m->name);
		return 0;
	}
	return no_module(c, t, name);
}

static int open_source(struct cleat *c, const struct cleat_btf_options *o, struct text_source *s)
{
	const struct target *t = context_target(c);
	int err = t ? context_given_btf(c) : report_oom(c->report);

	if (err)
		return err;
	if (o->id) {
		s->own = context_btf_by_id(c, o->id);
		s->btf = s->own;
		s->name = "an object in the kernel";
		return s->own ? 0 : report_error(c->report, ENOENT,
						 "no BTF with the id %u in the kernel that can be read",
						 o->id);
	}
	if (o->module)
		return find_module(c, t, o->module, s);
	/* Of the files that were given, a module stands above the kernel that it is for. */
	if (t->n_given == 1)
		return find_module(c, t, t->given[0].name, s);
	if (t->n_given)
		return report_error(c->report, EINVAL,
				    "types of %zu modules: which one is meant (--module)", t->n_given);
	s->btf = target_core(t);
	s->name = t->core && c->btf_path ? base_name(c->btf_path) : "vmlinux";
	if (s->btf)
		return 0;
	report_error(c->report, ESRCH, "this kernel shows no types: it has no %s", t->btf_path);
	report_hint(c->report, "types can be given in a file (--btf)");
	return -ESRCH;
}

static char *make_title(const struct cleat *c, const struct text_source *s, const char *what)
{
	uint32_t version = machine_kernel_version();

	if (c->btf_path)
		return text_format("%s of %s, by cleat %s", what, s->name, cleat_version());
	return text_format("%s of %s, Linux %u.%u.%u, by cleat %s", what, s->name, version >> 16,
			   version >> 8 & 0xff, version & 0xff, cleat_version());
}

/* The error that making the text ended with; what the writer returned is none of ours to explain. */
static int explain(struct cleat *c, const struct text_source *s, int err, uint32_t bad)
{
	const char *name = bad ? btf_name_of(s->btf, bad) : "";

	if (err == -ENOMEM)
		return report_oom(c->report);
	if (err == -EINVAL && bad)
		return report_error(c->report, err,
				    "type %u%s%s%s of %s, or one that it needs, is none that C can declare",
				    bad, *name ? " '" : "", name, *name ? "'" : "", s->name);
	if (err == -E2BIG && bad)
		return report_error(c->report, err, "type %u of %s is nested too deep", bad, s->name);
	return err;
}

/* ---- names ------------------------------------------------------------------------------------ */

#define TYPE_KINDS                                                                          \
	(BTF_KIND_BIT(BTF_STRUCT) | BTF_KIND_BIT(BTF_UNION) | BTF_KIND_BIT(BTF_ENUM) |      \
	 BTF_KIND_BIT(BTF_ENUM64) | BTF_KIND_BIT(BTF_TYPEDEF))
#define SYMBOL_KINDS (BTF_KIND_BIT(BTF_FUNC) | BTF_KIND_BIT(BTF_VAR))

typedef VEC(uint32_t) id_list;

/* All types that a pattern is for: a look at every one. */
static int match_all(const struct btf *b, const char *pattern, uint32_t kinds, id_list *ids)
{
	for (uint32_t id = 1; id < btf_count(b); id++) {
		const struct btf_type *t = btf_type(b, id);

		if (t && (kinds & BTF_KIND_BIT(btf_kind(t))) && btf_name(b, t)[0] &&
		    text_glob(pattern, btf_name(b, t)) && vec_push(ids, id))
			return -ENOMEM;
	}
	return 0;
}

/* Those of exactly this name, of a split BTF's base, too. */
static int match_name(const struct btf *b, const char *name, uint32_t kinds, id_list *ids)
{
	const uint32_t *found;
	size_t n;
	int err;

	if (btf_base(b)) {
		err = match_name(btf_base(b), name, kinds, ids);
		if (err)
			return err;
	}
	/* The index of names is the only thing that this changes. */
	err = btf_named((struct btf *)b, name, kinds, &found, &n);
	for (size_t i = 0; i < n && !err; i++) {
		const struct btf_type *t = btf_type(b, found[i]);

		if ((kinds & BTF_KIND_BIT(btf_kind(t))) && streq(btf_name(b, t), name))
			err = vec_push(ids, found[i]);
	}
	return err;
}

static int look_up(const struct btf *b, const char *word, id_list *ids)
{
	size_t before = ids->n;
	uint32_t kinds;
	const char *name = btf_name_in_words(word, TYPE_KINDS, &kinds);
	int err;

	if (text_is_glob(name))
		err = match_all(b, name, kinds, ids);
	else
		err = match_name(b, name, kinds, ids);
	/* Types come first: a function is often called as its struct is. */
	if (!err && ids->n == before && kinds == TYPE_KINDS && !text_is_glob(name))
		err = match_name(b, name, SYMBOL_KINDS, ids);
	return err ? err : ids->n > before ? 0 : -ENOENT;
}

static int no_type(struct cleat *c, const struct text_source *s, const char *word)
{
	VEC(const char *) names = { 0 };
	uint32_t kinds;
	const char *name = btf_name_in_words(word, TYPE_KINDS, &kinds);
	int err = btf_index_all(s->btf);

	for (uint32_t id = 1; !err && id < btf_count(s->btf); id++) {
		const struct btf_type *t = btf_type(s->btf, id);

		if (!t || !(kinds & BTF_KIND_BIT(btf_kind(t))) || !btf_name(s->btf, t)[0])
			continue;
		err = vec_push(&names, btf_name(s->btf, t));
	}
	report_error(c->report, ENOENT, "no type%s '%s' in the BTF of %s",
		     text_is_glob(name) ? " matches" : "", word, s->name);
	if (!text_is_glob(name))
		report_nearest(c->report, name, names.v, names.n);
	vec_free(&names);
	return -ENOENT;
}

/* Every name that nothing is found for is told. */
static int look_up_all(struct cleat *c, const struct text_source *s, const char *const *types,
		       size_t n, id_list *ids, bool tell)
{
	int err, all = 0;

	if (btf_expect((struct btf *)s->btf, types, n, BTF_KINDS_TYPES))
		return report_oom(c->report);
	for (size_t i = 0; i < n; i++) {
		err = look_up(s->btf, types[i], ids);
		if (err == -ENOENT && tell)
			no_type(c, s, types[i]);
		else if (err && err != -ENOENT)
			return report_oom(c->report);
		all = err ? err : all;
	}
	return all;
}

/* The one module, if any, that has all of them: a kernel's module sees the kernel's types, too. */
static bool look_in_modules(struct cleat *c, struct text_source *s, const char *const *types,
			    size_t n, id_list *ids)
{
	const struct target *t = context_target(c);
	const struct target_module *m;

	/* None of these are the types that were asked for. */
	if (t->core || s->own || btf_base(s->btf))
		return false;
	for (size_t i = 0; (m = module_at(t, i)); i++) {
		struct text_source module = { .btf = m->btf, .name = m->name };

		ids->n = 0;
		if (look_up_all(c, &module, types, n, ids, false))
			continue;
		*s = module;
		return true;
	}
	return false;
}

CLEAT_API int cleat_btf_header(struct cleat *c, const struct cleat_btf_options *options,
			       const char *const *types, size_t n, cleat_write_fn *write,
			       void *user)
{
	struct text_source s _cleanup_(free_source) = { 0 };
	const struct cleat_btf_options o = read_options(options);
	const struct btf_writer w = { write, user };
	_free_ char *title = NULL;
	id_list ids = { 0 };
	uint32_t bad = 0;
	int err;

	OPERATION(c);
	err = open_source(c, &o, &s);
	if (!err)
		err = look_up_all(c, &s, types, n, &ids, false);
	if (err == -ENOENT && s.btf) {
		if (look_in_modules(c, &s, types, n, &ids))
			err = 0;
		else
			err = look_up_all(c, &s, types, n, &ids, true);
	}
	title = err ? NULL : make_title(c, &s, "Some types");
	if (!err)
		err = title ? btf_header_of(s.btf, ids.v, ids.n, title, &w, &bad) : -ENOMEM;
	vec_free(&ids);
	return err ? explain(c, &s, err, bad) : 0;
}

CLEAT_API int cleat_btf_dump(struct cleat *c, const struct cleat_btf_options *options, int format,
			     cleat_write_fn *write, void *user)
{
	struct text_source s _cleanup_(free_source) = { 0 };
	const struct cleat_btf_options o = read_options(options);
	const struct btf_writer w = { write, user };
	_free_ char *title = NULL;
	uint32_t bad = 0;
	int err;

	OPERATION(c);
	if (format < CLEAT_BTF_C || format > CLEAT_BTF_JSON)
		return -EINVAL;
	err = open_source(c, &o, &s);
	if (err)
		return err;
	title = make_title(c, &s, "The types");
	if (!title)
		err = -ENOMEM;
	else if (format == CLEAT_BTF_C)
		err = btf_header_all(s.btf, title, &w, &bad);
	else
		err = btf_list(s.btf, format == CLEAT_BTF_JSON, &w);
	return err ? explain(c, &s, err, bad) : 0;
}
