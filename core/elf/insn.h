/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * insn.h - BPF instructions: encoding, classification, byte order, disassembly for messages.
 */
#ifndef ELF_INSN_H
#define ELF_INSN_H

#include "base/text.h"

/* One instruction as the kernel takes it, in this machine's byte order. */
struct insn {
	uint8_t code;
	uint8_t dst : 4; /* the first bit-field: the lower half of the byte, or the upper on big endian */
	uint8_t src : 4;
	int16_t off;
	int32_t imm;
};

_Static_assert(sizeof(struct insn) == 8, "an instruction has 8 bytes");

/* Opcode parts, by the names of the instruction set's specification (RFC 9669). */
enum {
	INSN_LD = 0x00, INSN_LDX = 0x01, INSN_ST = 0x02, INSN_STX = 0x03,
	INSN_ALU = 0x04, INSN_JMP = 0x05, INSN_JMP32 = 0x06, INSN_ALU64 = 0x07,
	INSN_CLASS = 0x07,
	INSN_W = 0x00, INSN_H = 0x08, INSN_B = 0x10, INSN_DW = 0x18, INSN_SIZE = 0x18,
	INSN_IMM = 0x00, INSN_ABS = 0x20, INSN_IND = 0x40, INSN_MEM = 0x60, INSN_MEMSX = 0x80,
	INSN_ATOMIC = 0xc0, INSN_MODE = 0xe0,
	INSN_K = 0x00, INSN_X = 0x08,
	INSN_ADD = 0x00, INSN_MOV = 0xb0,
	INSN_JA = 0x00, INSN_CALL = 0x80, INSN_EXIT = 0x90, INSN_JSLT = 0xc0, INSN_OP = 0xf0,
	INSN_LDDW = INSN_LD | INSN_IMM | INSN_DW, /* two slots */
};

/* What src means in a 64-bit immediate load (BPF_PSEUDO_*). */
enum {
	INSN_SRC_MAP_FD = 1,
	INSN_SRC_MAP_VALUE = 2,
	INSN_SRC_BTF_ID = 3,
	INSN_SRC_FUNC = 4,
	INSN_SRC_MAP_IDX = 5,
	INSN_SRC_MAP_IDX_VALUE = 6,
};

/* What src means in a call. */
enum {
	INSN_CALL_HELPER = 0,
	INSN_CALL_LOCAL = 1,
	INSN_CALL_KFUNC = 2,
};

static inline bool insn_is_lddw(const struct insn *i)
{
	return i->code == INSN_LDDW;
}

static inline bool insn_is_call(const struct insn *i)
{
	return i->code == (INSN_JMP | INSN_CALL);
}

static inline bool insn_is_local_call(const struct insn *i)
{
	return insn_is_call(i) && i->src == INSN_CALL_LOCAL;
}

static inline bool insn_is_kfunc_call(const struct insn *i)
{
	return insn_is_call(i) && i->src == INSN_CALL_KFUNC;
}

/*
 * Copy @n instructions from a file's bytes (any alignment); @swap when the file has the other byte
 * order (this also exchanges the register nibbles).
 */
void insn_read(struct insn *to, const void *from, size_t n, bool swap);

/*
 * "r1 = *(u32 *)(r2 +8)": one instruction, as the verifier's log writes it, without its number and
 * opcode. @next is the second slot of a 64-bit immediate load; NULL: unknown.
 */
void insn_format(struct buf *b, const struct insn *i, const struct insn *next);

#endif
