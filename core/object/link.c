/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * link.c - one entry program with the functions it needs, in one piece.
 *
 * Knows the order in which functions are put behind each other (the one everybody else uses too,
 * so that the kernel computes the same tag) and how references become immediates; refuses to know
 * descriptors: maps are left as fixups.
 */
#include "object/internal.h"

/* The kernel's limit for a privileged program; nobody may load more. */
#define MAX_INSNS 1000000

/* A call that cannot succeed, with a number by which people recognise it in the verifier's log. */
#define MISSING_KFUNC 2002000000
#define MISSING_MAP 2001000000

/* --- which functions, in which order ---------------------------------------------------------- */

struct frame {
	struct func *func;
	size_t next; /* reference to look at */
};

struct walk {
	struct object *o;
	struct report *r;
	VEC(struct frame) stack;
	func_list *out;
};

static int visit(struct walk *w, struct func *f)
{
	struct object_index *x = w->o->index;
	struct frame *frame;

	if (x->reached[f->index] == x->walk)
		return 0;
	x->reached[f->index] = x->walk;
	if (vec_push(w->out, f))
		return -ENOMEM;
	frame = vec_add(&w->stack);
	if (!frame)
		return -ENOMEM;
	frame->func = f;
	return 0;
}

/*
 * A function is appended when it is first met, and its own callees right after, before the caller
 * is looked at further. The stack is our own: call chains of a hostile file are long.
 */
static int walk_from(struct walk *w, struct func *root)
{
	int err = visit(w, root);

	while (!err && w->stack.n) {
		struct frame *top = &w->stack.v[w->stack.n - 1];
		const struct ref *ref;

		if (top->next == top->func->n_refs) {
			w->stack.n--;
			continue;
		}
		ref = &top->func->refs[top->next++];
		if (ref->kind == REF_CALL || ref->kind == REF_FUNC)
			err = visit(w, ref->func);
	}
	return err ? report_oom(w->r) : 0;
}

/*
 * Marks and places of functions are kept with the object, and a mark counts for one walk only: an
 * object of many programs must not pay for all functions at each.
 */
static int begin_walk(struct object *o, struct report *r)
{
	struct object_index *x = o->index;

	if (!x->reached || ++x->walk == 0) {
		x->reached = object_alloc(o, o->funcs.n, sizeof(*x->reached), r);
		x->start = object_alloc(o, o->funcs.n, sizeof(*x->start), r);
		x->walk = 1;
	}
	return x->reached && x->start ? 0 : -ENOMEM;
}

int object_reach(struct object *o, struct program_spec *p, func_list *out, struct report *r)
{
	struct walk w = { .o = o, .r = r, .out = out };
	int err;

	if (p->fault)
		return report_error(r, EINVAL, "%s", p->fault);
	err = begin_walk(o, r);
	if (err)
		return err;
	err = walk_from(&w, p->entry);
	if (!err && p->exception)
		err = walk_from(&w, p->exception);
	vec_free(&w.stack);
	return err;
}

/* --- linking ---------------------------------------------------------------------------------- */

struct linker {
	struct object *o;
	struct report *r;
	struct linked *out;
	const func_list *funcs;
	uint32_t *start; /* of each function of the object: its first instruction */
	const struct func *func;
	uint32_t base; /* where the function at hand begins */
	uint32_t unclaimed; /* section that was complained of last */
};

static int add_fixup(struct linker *l, uint32_t at, struct map_spec *m, bool value, int64_t offset)
{
	struct insn *insn = &l->out->insns[at];

	insn[0].src = value ? INSN_SRC_MAP_VALUE : INSN_SRC_MAP_FD;
	insn[0].off = 0;
	insn[0].imm = 0;
	insn[1].imm = (int32_t)(uint32_t)offset;
	return vec_push(&l->out->fixups, (struct fixup) { .insn = at, .map = m, .value = value })
		       ? report_oom(l->r)
		       : 0;
}

static void load_constant(struct insn *insn, uint64_t value)
{
	insn[0].src = 0;
	insn[0].imm = (int32_t)(uint32_t)value;
	insn[1].imm = (int32_t)(uint32_t)(value >> 32);
}

