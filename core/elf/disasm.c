// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * disasm.c - one instruction as text, in the notation of the verifier's log, so that what we say
 * and what the kernel says can be laid side by side. Knows the instruction set up to version 4 and
 * the kernel's pseudo forms; refuses to know names of helpers, maps and functions, which only a
 * loaded program has.
 */
#include "elf/insn.h"

/* Operations of the classes ALU and ALU64, and what the verifier writes for them. */
enum {
	ALU_DIV = 0x30,
	ALU_NEG = 0x80,
	ALU_MOD = 0x90,
	ALU_END = 0xd0,
};

static const char *const alu_operators[16] = {
	"+=", "-=", "*=", "/=", "|=",   "&=", "<<=", ">>=",
	NULL, "%=", "^=", "=",  "s>>=", NULL, NULL,  NULL,
};

static const char *const jump_operators[16] = {
	NULL, "==", ">", ">=", "&",  "!=",  "s>", "s>=",
	NULL, NULL, "<", "<=", "s<", "s<=", NULL, NULL,
};

enum {
	JMP_COND = 0xe0, /* a jump that the kernel decides; src says which */
	COND_MAY_GOTO = 0,
};

/* What off means in a 64-bit register move, when it is not a width to sign-extend from. */
enum {
	MOV_ADDR_SPACE_CAST = 1,
	MOV_ADDR_PERCPU = -1,
};

/* imm of atomic instructions: an ALU operation, perhaps with FETCH, or one of these. */
enum {
	ATOMIC_FETCH = 0x01,
	ATOMIC_XCHG = 0xe0 | ATOMIC_FETCH,
	ATOMIC_CMPXCHG = 0xf0 | ATOMIC_FETCH,
	ATOMIC_LOAD_ACQUIRE = 0x100,
	ATOMIC_STORE_RELEASE = 0x110,
};

static void put_unknown(struct buf *b, const struct insn *i)
{
	buf_printf(b, "unknown instruction 0x%02x", i->code);
}

static const char *width(const struct insn *i)
{
	switch (i->code & INSN_SIZE) {
	case INSN_W:
		return "u32";
	case INSN_H:
		return "u16";
	case INSN_B:
		return "u8";
	default:
		return "u64";
	}
}

static void put_alu(struct buf *b, const struct insn *i)
{
	bool wide = (i->code & INSN_CLASS) == INSN_ALU64;
	bool by_register = i->code & INSN_X;
	char r = wide ? 'r' : 'w';
	uint8_t op = i->code & INSN_OP;
	const char *sign = alu_operators[op >> 4];

	if (op == ALU_END) {
		/* 32-bit class: to an order named by the source bit; 64-bit: swap always */
		const char *order = wide ? "bswap" : by_register ? "be" : "le";

		if (wide && by_register)
			put_unknown(b, i);
		else
			buf_printf(b, "r%d = %s%d r%d", i->dst, order, i->imm, i->dst);
		return;
	}
	if (op == ALU_NEG) {
		buf_printf(b, "%c%d = -%c%d", r, i->dst, r, i->dst);
		return;
	}
	if (!sign) {
		put_unknown(b, i);
		return;
	}
	if ((op == ALU_DIV || op == ALU_MOD) && i->off == 1)
		sign = op == ALU_DIV ? "s/=" : "s%=";
	if (!by_register) {
		buf_printf(b, "%c%d %s %d", r, i->dst, sign, i->imm);
		return;
	}
	if (op == INSN_MOV && wide && i->off == MOV_ADDR_SPACE_CAST) {
		buf_printf(b, "r%d = addr_space_cast(r%d, %u, %u)", i->dst, i->src,
			   (uint32_t)i->imm >> 16, (uint32_t)i->imm & 0xffff);
		return;
	}
	if (op == INSN_MOV && wide && i->off == MOV_ADDR_PERCPU) {
		buf_printf(b, "r%d = &(void __percpu *)(r%d)", i->dst, i->src);
		return;
	}
	if (op == INSN_MOV && (i->off == 8 || i->off == 16 || i->off == 32)) {
		buf_printf(b, "%c%d = (s%d)%c%d", r, i->dst, i->off, r, i->src);
		return;
	}
	buf_printf(b, "%c%d %s %c%d", r, i->dst, sign, r, i->src);
}

static void put_atomic(struct buf *b, const struct insn *i)
{
	static const char *const names[16] = {
		[0x0] = "add",
		[0x4] = "or",
		[0x5] = "and",
		[0xa] = "xor",
	};
	const char *bits = (i->code & INSN_SIZE) == INSN_DW ? "64" : "";
	uint32_t op = (uint32_t)i->imm;

	switch (op) {
	case ATOMIC_LOAD_ACQUIRE:
		buf_printf(b, "r%d = load_acquire((%s *)(r%d %+d))", i->dst, width(i), i->src,
			   i->off);
		return;
	case ATOMIC_STORE_RELEASE:
		buf_printf(b, "store_release((%s *)(r%d %+d), r%d)", width(i), i->dst, i->off,
			   i->src);
		return;
	case ATOMIC_CMPXCHG:
		buf_printf(b, "r0 = atomic%s_cmpxchg((%s *)(r%d %+d), r0, r%d)", bits, width(i),
			   i->dst, i->off, i->src);
		return;
	case ATOMIC_XCHG:
		buf_printf(b, "r%d = atomic%s_xchg((%s *)(r%d %+d), r%d)", i->src, bits, width(i),
			   i->dst, i->off, i->src);
		return;
	}
	if (op & ~(uint32_t)(INSN_OP | ATOMIC_FETCH) || !names[op >> 4])
		put_unknown(b, i);
	else if (op & ATOMIC_FETCH)
		buf_printf(b, "r%d = atomic%s_fetch_%s((%s *)(r%d %+d), r%d)", i->src, bits,
			   names[op >> 4], width(i), i->dst, i->off, i->src);
	else
		buf_printf(b, "lock *(%s *)(r%d %+d) %s r%d", width(i), i->dst, i->off,
			   alu_operators[op >> 4], i->src);
}

