/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_find.c - which types of a kernel may stand for a type of the object, and what they answer.
 *
 * Knows that candidates must agree, and that every question is asked once. Refuses to know how a
 * place is found (core_spec.c), what number it gives (core_value.c) and who asks.
 */
#include "object/core_run.h"

void core_run_free(struct run *run)
{
	struct root *root;

	for (root = run->roots; root; root = root->next)
		vec_free(&root->found);
	arena_free(run->arena);
	free(run->slots);
}

int core_run_init(struct run *run, size_t relos)
{
	size_t size = 16;

	run->last_root = &run->roots;
	run->last_result = &run->results;
	if (relos > UINT32_MAX / 8)
		return -E2BIG;
	while (size < relos * 4)
		size *= 2;
	run->mask = (uint32_t)(size - 1);
	run->slots = calloc(size, sizeof(*run->slots));
	run->arena = arena_new();
	return run->slots && run->arena ? 0 : -ENOMEM;
}

/* The slot of a question, or the empty one where it belongs. */
static struct slot *slot_of(struct run *run, uint32_t type, uint32_t access, uint32_t kind)
{
	uint64_t h = ((uint64_t)type << 32 | access) * 0x9e3779b97f4a7c15u;
	uint32_t i;

	h = (h ^ kind) * 0xff51afd7ed558ccdu;
	for (i = (uint32_t)(h >> 32) & run->mask;; i = (i + 1) & run->mask) {
		struct slot *s = &run->slots[i];

		if (!s->value) {
			s->type = type;
			s->access = access;
			s->kind = kind;
			return s;
		}
		if (s->type == type && s->access == access && s->kind == kind)
			return s;
	}
}

/* --- candidates ----------------------------------------------------------------------------- */

/* Structs for structs, unions for unions; only enums may differ in width. */
static bool kind_fits(const struct btf_type *a, const struct btf_type *b)
{
	enum btf_kind x = btf_kind(a), y = btf_kind(b);

	return x == y || ((x == BTF_ENUM || x == BTF_ENUM64) && (y == BTF_ENUM || y == BTF_ENUM64));
}

static int add_candidates(struct run *run, struct root *root, struct btf *btf, const char *module)
{
	const struct btf_type *local = btf_type(run->o->btf, root->id);
	size_t i, n, len = btf_essential_len(root->name);
	const uint32_t *ids;
	int err;

	err = btf_named(btf, root->name, BTF_KINDS_TYPES, &ids, &n);
	if (err)
		return err;
	for (i = 0; i < n; i++) {
		const struct btf_type *t = btf_type(btf, ids[i]);

		if (!t || !kind_fits(local, t))
			continue;
		/* for a "x___y___z" here, a "x___y" there is an "x" with a flavour */
		if (btf_essential_len(btf_name(btf, t)) != len)
			continue;
		if (vec_push(&root->found, (struct candidate) { btf, ids[i], module, false }))
			return -ENOMEM;
	}
	return 0;
}

static int root_of(struct run *run, uint32_t id, struct root **out)
{
	struct slot *slot = slot_of(run, id, 0, CORE_KINDS);
	struct root *root;

	*out = slot->value;
	if (*out)
		return 0;
	root = arena_alloc(run->arena, sizeof(*root));
	if (!root)
		return -ENOMEM;
	root->id = id;
	root->name = btf_name_of(run->o->btf, id);
	slot->value = root;
	*run->last_root = root;
	run->last_root = &root->next;
	*out = root;
	if (!*root->name)
		return 0;
	return add_candidates(run, root, target_core(run->t), NULL);
}

/* Types of the object that nobody had so far. */
struct missing {
	VEC(struct root *) roots;
	VEC(const char *) names;
};

static int collect_missing(struct run *run, struct missing *m)
{
	struct root *root;

	m->roots.n = m->names.n = 0;
	for (root = run->roots; root; root = root->next) {
		if (root->found.n || !*root->name)
			continue;
		if (vec_push(&m->roots, root) || vec_push(&m->names, root->name))
			return -ENOMEM;
	}
	return 0;
}

/* Each module is searched once for all names. Those of several that have a type must agree. */
static int search_in(struct run *run, const struct missing *m, const struct target_module *modules,
		     size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		if (!modules[i].btf)
			continue;
		err = btf_expect(modules[i].btf, m->names.v, m->names.n, BTF_KINDS_TYPES);
		for (size_t j = 0; j < m->roots.n && !err; j++)
			err = add_candidates(run, m->roots.v[j], modules[i].btf, modules[i].name);
	}
	return err;
}

/* The kernel's own modules; they are opened only now, and do not belong to types from a file. */
static int search_loaded(struct run *run, const struct missing *m)
{
	const struct target_module *modules;
	size_t n;
	int err;

	if (run->t->core || !run->t->modules)
		return 0;
	err = run->t->modules(run->t->user, &modules, &n);
	if (err == -EPERM)
		/* may not look: as if there were none */
		return 0;
	return err ? err : search_in(run, m, modules, n);
}