/* The number of a module in the array of descriptors; 0 is the kernel itself. */
static int module_slot(struct linker *l, const struct extern_spec *e, int16_t *slot)
{
	struct linked *out = l->out;

	*slot = 0;
	if (!e->module)
		return 0;
	for (size_t i = 0; i < out->modules.n; i++)
		if (out->modules.v[i] == e->module) {
			*slot = i + 1;
			return 0;
		}
	if (out->modules.n >= INT16_MAX)
		return report_error(l->r, E2BIG, "calls functions of more than %d modules",
				    INT16_MAX);
	if (vec_push(&out->modules, e->module))
		return report_oom(l->r);
	*slot = out->modules.n;
	return 0;
}

static int link_kfunc(struct linker *l, uint32_t at, const struct extern_spec *e)
{
	struct insn *insn = &l->out->insns[at];
	struct poison poison = { .insn = at };
	int16_t slot;
	int err;

	if (e->missing) {
		*insn = (struct insn) { .code = INSN_JMP | INSN_CALL,
					.imm = (int32_t)(MISSING_KFUNC + e->index) };
		poison.why = arena_format(l->o->arena,
					  "this kernel has no function '%s' of the "
					  "declared type",
					  e->name);
		if (!poison.why || vec_push(&l->out->poisons, poison))
			return report_oom(l->r);
		return 0;
	}
	err = module_slot(l, e, &slot);
	if (err)
		return err;
	insn->src = INSN_CALL_KFUNC;
	insn->imm = (int32_t)e->target_id;
	insn->off = slot;
	return 0;
}

static int link_extern(struct linker *l, uint32_t at, const struct ref *ref)
{
	const struct extern_spec *e = ref->ext;
	struct insn *insn = &l->out->insns[at];

	if (e->kind == EXTERN_KCONFIG)
		return add_fixup(l, at, l->o->kconfig, true, e->offset + ref->addend);
	if (e->missing) {
		load_constant(insn, 0);
	} else if (!e->btf_id) {
		load_constant(insn, e->address + ref->addend);
	} else {
		insn[0].src = INSN_SRC_BTF_ID;
		insn[0].imm = (int32_t)e->target_id;
		insn[1].imm = e->module ? e->module->btf_fd : 0;
	}
	return 0;
}

static int link_section(struct linker *l, uint32_t at, const struct ref *ref)
{
	struct map_spec *m = l->o->index->bytes[ref->section];

	if (m)
		return add_fixup(l, at, m, true, ref->addend);
	/* Said once: a program that uses such variables uses them often. */
	if (l->unclaimed != ref->section) {
		report_error(l->r, ENOTSUP,
			     "function '%s', instruction %u: refers to section '%s', "
			     "which no plugin has claimed",
			     l->func->name, ref->insn, elf_section(l->o->elf, ref->section)->name);
		report_hint(l->r, "variables of programs are in .data, .rodata or .bss; "
				  "'cleat plugins' shows who claims which other section");
	}
	l->unclaimed = ref->section;
	return -ENOTSUP;
}

/* The place of this table in the program's list, added when it is not there yet. */
static int add_table(struct linker *l, const struct jump_table *t, uint32_t *place)
{
	const struct func *f = l->func;
	uint32_t *to;

	for (*place = 0; *place < l->out->tables.n; ++*place)
		if (l->out->tables.v[*place].table == t)
			return 0;
	to = object_alloc(l->o, t->n, sizeof(*to), l->r);
	if (!to)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n; i++) {
		uint64_t byte = t->to[i] - f->offset;

		if (t->to[i] < f->offset || byte % sizeof(struct insn) ||
		    byte / sizeof(struct insn) >= f->n_insns)
			return report_error(
				l->r, EINVAL,
				"entry %u of the jump table of function '%s' leads to "
				"byte %llu of section '%s', where no instruction of it is",
				i, f->name, (unsigned long long)t->to[i], f->section_name);
		to[i] = l->base + byte / sizeof(struct insn);
	}
	return vec_push(&l->out->tables, (struct linked_table) { .table = t, .to = to })
		       ? report_oom(l->r)
		       : 0;
}

static int link_jumps(struct linker *l, uint32_t at, const struct ref *ref)
{
	struct insn *insn = &l->out->insns[at];
	struct table_fixup fixup = { .insn = at };
	int err = add_table(l, ref->table, &fixup.table);

	if (err)
		return err;
	insn[0].src = INSN_SRC_MAP_VALUE;
	insn[0].off = 0;
	insn[0].imm = 0;
	insn[1].imm = (int32_t)ref->addend;
	return vec_push(&l->out->table_fixups, fixup) ? report_oom(l->r) : 0;
}

