/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dead.c - what was only computed for code that is gone. Knows which registers an instruction reads and
 * writes (RFC 9669); refuses to know why anything is gone.
 */
#include "object/internal.h"

#define REG(r) ((uint16_t)(1u << (r)))
#define CALLER_SAVED (REG(0) | REG(1) | REG(2) | REG(3) | REG(4) | REG(5))
#define ARGUMENTS (REG(1) | REG(2) | REG(3) | REG(4) | REG(5))

struct effect {
	uint16_t reads, writes;
	bool pure; /* does nothing but to write these */
};

static struct effect of_alu(const struct insn *i)
{
	struct effect e = { .writes = REG(i->dst), .pure = true };

	if ((i->code & INSN_OP) != INSN_MOV)
		e.reads |= REG(i->dst);
	if (i->code & INSN_X)
		e.reads |= REG(i->src);
	return e;
}

static struct effect of_jump(const struct insn *i)
{
	switch (i->code & INSN_OP) {
	case INSN_CALL:
		return (struct effect) { .reads = ARGUMENTS | REG(i->dst), .writes = CALLER_SAVED };
	case INSN_EXIT:
		return (struct effect) { .reads = REG(0) };
	case INSN_JA:
		return (struct effect) { 0 };
	}
	return (struct effect) { .reads = REG(i->dst) | (i->code & INSN_X ? REG(i->src) : 0) };
}

static struct effect effect_of(const struct insn *i)
{
	switch (i->code & INSN_CLASS) {
	case INSN_ALU:
	case INSN_ALU64:
		return of_alu(i);
	case INSN_JMP:
	case INSN_JMP32:
		return of_jump(i);
	case INSN_LDX:
		/* Acquiring loads are not among these modes. */
		return (struct effect) { .reads = REG(i->src),
					 .writes = REG(i->dst),
					 .pure = (i->code & INSN_MODE) == INSN_MEM ||
						 (i->code & INSN_MODE) == INSN_MEMSX };
	case INSN_LD:
		if (insn_is_lddw(i))
			return (struct effect) { .writes = REG(i->dst), .pure = true };
		/* Of packets, the old way: r6 is the packet. */
		return (struct effect) { .reads = 0x7ff };
	}
	/* Stores, and atomic operations, which may read and write r0. */
	return (struct effect) { .reads = REG(i->dst) | REG(i->src) | REG(0) };
}

struct liveness {
	const struct linked *l;
	const uint8_t *reached;
	uint8_t *dropped;
	uint16_t *live; /* registers that somebody reads from here on */
};

static uint16_t live_at(const struct liveness *v, int64_t at)
{
	return at < 0 || (uint64_t)at >= v->l->n_insns ? 0x7ff : v->live[at];
}

static uint16_t live_behind(const struct liveness *v, uint32_t at)
{
	const struct insn *i = &v->l->insns[at];
	uint8_t class = i->code & INSN_CLASS, op = i->code & INSN_OP;
	uint16_t next = live_at(v, (int64_t)at + (insn_is_lddw(i) ? 2 : 1));

	if (v->dropped[at] || (class != INSN_JMP && class != INSN_JMP32) || op == INSN_CALL)
		return next;
	if (op == INSN_EXIT)
		return 0;
	if (op == INSN_JA)
		return live_at(v, (int64_t)at + 1 + (class == INSN_JMP32 ? i->imm : i->off));
	return next | live_at(v, (int64_t)at + 1 + i->off);
}

/* What is dead reads nothing either: so chains of it are found. */
static bool is_dead(const struct effect *e, uint16_t behind)
{
	return e->pure && !(e->writes & behind);
}

static bool pass(struct liveness *v)
{
	bool changed = false;

	for (uint32_t at = (uint32_t)v->l->n_insns; at-- > 0;) {
		const struct insn *i = &v->l->insns[at];
		struct effect e = effect_of(i);
		uint16_t live;

		if (!v->reached[at] || (!i->code && at && insn_is_lddw(i - 1)))
			continue;
		live = live_behind(v, at);
		if (!v->dropped[at] && !is_dead(&e, live))
			live = (live & (uint16_t)~e.writes) | e.reads;
		changed |= live != v->live[at];
		v->live[at] = live;
	}
	return changed;
}

int object_drop_dead(const struct linked *l, const uint8_t *reached, uint8_t *dropped)
{
	_free_ uint16_t *live = calloc(l->n_insns + 1, sizeof(*live));
	struct liveness v = { .l = l, .reached = reached, .dropped = dropped, .live = live };

	if (!live)
		return -ENOMEM;
	/* Jumps by table may lead anywhere. */
	if (l->tables.n)
		return 0;
	while (pass(&v))
		;
	for (uint32_t at = 0; at < l->n_insns; at++) {
		struct effect e = effect_of(&l->insns[at]);
		bool wide = insn_is_lddw(&l->insns[at]);

		if (reached[at] && !dropped[at] && is_dead(&e, live_behind(&v, at))) {
			dropped[at] = true;
			if (wide && at + 1 < l->n_insns)
				dropped[at + 1] = true;
		}
		at += wide;
	}
	return 0;
}
