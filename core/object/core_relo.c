/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_relo.c - CO-RE over the functions of an object.
 *
 * Knows where relocations are and that nothing of a function changes unless all of it succeeds.
 * Refuses to know what they mean (core_find.c) and how to complain (core_error.c).
 */
#include "object/core_run.h"

/* Keeps the order by instruction: others may have poisoned calls already. */
static int add_poison(struct func *f, struct poison p)
{
	size_t i;

	if (vec_push(&f->poisons, p))
		return -ENOMEM;
	for (i = f->poisons.n - 1; i > 0 && f->poisons.v[i - 1].insn > p.insn; i--)
		f->poisons.v[i] = f->poisons.v[i - 1];
	f->poisons.v[i] = p;
	return 0;
}

static bool place_of(struct place *at, const struct func *f, const struct btf_core_relo *relo)
{
	at->f = f;
	at->relo = relo;
	at->insn = 0;
	if (relo->insn_off % sizeof(struct insn) || relo->insn_off < f->offset)
		return false;
	at->insn = (size_t)(relo->insn_off - f->offset) / sizeof(struct insn);
	return at->insn < f->n_insns;
}

typedef VEC(struct poison) poison_list;

static int note_poison(struct run *run, poison_list *list, size_t insn, struct result *res,
		       enum core_why why)
{
	struct poison p = { .insn = (uint32_t)insn, .why = core_reason(run, res, why) };

	return p.why ? vec_push(list, p) : -ENOMEM;
}

/*
 * All relocations of @f into a copy of its instructions, so that a function that fails can be
 * tried again, with another kernel's types for one. @results has its results in order.
 */
static int patch_func(struct run *run, struct func *f, struct result *const *results)
{
	poison_list poisons = { 0 };
	_free_ struct insn *insns = malloc(f->n_insns * sizeof(*insns) + 1);
	int err = 0, ret = insns ? 0 : report_oom(run->r);
	size_t i;

	if (insns)
		memcpy(insns, f->insns, f->n_insns * sizeof(*insns));
	for (i = 0; insns && i < f->n_relos; i++) {
		struct result *res = results[i];
		enum core_why why = res->why;
		struct place at;

		if (!place_of(&at, f, &f->relos[i])) {
			err = core_report(run, &at, res, -EINVAL, CORE_OUTSIDE);
		} else if (res->err) {
			/* one report for a function that asks the same many times */
			if (res->told != f)
				core_report(run, &at, res, res->err, res->why);
			res->told = f;
			err = res->err;
		} else {
			err = core_patch(insns, f->n_insns, at.insn, &res->value, &why);
			if (err)
				core_report(run, &at, res, err, why);
			else if (res->value.poison || why == CORE_UNSAFE_WIDTH)
				err = note_poison(run, &poisons, at.insn, res,
						  res->value.poison ? res->why : why);
			if (err == -ENOMEM)
				report_oom(run->r);
		}
		ret = ret ?: err;
	}
	for (i = 0; !ret && i < poisons.n; i++) {
		ret = add_poison(f, poisons.v[i]);
		if (ret)
			report_oom(run->r);
	}
	vec_free(&poisons);
	if (ret)
		return ret;
	memcpy(f->insns, insns, f->n_insns * sizeof(*insns));
	f->core_done = true;
	return 0;
}

static int relocate(struct run *run, struct func *const *funcs, size_t n, size_t relos)
{
	_free_ struct result **results = calloc(relos, sizeof(struct result *));
	struct result **first = results, **next = results;
	size_t i, j;
	int ret;

	if (!results || core_run_init(run, relos))
		return report_oom(run->r);
	for (i = 0; i < n; i++)
		for (j = 0; j < funcs[i]->n_relos; j++)
			if (core_ask(run, &funcs[i]->relos[j], next++))
				return report_oom(run->r);
	ret = core_answer(run);
	if (ret)
		return ret;
	for (i = 0; i < n; i++) {
		int err = patch_func(run, funcs[i], first);

		first += funcs[i]->n_relos;
		ret = ret ?: err;
	}
	if (run->untold)
		report_error(run->r, ret, "and %zu more CO-RE relocations that fail", run->untold);
	return ret;
}

int object_core_relocate(struct object *o, struct func *const *funcs, size_t n,
			 const struct target *t, struct report *r)
{
	struct run run _cleanup_(core_run_free) = { .o = o, .t = t, .r = r };
	bool needs_kernel = false;
	size_t i, j, relos = 0, todo = 0;
	_free_ struct func **list = calloc(n + 1, sizeof(struct func *));

	if (!list)
		return report_oom(r);
	if (o->core_lost) {
		report_error(r, EINVAL,
			     "the object's BTF is damaged, and what is to be relocated for the kernel "
			     "cannot be read");
		report_hint(r, "compile it again: run as it is, it would read other members");
		return -EINVAL;
	}
	for (i = 0; i < n; i++) {
		struct func *f = funcs[i];

		/* the list may name a function twice */
		if (f->core_done)
			continue;
		f->core_done = true;
		if (!f->n_relos)
			continue;
		list[todo++] = f;
		relos += f->n_relos;
		for (j = 0; j < f->n_relos; j++)
			needs_kernel |= f->relos[j].kind != CORE_TYPE_ID_LOCAL;
	}
	/* done is what has been committed: patch_func() sets it again */
	for (i = 0; i < todo; i++)
		list[i]->core_done = false;
	if (!todo)
		return 0;
	if (!o->btf)
		return report_error(r, EINVAL, "CO-RE relocations without BTF in the object");
	if (needs_kernel && (!t || !target_core(t))) {
		report_error(r, ESRCH,
			     "needs the kernel's BTF for CO-RE, and this kernel has none");
		report_hint(r,
			    "give its BTF as a file (--btf), or use a kernel with CONFIG_DEBUG_INFO_BTF");
		return -ESRCH;
	}
	return relocate(&run, list, todo, relos);
}