static int link_ref(struct linker *l, const struct ref *ref)
{
	uint32_t at = l->base + ref->insn;
	struct insn *insn = &l->out->insns[at];

	/* CO-RE may have made the instruction something else, and meant it. */
	if (ref->kind == REF_CALL || ref->kind == REF_KFUNC) {
		if (!insn_is_call(insn))
			return 0;
	} else if (!insn_is_lddw(insn) || at + 1 >= l->out->n_insns) {
		return 0;
	}
	if ((ref->kind == REF_EXTERN || ref->kind == REF_KFUNC) && !ref->ext->resolved)
		return report_error(
			l->r, ENOENT,
			"function '%s', instruction %u: '%s' was not looked up in a kernel",
			l->func->name, ref->insn, ref->ext->name);
	switch (ref->kind) {
	case REF_MAP:
		return add_fixup(l, at, ref->map, false, 0);
	case REF_VALUE:
		if (!ref->map->numbers)
			return add_fixup(l, at, ref->map, true, ref->addend);
		load_constant(insn, (uint64_t)ref->addend);
		insn->off = 0;
		return 0;
	case REF_SECTION:
		return link_section(l, at, ref);
	case REF_JUMPS:
		return link_jumps(l, at, ref);
	case REF_CALL:
		insn->src = INSN_CALL_LOCAL;
		insn->imm = (int32_t)l->start[ref->func->index] - (int32_t)at - 1;
		return 0;
	case REF_FUNC:
		insn[0].src = INSN_SRC_FUNC;
		insn[0].imm = (int32_t)l->start[ref->func->index] - (int32_t)at - 1;
		insn[1].imm = 0;
		return 0;
	case REF_EXTERN:
		return link_extern(l, at, ref);
	case REF_KFUNC:
		return link_kfunc(l, at, ref->ext);
	}
	return 0;
}

static int link_func(struct linker *l, const struct func *f)
{
	struct linked *out = l->out;
	int err, first = 0;

	l->func = f;
	l->base = l->start[f->index];
	memcpy(out->insns + l->base, f->insns, f->n_insns * sizeof(*f->insns));
	for (size_t i = 0; i < f->n_refs; i++) {
		err = link_ref(l, &f->refs[i]);
		if (err == -ENOMEM)
			return err;
		first = first ? first : err;
	}
	for (size_t i = 0; i < f->poisons.n; i++) {
		struct poison poison = f->poisons.v[i];

		poison.insn += l->base;
		if (vec_push(&out->poisons, poison))
			return report_oom(l->r);
	}
	return first;
}

static int compare_poisons(const void *pa, const void *pb)
{
	const struct poison *a = pa, *b = pb;

	return a->insn < b->insn ? -1 : a->insn > b->insn;
}

/*
 * The address of a map that is not made: an instruction that is well-formed and refused where it is
 * reached; behind a constant that switches it off it does no harm.
 */
int linked_poison_map(struct linked *l, const struct fixup *f, const char *why)
{
	struct insn *insn = &l->insns[f->insn];
	struct poison poison = { .insn = f->insn, .why = why };

	insn[0] = (struct insn) { .code = INSN_JMP | INSN_CALL,
				  .imm = (int32_t)(MISSING_MAP + f->map->index) };
	insn[1] = (struct insn) { .code = INSN_JMP | INSN_JA };
	if (vec_push(&l->poisons, poison))
		return -ENOMEM;
	qsort(l->poisons.v, l->poisons.n, sizeof(struct poison), compare_poisons);
	return 0;
}

/* --- where functions and lines are ------------------------------------------------------------ */

/*
 * The kernel wants a record for every function or for none: when one has no type, all go without.
 */
static int link_func_info(struct linker *l)
{
	for (size_t i = 0; i < l->funcs->n; i++)
		if (!l->funcs->v[i]->btf_id)
			return 0;
	for (size_t i = 0; i < l->funcs->n; i++) {
		const struct func *f = l->funcs->v[i];
		struct btf_func_info info = { .insn_off = l->start[f->index],
					      .type_id = f->btf_id };

		if (vec_push(&l->out->funcs, info))
			return report_oom(l->r);
	}
	return 0;
}

