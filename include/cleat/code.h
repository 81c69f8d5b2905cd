/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * code.h - what a program in the kernel consists of, whoever loaded it: its bytecode as the verifier
 * left it, or the machine code that the kernel's compiler made of that, with functions and source lines.
 */
#ifndef CLEAT_CODE_H
#define CLEAT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_code;

#define CLEAT_CODE_BPF 0 /* instructions */
#define CLEAT_CODE_MACHINE 1 /* machine code, a piece for each source line */

/* An instruction, or a piece of machine code. Strings live as long as the code. */
struct cleat_code_line {
	size_t size;
	const char *function; /* begins here; NULL: the one before goes on */
	const char *file; /* of the source line that begins here; NULL: the one before goes on */
	const char *source; /* the line itself */
	unsigned int line;
	unsigned int column;
	uint64_t offset; /* number of the instruction (64-bit loads count twice); bytes from the function's begin */
	uint64_t address; /* of machine code in the kernel; else 0 */
	const void *bytes; /* as the kernel has them */
	size_t n_bytes;
	const char *
		text; /* the instruction, as the verifier's log has it, names in place of numbers; or NULL */
};

/*
 * Read the code of program @id; release with cleat_code_close(). @kind is CLEAT_CODE_*. Needs
 * CAP_SYS_ADMIN for other people's programs, and CAP_SYSLOG for machine code; functions and lines need
 * kernel 5.0, and programs that were loaded with BTF. Errors: -ENOENT when there is no such program,
 * -ENODATA for machine code where the kernel interprets the program, -EPERM where it hides the code.
 */
CLEAT_API int cleat_code_open(struct cleat *c, uint32_t id, int kind, struct cleat_code **out);
/* Release; NULL is allowed. */
CLEAT_API void cleat_code_close(struct cleat_code *code);
/* The @i-th piece, in the order of addresses; @line's 'size' is the caller's. 0, or -ENOENT past the end. */
CLEAT_API int cleat_code_line(const struct cleat_code *code, size_t i,
			      struct cleat_code_line *line);

#ifdef __cplusplus
}
#endif

#endif
