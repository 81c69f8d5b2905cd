/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * args.h - where the values of a USDT probe's arguments are: "-4@%eax 8@8(%rsp)", as a compiler wrote
 * it into the probe's note, in terms of the kernel's struct pt_regs. Text in, numbers out.
 */
#ifndef USDT_ARGS_H
#define USDT_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARGS_MAX 12 /* as many as programs can ask for */

/* The numbers are those that programs know, see bpf/include/cleat/usdt.h. */
enum arg_kind {
	ARG_CONST = 0,
	ARG_REG = 1,
	ARG_MEMORY = 2, /* at register + value */
	ARG_INDEXED = 3, /* at register + (index << shift) + value */
	ARG_UNREADABLE = 0x7f,
};

struct arg {
	enum arg_kind kind;
	int64_t value;
	uint16_t reg, index; /* offsets in struct pt_regs */
	uint8_t shift;
	uint8_t bytes;
	bool is_signed;
	const char *text; /* into what was parsed */
	size_t length;
};

/* What the text is relative to. */
struct args_place {
	uint16_t machine; /* EM_..., the kernel's, whose registers they are */
	bool fixed; /* addresses in memory are those in the file */
	uint64_t site; /* the address in the file that the program finds as the instruction pointer */
	/* The address of a symbol in the file. */
	bool (*symbol)(void *user, const char *name, size_t length, uint64_t *address);
	void *user;
};

/*
 * Fills the first ARGS_MAX of the arguments, and returns how many there are. What no program can read
 * (floating point registers, thread-local memory, symbols that were stripped) is ARG_UNREADABLE.
 */
size_t args_parse(const struct args_place *place, const char *text, struct arg args[ARGS_MAX]);

/* Are the registers of this machine known. */
bool args_know(uint16_t machine);

#endif
