/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * gate.c - code that a constant of the loader's switches off is not loaded, nor is what asks for the constant,
 * nor (dead.c) what was computed for that code alone.
 *
 * A gate is what CLEAT_GATE_ of <cleat/log.h> makes, always the same three instructions:
 *
 *	r0 = &cleat_log_level ll
 *	r0 = *(u8 *)(r0 + 0)
 *	if r0 s< 4 goto +n
 *
 * and nobody else has anything in r0 there. Knows how instructions follow each other, and what refers to
 * them by number; refuses to know what the constants are for.
 */
#include "object/internal.h"

/* The variables that gates look at. */
static const char *const constants[] = { "cleat_log_level", "cleat_log_ring" };

#define GATE_INSNS 4 /* an address takes two */
#define LOAD_BYTE (INSN_LDX | INSN_MEM | INSN_B)
#define JUMP_LESS_SIGNED (INSN_JMP | INSN_JSLT | INSN_K)

struct fold {
	struct linked *l;
	uint8_t *reached;
	uint8_t *dropped; /* reached, and not needed */
	uint32_t *moved; /* where an instruction, or the first one behind it that stays, goes */
	VEC(uint32_t) todo;
	VEC(uint32_t) jumps; /* of gates that are closed, in order */
};

static void fold_free(struct fold *f)
{
	free(f->reached);
	free(f->dropped);
	free(f->moved);
	vec_free(&f->todo);
	vec_free(&f->jumps);
}

/* ---- gates ----------------------------------------------------------------------------------- */

/* The constant that the address is of, or NULL. */
static const uint8_t *constant_at(const struct object *o, const struct linked *l,
				  const struct fixup *f)
{
	static const uint8_t zero;

	for (size_t i = 0; i < ARRAY_SIZE(constants) && f->value && f->map->read_only; i++) {
		const struct var_spec *v = object_var(o, constants[i]);

		if (v && v->map == f->map && v->size == 1 && v->offset < f->map->value_size &&
		    v->offset == (uint32_t)l->insns[f->insn + 1].imm)
			return f->map->data ? (const uint8_t *)f->map->data + v->offset : &zero;
	}
	return NULL;
}

static bool is_gate(const struct linked *l, uint32_t at)
{
	const struct insn *load, *jump;
	uint8_t r = l->insns[at].dst;

	if (l->n_insns - at < GATE_INSNS)
		return false;
	load = &l->insns[at + 2];
	jump = &l->insns[at + 3];
	return load->code == LOAD_BYTE && load->dst == r && load->src == r && !load->off &&
	       jump->code == JUMP_LESS_SIGNED && jump->dst == r;
}

static int open_or_close(struct fold *f, uint32_t at, uint8_t value)
{
	struct insn *jump = &f->l->insns[at + 3];
	bool closed = value < jump->imm;

	memset(f->dropped + at, true, closed ? GATE_INSNS - 1 : GATE_INSNS);
	if (!closed)
		return 0;
	*jump = (struct insn) { .code = INSN_JMP | INSN_JA, .off = jump->off };
	return vec_push(&f->jumps, at + 3);
}

/* ---- what is reached ------------------------------------------------------------------------- */

static int reach(struct fold *f, int64_t at)
{
	/* Where nothing is: the verifier says so. */
	if (at < 0 || (uint64_t)at >= f->l->n_insns || f->reached[at])
		return 0;
	f->reached[at] = true;
	return vec_push(&f->todo, (uint32_t)at);
}

static bool is_jump(const struct insn *i)
{
	uint8_t class = i->code & INSN_CLASS, op = i->code & INSN_OP;

	return (class == INSN_JMP || class == INSN_JMP32) && op != INSN_CALL && op != INSN_EXIT;
}

static bool is_long_jump(const struct insn *i)
{
	return i->code == (INSN_JMP32 | INSN_JA);
}

/* To an address in a register: where to is in a table. */
static bool is_table_jump(const struct insn *i)
{
	return i->code == (INSN_JMP | INSN_JA | INSN_X);
}

static bool refers_to_func(const struct insn *i)
{
	return insn_is_local_call(i) || (insn_is_lddw(i) && i->src == INSN_SRC_FUNC);
}

static int reach_next(struct fold *f, uint32_t at)
{
	const struct insn *i = &f->l->insns[at];
	uint32_t next = at + (insn_is_lddw(i) ? 2 : 1);
	int err = 0;

	if (i->code == (INSN_JMP | INSN_EXIT) || is_table_jump(i))
		return 0;
	if (f->dropped[at])
		return reach(f, next);
	if (refers_to_func(i))
		err = reach(f, (int64_t)at + 1 + i->imm);
	else if (is_jump(i))
		err = reach(f, (int64_t)at + 1 + (is_long_jump(i) ? i->imm : i->off));
	if (err || i->code == (INSN_JMP | INSN_JA) || is_long_jump(i))
		return err;
	return reach(f, next);
}

static int reach_all(struct fold *f, const uint32_t *roots, size_t n)
{
	struct linked *l = f->l;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = reach(f, roots[i]);
	for (size_t i = 0; i < l->tables.n; i++)
		for (uint32_t k = 0; k < l->tables.v[i].table->n && !err; k++)
			err = reach(f, l->tables.v[i].to[k]);
	while (f->todo.n && !err)
		err = reach_next(f, f->todo.v[--f->todo.n]);
	/* The second half of an address goes with the first. */
	for (size_t i = 0; i + 1 < l->n_insns; i++)
		if (f->reached[i] && insn_is_lddw(&l->insns[i]))
			f->reached[i + 1] = true;
	return err;
}

static bool stays(const struct fold *f, size_t at)
{
	return f->reached[at] && !f->dropped[at];
}

