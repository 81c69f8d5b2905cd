/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_patch.c - a relocated number into one instruction.
 *
 * Knows which instructions can hold one and where, and what an invalid instruction looks like.
 * Refuses to know what the number means.
 */
#include "object/core.h"

/* A call of a helper that no kernel will ever have; verifier logs show it as 195896080. */
#define POISON_IMM 0xbad2310

static void poison(struct insn *insn)
{
	*insn = (struct insn) { .code = INSN_JMP | INSN_CALL, .imm = POISON_IMM };
}

static int fail(enum core_why *why, enum core_why what, int err)
{
	*why = what;
	return err;
}

static uint32_t width(const struct insn *insn)
{
	switch (insn->code & INSN_SIZE) {
	case INSN_DW:
		return 8;
	case INSN_W:
		return 4;
	case INSN_H:
		return 2;
	default:
		return 1;
	}
}

static int width_code(uint32_t bytes)
{
	switch (bytes) {
	case 8:
		return INSN_DW;
	case 4:
		return INSN_W;
	case 2:
		return INSN_H;
	case 1:
		return INSN_B;
	default:
		return -1;
	}
}

/* rX = imm, rX += imm */
static int patch_alu(struct insn *insn, const struct core_value *v, enum core_why *why)
{
	if ((insn->code & INSN_X) != INSN_K)
		return fail(why, CORE_NOT_IMMEDIATE, -EINVAL);
	if (v->check && (uint64_t)(int64_t)insn->imm != v->old_value)
		return fail(why, CORE_OTHER_VALUE, -EINVAL);
	if (v->new_value > UINT32_MAX && (int64_t)v->new_value != (int32_t)v->new_value)
		return fail(why, CORE_VALUE_RANGE, -ERANGE);
	insn->imm = (int32_t)v->new_value;
	return 0;
}

/* Loads and stores: the offset, and the width when the field has another one. */
static int patch_mem(struct insn *insn, const struct core_value *v, enum core_why *why)
{
	int code = insn->code & INSN_SIZE;

	if (v->check && (uint64_t)(int64_t)insn->off != v->old_value)
		return fail(why, CORE_OTHER_VALUE, -EINVAL);
	if (v->new_value > INT16_MAX)
		return fail(why, CORE_OFFSET_RANGE, -ERANGE);
	if (v->unsafe_width) {
		poison(insn);
		*why = CORE_UNSAFE_WIDTH;
		return 0;
	}
	if (v->new_size != v->old_size) {
		if (width(insn) != v->old_size)
			return fail(why, CORE_OTHER_WIDTH, -EINVAL);
		code = width_code(v->new_size);
		if (code < 0)
			return fail(why, CORE_NEW_WIDTH, -EINVAL);
	}
	insn->off = (int16_t)v->new_value;
	insn->code = (uint8_t)((insn->code & ~INSN_SIZE) | code);
	return 0;
}

/* rX = imm64: two slots */
static int patch_lddw(struct insn *insn, bool whole, const struct core_value *v, enum core_why *why)
{
	uint64_t imm;

	if (!insn_is_lddw(insn) || !whole || insn[0].src || insn[0].off || insn[1].code ||
	    insn[1].dst || insn[1].src || insn[1].off)
		return fail(why, CORE_BAD_INSN, -EINVAL);
	imm = (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;
	if (v->check && imm != v->old_value)
		return fail(why, CORE_OTHER_VALUE, -EINVAL);
	insn[0].imm = (int32_t)(uint32_t)v->new_value;
	insn[1].imm = (int32_t)(uint32_t)(v->new_value >> 32);
	return 0;
}

int core_patch(struct insn *insns, size_t n, size_t i, const struct core_value *v,
	       enum core_why *why)
{
	struct insn *insn;

	*why = CORE_OK;
	if (i >= n)
		return fail(why, CORE_OUTSIDE, -EINVAL);
	insn = &insns[i];
	if (v->poison) {
		/* a lone second half would make the verifier complain about that instead */
		if (insn_is_lddw(insn) && i + 1 < n)
			poison(insn + 1);
		poison(insn);
		return 0;
	}
	switch (insn->code & INSN_CLASS) {
	case INSN_ALU:
	case INSN_ALU64:
		return patch_alu(insn, v, why);
	case INSN_LDX:
	case INSN_ST:
	case INSN_STX:
		return patch_mem(insn, v, why);
	case INSN_LD:
		return patch_lddw(insn, i + 1 < n, v, why);
	default:
		return fail(why, CORE_BAD_INSN, -EINVAL);
	}
}