static void put_store(struct buf *b, const struct insn *i)
{
	bool by_register = (i->code & INSN_CLASS) == INSN_STX;

	switch (i->code & INSN_MODE) {
	case INSN_MEM:
		buf_printf(b, "*(%s *)(r%d %+d) = ", width(i), i->dst, i->off);
		if (by_register)
			buf_printf(b, "r%d", i->src);
		else
			buf_printf(b, "%d", i->imm);
		return;
	case INSN_ATOMIC:
		if (by_register)
			put_atomic(b, i);
		else /* the verifier's own: nothing is computed ahead across it */
			buf_puts(b, "nospec");
		return;
	}
	put_unknown(b, i);
}

static void put_load(struct buf *b, const struct insn *i)
{
	uint8_t mode = i->code & INSN_MODE;

	if (mode == INSN_MEM)
		buf_printf(b, "r%d = *(%s *)(r%d %+d)", i->dst, width(i), i->src, i->off);
	else if (mode == INSN_MEMSX && (i->code & INSN_SIZE) != INSN_DW)
		buf_printf(b, "r%d = *(s%s *)(r%d %+d)", i->dst, width(i) + 1, i->src, i->off);
	else
		put_unknown(b, i);
}

static void put_lddw(struct buf *b, const struct insn *i, const struct insn *next)
{
	uint32_t low = (uint32_t)i->imm;
	uint32_t high = next ? (uint32_t)next->imm : 0;

	buf_printf(b, "r%d = ", i->dst);
	switch (i->src) {
	case INSN_SRC_MAP_FD:
		buf_printf(b, "map[fd:%u]", low);
		return;
	case INSN_SRC_MAP_VALUE:
		buf_printf(b, "map[fd:%u][0]+%u", low, high);
		return;
	case INSN_SRC_MAP_IDX:
		buf_printf(b, "map[idx:%u]", low);
		return;
	case INSN_SRC_MAP_IDX_VALUE:
		buf_printf(b, "map[idx:%u][0]+%u", low, high);
		return;
	case INSN_SRC_BTF_ID:
		buf_printf(b, "btf[id:%u]", low);
		return;
	case INSN_SRC_FUNC:
		buf_printf(b, "subprog[%+d]", i->imm);
		return;
	}
	if (next)
		buf_printf(b, "0x%llx", (unsigned long long)((uint64_t)high << 32 | low));
	else
		buf_printf(b, "0x????????%08x", low);
}

static void put_ld(struct buf *b, const struct insn *i, const struct insn *next)
{
	if (insn_is_lddw(i))
		put_lddw(b, i, next);
	else if ((i->code & INSN_MODE) == INSN_ABS)
		buf_printf(b, "r0 = *(%s *)skb[%d]", width(i), i->imm);
	else if ((i->code & INSN_MODE) == INSN_IND)
		buf_printf(b, "r0 = *(%s *)skb[r%d + %d]", width(i), i->src, i->imm);
	else
		put_unknown(b, i);
}

static void put_call(struct buf *b, const struct insn *i)
{
	switch (i->src) {
	case INSN_CALL_HELPER:
		buf_printf(b, "call #%d", i->imm);
		return;
	case INSN_CALL_LOCAL:
		buf_printf(b, "call pc%+d", i->imm);
		return;
	case INSN_CALL_KFUNC:
		buf_printf(b, "call kfunc#%d", i->imm);
		return;
	}
	put_unknown(b, i);
}

static void put_jump(struct buf *b, const struct insn *i)
{
	bool wide = (i->code & INSN_CLASS) == INSN_JMP;
	const char *sign = jump_operators[(i->code & INSN_OP) >> 4];
	char r = wide ? 'r' : 'w';

	switch (i->code) {
	case INSN_JMP | INSN_CALL:
		put_call(b, i);
		return;
	case INSN_JMP | INSN_CALL | INSN_X:
		buf_printf(b, "callx r%d", i->dst);
		return;
	case INSN_JMP | INSN_EXIT:
		buf_puts(b, "exit");
		return;
	case INSN_JMP | INSN_JA:
		buf_printf(b, "goto pc%+d", i->off);
		return;
	case INSN_JMP | INSN_JA | INSN_X:
		buf_printf(b, "gotox r%d", i->dst);
		return;
	case INSN_JMP32 | INSN_JA:
		buf_printf(b, "gotol pc%+d", i->imm);
		return;
	case INSN_JMP | JMP_COND:
		if (i->src == COND_MAY_GOTO) {
			buf_printf(b, "may_goto pc%+d", i->off);
			return;
		}
	}
	if (!sign)
		put_unknown(b, i);
	else if (i->code & INSN_X)
		buf_printf(b, "if %c%d %s %c%d goto pc%+d", r, i->dst, sign, r, i->src, i->off);
	else
		buf_printf(b, "if %c%d %s 0x%x goto pc%+d", r, i->dst, sign, (uint32_t)i->imm,
			   i->off);
}

void insn_format(struct buf *b, const struct insn *i, const struct insn *next)
{
	switch (i->code & INSN_CLASS) {
	case INSN_LD:
		put_ld(b, i, next);
		break;
	case INSN_LDX:
		put_load(b, i);
		break;
	case INSN_ST:
	case INSN_STX:
		put_store(b, i);
		break;
	case INSN_ALU:
	case INSN_ALU64:
		put_alu(b, i);
		break;
	default:
		put_jump(b, i);
	}
}