/* A jump over nothing is none. The last first: what it is over may have been the same. */
static void drop_jumps(struct fold *f)
{
	for (size_t i = f->jumps.n; i-- > 0;) {
		uint32_t at = f->jumps.v[i], to = at + 1;
		int64_t end = (int64_t)to + f->l->insns[at].off;

		while (to < end && to < f->l->n_insns && !stays(f, to))
			to++;
		f->dropped[at] = to == end;
	}
}

/* ---- closing ranks --------------------------------------------------------------------------- */

static void place(struct fold *f)
{
	uint32_t n = 0;

	for (size_t i = 0; i < f->l->n_insns; i++) {
		f->moved[i] = n;
		n += stays(f, i);
	}
	f->moved[f->l->n_insns] = n;
}

/* The distance from @at to what was @distance away. */
static int32_t moved_by(const struct fold *f, uint32_t at, int32_t distance)
{
	int64_t to = (int64_t)at + 1 + distance;

	if (to < 0 || (uint64_t)to > f->l->n_insns)
		return distance;
	return (int32_t)f->moved[to] - (int32_t)f->moved[at] - 1;
}

static void move_insns(struct fold *f)
{
	struct linked *l = f->l;

	for (uint32_t at = 0; at < l->n_insns; at++) {
		struct insn i = l->insns[at];

		if (!stays(f, at))
			continue;
		if (refers_to_func(&i) || is_long_jump(&i))
			i.imm = moved_by(f, at, i.imm);
		else if (is_jump(&i) && !is_table_jump(&i))
			i.off = (int16_t)moved_by(f, at, i.off);
		l->insns[f->moved[at]] = i;
		if (!insn_is_lddw(&i) || at + 1 >= l->n_insns)
			continue;
		at++;
		l->insns[f->moved[at]] = l->insns[at];
	}
}

/* What is told of an instruction goes where it went, or away with it. */
#define MOVE_ALL(f, list, field)                                                  \
	do {                                                                      \
		size_t kept_ = 0;                                                 \
		for (size_t i_ = 0; i_ < (list)->n; i_++) {                       \
			(list)->v[kept_] = (list)->v[i_];                         \
			if (!stays(f, (list)->v[i_].field))                       \
				continue;                                         \
			(list)->v[kept_].field = (f)->moved[(list)->v[i_].field]; \
			kept_++;                                                  \
		}                                                                 \
		(list)->n = kept_;                                                \
	} while (0)

/* A function begins with what is left of its beginning, as long as anybody gets there. */
static void move_funcs(struct fold *f)
{
	struct linked *l = f->l;
	size_t kept = 0;

	for (size_t i = 0; i < l->funcs.n; i++) {
		struct btf_func_info info = l->funcs.v[i];

		if (!f->reached[info.insn_off])
			continue;
		info.insn_off = f->moved[info.insn_off];
		l->funcs.v[kept++] = info;
	}
	l->funcs.n = kept;
}

/* A line that lost its first instruction goes on with the next; of two at one, the second. */
static void move_lines(struct fold *f)
{
	struct linked *l = f->l;
	size_t kept = 0;

	for (size_t i = 0; i < l->lines.n; i++) {
		struct btf_line_info line = l->lines.v[i];

		line.insn_off = f->moved[line.insn_off];
		if (line.insn_off >= f->moved[l->n_insns])
			continue;
		if (kept && l->lines.v[kept - 1].insn_off == line.insn_off)
			kept--;
		l->lines.v[kept++] = line;
	}
	l->lines.n = kept;
}

static void move_tables(struct fold *f)
{
	struct linked *l = f->l;

	for (size_t i = 0; i < l->tables.n; i++) {
		/* It is this link's own, made by it. */
		uint32_t *to = (uint32_t *)l->tables.v[i].to;

		for (uint32_t k = 0; k < l->tables.v[i].table->n; k++)
			to[k] = f->moved[to[k]];
	}
}

static void close_ranks(struct fold *f)
{
	place(f);
	move_insns(f);
	MOVE_ALL(f, &f->l->fixups, insn);
	MOVE_ALL(f, &f->l->table_fixups, insn);
	MOVE_ALL(f, &f->l->poisons, insn);
	move_funcs(f);
	move_lines(f);
	move_tables(f);
	f->l->n_insns = f->moved[f->l->n_insns];
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int find_gates(const struct object *o, struct fold *f, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < f->l->fixups.n; i++) {
		const struct fixup *fixup = &f->l->fixups.v[i];
		const uint8_t *value = constant_at(o, f->l, fixup);

		if (!value || !is_gate(f->l, fixup->insn))
			continue;
		if (open_or_close(f, fixup->insn, *value))
			return -ENOMEM;
		++*n;
	}
	return 0;
}

static bool has_constants(const struct object *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		if (object_var(o, constants[i]))
			return true;
	return false;
}

int object_fold_gates(const struct object *o, struct linked *l, const uint32_t *roots, size_t n)
{
	struct fold f _cleanup_(fold_free) = { .l = l };
	size_t gates;

	if (!has_constants(o))
		return 0;
	f.reached = calloc(l->n_insns + 1, 1);
	f.dropped = calloc(l->n_insns + 1, 1);
	f.moved = calloc(l->n_insns + 1, sizeof(*f.moved));
	if (!f.reached || !f.dropped || !f.moved || find_gates(o, &f, &gates))
		return -ENOMEM;
	if (!gates)
		return 0;
	if (reach_all(&f, roots, n) || object_drop_dead(l, f.reached, f.dropped))
		return -ENOMEM;
	drop_jumps(&f);
	close_ranks(&f);
	return 0;
}
