/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * error.h - what went wrong, as a value.
 *
 * A context (struct cleat) keeps every diagnostic of its last operation: an operation that reads a
 * file reports all errors of the file, not the first one. The library itself never prints.
 */
#ifndef CLEAT_ERROR_H
#define CLEAT_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;

/* How bad a diagnostic is. Only errors make a call fail. */
#define CLEAT_NOTE 0
#define CLEAT_WARNING 1
#define CLEAT_ERROR 2

/*
 * One diagnostic. All strings belong to the context and live until the next operation on it;
 * a string that does not apply is NULL, a number that does not apply is as noted.
 * New fields are added at the end only; 'size' is what the library knows.
 */
struct cleat_diag {
	size_t size;
	int level;		 /* CLEAT_NOTE, CLEAT_WARNING, CLEAT_ERROR */
	int code;		 /* a positive errno, or 0 */
	const char *phase;	 /* "open", "check", "relocate", "create", "load", "attach", ... */
	const char *file;	 /* the unit, descriptor or object that is to blame */
	unsigned int line;	 /* in 'file', counted from 1; 0: no line */
	const char *section;	 /* the unit's section, without brackets: "program firewall" */
	const char *object;	 /* path of the BPF object */
	const char *program;	 /* name of the program */
	const char *map;	 /* name of the map */
	const char *what;	 /* one line, lower case, no full stop */
	const char *hint;	 /* one line: what to do about it */
	const char *log;	 /* the last meaningful lines of the verifier, '\n' between them */
	const char *full_log;	 /* all that the kernel said */
	size_t omitted;		 /* lines of full_log that are not in log */
	int64_t insn;		 /* instruction index in the program; -1: none */
	const char *source_file; /* BPF source of that instruction */
	unsigned int source_line;
	const char *source_text;
	size_t log_lost; /* bytes of the log before full_log that the kernel did not keep */
	int reg; /* the register that was wrong, 0 to 10; -1: none */
	const char *reg_value; /* what the verifier knew of it, in its words */
};

/* Number of diagnostics of the last operation on @c, oldest first. */
CLEAT_API size_t cleat_diag_count(const struct cleat *c);

/* The @i-th diagnostic, or NULL when there is none. */
CLEAT_API const struct cleat_diag *cleat_diag_get(const struct cleat *c, size_t i);

/*
 * Format @d for people as "WHERE: error: WHAT" with log lines and hint below it, no newline at the
 * end. Writes at most @size bytes, always with a NUL; returns the length the whole text has, as
 * snprintf does.
 */
CLEAT_API size_t cleat_diag_format(const struct cleat_diag *d, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