/* What the kernel itself lacks may be in a module, and what its modules lack in one of a file. */
static int search_modules(struct run *run)
{
	struct missing m = { 0 };
	int err = run->t ? collect_missing(run, &m) : 0;

	if (!err && m.roots.n)
		err = search_loaded(run, &m);
	if (!err && m.roots.n && run->t->n_given)
		err = collect_missing(run, &m);
	if (!err && m.roots.n)
		err = search_in(run, &m, run->t->given, run->t->n_given);
	vec_free(&m.roots);
	vec_free(&m.names);
	return err;
}

/* --- one question --------------------------------------------------------------------------- */

static void failed(struct result *res, int err, enum core_why why)
{
	res->err = err;
	res->why = why;
}

int core_parse(struct run *run, const struct btf_core_relo *relo, enum core_why *why)
{
	const struct btf *btf = run->o->btf;

	return core_spec_parse(&run->local, btf, relo->type_id, btf_str(btf, relo->access_str_off),
			       relo->kind, why);
}

/*
 * Ask all candidates. Those that have the place must agree; they stay, and the others go. When
 * none has it, nothing is learned about the type, and all stay.
 */
static void resolve_candidates(struct run *run, struct result *res)
{
	struct root *root = res->root;
	enum core_why miss = CORE_NO_TYPE;
	struct core_value v;
	uint32_t bits = 0;
	size_t i, kept = 0;
	int ret;

	for (i = 0; i < root->found.n; i++) {
		struct candidate *c = &root->found.v[i];
		enum core_why why = CORE_OK;

		ret = core_spec_match(&run->found, &run->local, c->btf, c->id, &why);
		if (ret < 0) {
			res->culprit = *c;
			failed(res, ret, CORE_BAD_TARGET);
			return;
		}
		c->fits = ret;
		if (!ret) {
			if (miss != CORE_INCOMPATIBLE)
				miss = why;
			continue;
		}
		ret = core_value(&v, &run->local, &run->found, &why);
		if (ret) {
			failed(res, ret, why);
			return;
		}
		if (!kept++) {
			res->value = v;
			bits = run->found.bits;
		} else if (run->found.bits != bits || v.new_value != res->value.new_value) {
			failed(res, -EINVAL, CORE_AMBIGUOUS);
			return;
		}
	}
	if (!kept) {
		ret = core_value(&res->value, &run->local, NULL, &res->why);
		failed(res, ret, ret ? res->why : miss);
		return;
	}
	for (i = 0, kept = 0; i < root->found.n; i++)
		if (root->found.v[i].fits)
			root->found.v[kept++] = root->found.v[i];
	root->found.n = kept;
}

/* What goes wrong stays in the result. */
static void resolve(struct run *run, struct result *res)
{
	const struct btf_core_relo *relo = res->relo;
	int err;

	res->err = 0;
	res->why = CORE_OK;
	if (relo->kind >= CORE_KINDS) {
		failed(res, -EOPNOTSUPP, CORE_BAD_KIND);
		return;
	}
	if (!relo->type_id || !btf_type(run->o->btf, relo->type_id)) {
		failed(res, -EINVAL, CORE_BAD_TYPE);
		return;
	}
	if (res->root && !*res->root->name) {
		failed(res, -EOPNOTSUPP, CORE_ANONYMOUS);
		return;
	}
	err = core_parse(run, relo, &res->why);
	if (err) {
		failed(res, err, res->why);
		return;
	}
	res->why = CORE_OK;
	if (relo->kind == CORE_TYPE_ID_LOCAL)
		res->value.new_value = relo->type_id;
	else
		resolve_candidates(run, res);
}

int core_ask(struct run *run, const struct btf_core_relo *relo, struct result **out)
{
	bool known = relo->kind < CORE_KINDS;
	/* CORE_KINDS itself is for roots */
	struct slot *slot = slot_of(run, relo->type_id, relo->access_str_off,
				    known ? relo->kind : CORE_KINDS + 1u);
	struct result *res = slot->value;
	int err = 0;

	if (!res) {
		res = arena_alloc(run->arena, sizeof(*res));
		if (!res)
			return -ENOMEM;
		slot->value = res;
		res->relo = relo;
		*run->last_result = res;
		run->last_result = &res->next;
		if (known && relo->kind != CORE_TYPE_ID_LOCAL && relo->type_id &&
		    btf_type(run->o->btf, relo->type_id))
			err = root_of(run, relo->type_id, &res->root);
	}
	*out = res;
	return err;
}

/*
 * Questions in the order of the file. One that found the candidates in disagreement is asked again
 * at the end, when others may have dropped some: the order of a program's accesses is no reason
 * to fail.
 */
int core_answer(struct run *run)
{
	struct result *res;
	int err = search_modules(run);

	if (err)
		return report_sys(run->r, err, "BTF of the kernel's modules");
	for (res = run->results; res; res = res->next)
		resolve(run, res);
	for (res = run->results; res; res = res->next)
		if (res->why == CORE_AMBIGUOUS)
			resolve(run, res);
	return 0;
}
