/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * registers.c - where registers are in the kernel's struct pt_regs; see registers.h. The layouts are
 * the kernel's ABI with BPF programs.
 */
#include "registers.h"

#include <elf.h>
#include <string.h>

#ifndef EM_RISCV
#define EM_RISCV 243
#endif

static bool is(const char *name, size_t n, const char *what)
{
	return strlen(what) == n && memcmp(name, what, n) == 0;
}

/* "r12": 12 for 'r'; false without a number of at most 'max'. Eats the name but for a suffix. */
static bool numbered(const char **name, size_t *n, char letter, unsigned int max,
		     unsigned int *number)
{
	const char *s = *name, *end = *name + *n;

	if (s == end || *s++ != letter || s == end || *s < '0' || *s > '9')
		return false;
	if (*s == '0' && s + 1 < end && s[1] >= '0' && s[1] <= '9')
		return false;
	for (*number = 0; s < end && *s >= '0' && *s <= '9'; s++) {
		*number = *number * 10 + (unsigned int)(*s - '0');
		if (*number > max)
			return false;
	}
	*n = (size_t)(end - s);
	*name = s;
	return true;
}

/* The same of the whole name. */
static bool all_numbered(const char *name, size_t n, char letter, unsigned int max,
			 unsigned int *number)
{
	return numbered(&name, &n, letter, max, number) && !n;
}

struct named {
	char name[4];
	uint16_t offset;
};

static bool lookup(const struct named *v, size_t count, const char *name, size_t n,
		   uint16_t *offset)
{
	for (size_t i = 0; i < count; i++)
		if (is(name, n, v[i].name)) {
			*offset = v[i].offset;
			return true;
		}
	return false;
}

#define LOOKUP(v, name, n, offset) lookup(v, sizeof(v) / sizeof((v)[0]), name, n, offset)

/* ---- x86 ---------------------------------------------------------------------------------------- */

static const struct named x86_64[] = {
	{ "bp", 32 },  { "bx", 40 },  { "ax", 80 },  { "cx", 88 },  { "dx", 96 },
	{ "si", 104 }, { "di", 112 }, { "ip", 128 }, { "sp", 152 },
};

static const struct named x86_32[] = {
	{ "bx", 0 },  { "cx", 4 },  { "dx", 8 },  { "si", 12 }, { "di", 16 },
	{ "bp", 20 }, { "ax", 24 }, { "ip", 48 }, { "sp", 60 },
};

/* rax, eax, ax, al, ah; rsi, esi, si, sil; by the two letters that all have in common. */
static bool x86_legacy(bool wide, const char *name, size_t n, uint16_t *offset)
{
	char base[3] = { 0 };
	uint16_t high = 0;

	if (n == 3 && (name[0] == 'r' || name[0] == 'e')) {
		memcpy(base, name + 1, 2);
	} else if (n == 2 && (name[1] == 'l' || name[1] == 'h') && strchr("abcd", name[0])) {
		base[0] = name[0];
		base[1] = 'x';
		high = name[1] == 'h';
	} else if (n == 2 || (n == 3 && name[2] == 'l' && name[1] != 'x')) {
		memcpy(base, name, 2);
	}
	if (!(wide ? LOOKUP(x86_64, base, 2, offset) : LOOKUP(x86_32, base, 2, offset)))
		return false;
	*offset = (uint16_t)(*offset + high);
	return true;
}

static bool x86_register(bool wide, const char *name, size_t n, uint16_t *offset)
{
	unsigned int number;

	if (n < 2 || *name != '%')
		return false;
	name++;
	n--;
	if (x86_legacy(wide, name, n, offset))
		return true;
	if (!wide || !numbered(&name, &n, 'r', 15, &number) || number < 8)
		return false;
	/* r15 comes first; between r12 and r11 are bp and bx */
	*offset = (uint16_t)(number >= 12 ? (15 - number) * 8 : (17 - number) * 8);
	return n == 0 || (n == 1 && strchr("dwbl", *name));
}

/* ---- the others --------------------------------------------------------------------------------- */

static bool aarch64_register(const char *name, size_t n, uint16_t *offset)
{
	static const struct named others[] = { { "fp", 29 * 8 },
					       { "lr", 30 * 8 },
					       { "sp", 31 * 8 },
					       { "wsp", 31 * 8 },
					       { "pc", 32 * 8 } };
	unsigned int number;

	if (LOOKUP(others, name, n, offset))
		return true;
	if (!all_numbered(name, n, 'x', 30, &number) && !all_numbered(name, n, 'w', 30, &number))
		return false;
	*offset = (uint16_t)(number * 8);
	return true;
}

static bool arm_register(const char *name, size_t n, uint16_t *offset)
{
	static const struct named others[] = { { "sb", 36 }, { "sl", 40 }, { "fp", 44 },
					       { "ip", 48 }, { "sp", 52 }, { "lr", 56 },
					       { "pc", 60 } };
	unsigned int number;

	if (LOOKUP(others, name, n, offset))
		return true;
	if (!all_numbered(name, n, 'r', 15, &number))
		return false;
	*offset = (uint16_t)(number * 4);
	return true;
}

static bool s390_register(const char *name, size_t n, uint16_t *offset)
{
	unsigned int number;

	if (!n || *name != '%' || !all_numbered(name + 1, n - 1, 'r', 15, &number))
		return false;
	/* an argument, the program status word, then the general registers */
	*offset = (uint16_t)(24 + number * 8);
	return true;
}

static bool riscv_register(const char *name, size_t n, uint16_t *offset)
{
	static const char names[][4] = { "pc", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
					 "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
					 "a6", "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
					 "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is(name, n, names[i]) || (i == 8 && is(name, n, "fp"))) {
			*offset = (uint16_t)(i * 8);
			return true;
		}
	return false;
}

bool register_find(uint16_t machine, const char *name, size_t n, uint16_t *offset)
{
	switch (machine) {
	case EM_X86_64:
		return x86_register(true, name, n, offset);
	case EM_386:
		return x86_register(false, name, n, offset);
	case EM_AARCH64:
		return aarch64_register(name, n, offset);
	case EM_ARM:
		return arm_register(name, n, offset);
	case EM_S390:
		return s390_register(name, n, offset);
	case EM_RISCV:
		return riscv_register(name, n, offset);
	default:
		return false;
	}
}

bool register_is_zero(uint16_t machine, const char *name, size_t n)
{
	return (machine == EM_AARCH64 && (is(name, n, "xzr") || is(name, n, "wzr"))) ||
	       (machine == EM_RISCV && is(name, n, "zero"));
}

bool register_is_pc(uint16_t machine, uint16_t offset)
{
	return (machine == EM_X86_64 && offset == 128) || (machine == EM_386 && offset == 48);
}