/* Lines, too: each function must begin with one, and they must go up. */
static int link_lines(struct linker *l)
{
	for (size_t i = 0; i < l->funcs->n; i++) {
		const struct func *f = l->funcs->v[i];

		if (!f->n_lines || f->lines[0].insn_off != f->offset)
			return 0;
	}
	for (size_t i = 0; i < l->funcs->n; i++) {
		const struct func *f = l->funcs->v[i];
		uint32_t base = l->start[f->index];

		for (size_t j = 0; j < f->n_lines; j++) {
			struct btf_line_info line = f->lines[j];
			uint64_t at = line.insn_off - f->offset;

			if (at % sizeof(struct insn))
				continue;
			line.insn_off = base + at / sizeof(struct insn);
			/* The second half of an address is no instruction. */
			if (line.insn_off >= l->out->n_insns || !l->out->insns[line.insn_off].code)
				continue;
			if (l->out->lines.n &&
			    l->out->lines.v[l->out->lines.n - 1].insn_off >= line.insn_off)
				continue;
			if (vec_push(&l->out->lines, line))
				return report_oom(l->r);
		}
	}
	return 0;
}

static int place_funcs(struct linker *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->funcs->n; i++) {
		const struct func *f = l->funcs->v[i];

		l->start[f->index] = n;
		n += f->n_insns;
		if (n > MAX_INSNS)
			return report_error(
				l->r, E2BIG,
				"more than %d instructions, with all functions: the kernel "
				"takes no more",
				MAX_INSNS);
	}
	l->out->n_insns = n;
	l->out->insns = calloc(n + 1, sizeof(*l->out->insns));
	return l->out->insns ? 0 : report_oom(l->r);
}

static int link_all(struct linker *l)
{
	int err, first = place_funcs(l);

	if (first)
		return first;
	for (size_t i = 0; i < l->funcs->n; i++) {
		err = link_func(l, l->funcs->v[i]);
		if (err == -ENOMEM)
			return err;
		first = first ? first : err;
	}
	if (first)
		return first;
	if (l->out->poisons.n)
		qsort(l->out->poisons.v, l->out->poisons.n, sizeof(struct poison), compare_poisons);
	err = link_func_info(l);
	return err ? err : link_lines(l);
}

/* Code that nobody gets to goes: the kernel takes none, and it may refer to what is not there. */
static int fold_gates(struct linker *l, const struct program_spec *p)
{
	uint32_t roots[2] = { 0 };

	if (p->exception)
		roots[1] = l->start[p->exception->index];
	return object_fold_gates(l->o, l->out, roots, 2) ? report_oom(l->r) : 0;
}

int object_link(struct object *o, struct program_spec *p, struct linked *out, struct report *r)
{
	REPORT_IN(r, REPORT_OBJECT, o->path);
	REPORT_IN(r, REPORT_PROGRAM, p->name);
	func_list funcs = { 0 };
	struct linker l = { .o = o, .r = r, .out = out, .funcs = &funcs };
	int err;

	memset(out, 0, sizeof(*out));
	if (o->elf->foreign)
		return report_error(r, EOPNOTSUPP,
				    "for machines of the other byte order: it can be looked at, "
				    "but not linked");
	err = object_reach(o, p, &funcs, r);
	l.start = o->index->start;
	if (!err)
		err = link_all(&l);
	if (!err)
		err = fold_gates(&l, p);
	vec_free(&funcs);
	if (err)
		linked_free(out);
	return err;
}

size_t linked_use_old_reads(struct linked *l, bool apply)
{
	static const struct {
		int32_t id, old;
	} helpers[] = {
		{ 112, 4 }, /* probe_read_user: probe_read */
		{ 113, 4 }, /* probe_read_kernel */
		{ 114, 45 }, /* probe_read_user_str: probe_read_str */
		{ 115, 45 }, /* probe_read_kernel_str */
	};
	size_t calls = 0;

	for (size_t i = 0; i < l->n_insns; i++) {
		struct insn *insn = &l->insns[i];

		for (size_t k = 0; k < ARRAY_SIZE(helpers); k++) {
			if (!insn_is_call(insn) || insn->src || insn->imm != helpers[k].id)
				continue;
			calls++;
			if (apply)
				insn->imm = helpers[k].old;
			break;
		}
	}
	return calls;
}

void linked_free(struct linked *l)
{
	free(l->insns);
	vec_free(&l->fixups);
	vec_free(&l->tables);
	vec_free(&l->table_fixups);
	vec_free(&l->funcs);
	vec_free(&l->lines);
	vec_free(&l->poisons);
	vec_free(&l->modules);
	l->insns = NULL;
	l->n_insns = 0;
}
