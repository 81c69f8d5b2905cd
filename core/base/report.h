/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * report.h - collects diagnostics with the place where they arose.
 *
 * Whoever detects an error reports it, once; callers only propagate the negative errno. The scope
 * (file, program, map, ...) is kept on a stack that callers push, so messages need not repeat it.
 * A NULL report swallows everything: for probing.
 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H

#include <stdarg.h>

#include <cleat/error.h>

#include "base/base.h"

struct report;

struct report *report_new(void);
void report_free(struct report *r);
/* Forget all diagnostics (not the scope). */
void report_clear(struct report *r);

size_t report_count(const struct report *r);
const struct cleat_diag *report_get(const struct report *r, size_t i);
/* Number of diagnostics that are errors: compare before and after, to collect all of a file. */
size_t report_errors(const struct report *r);

/*
 * Report an error: the message says what was found and what was expected, lower case, names in
 * single quotes, no full stop. @err is an errno of either sign; returns it negative, so that
 * "return report_error(r, EINVAL, ...)" is the idiom.
 */
int report_error(struct report *r, int err, const char *fmt, ...) _printf_(3, 4);
/* The same with ": " and the kernel's reason at the end: for system calls that failed. */
int report_sys(struct report *r, int err, const char *fmt, ...) _printf_(3, 4);
void report_warning(struct report *r, const char *fmt, ...) _printf_(2, 3);
void report_note(struct report *r, const char *fmt, ...) _printf_(2, 3);
/* Out of memory: "out of memory"; returns -ENOMEM. */
int report_oom(struct report *r);

/* These add to the diagnostic reported last. */
void report_hint(struct report *r, const char *fmt, ...) _printf_(2, 3);
/* The same beside a hint that is there. */
void report_hint_too(struct report *r, const char *fmt, ...) _printf_(2, 3);
void report_log(struct report *r, const char *excerpt, const char *full, size_t omitted);
void report_insn(struct report *r, int64_t insn, const char *source_file, unsigned int source_line,
		 const char *source_text);
/* Bytes before the full log that the kernel did not keep. */
void report_log_lost(struct report *r, size_t bytes);
/* The register that was wrong, and what the verifier knew of it (or NULL). */
void report_register(struct report *r, int reg, const char *value);
/* Hint "did you mean 'X'?" with the candidate nearest to @name, if one is near. */
void report_nearest(struct report *r, const char *name, const char *const *candidates, size_t n);

/* @s on one line: what could move the cursor is taken out. */
struct buf;
void report_put_line(struct buf *b, const char *s);

/*
 * Scope. REPORT_IN(r, REPORT_PROGRAM, "name") holds until the end of the enclosing block.
 * Strings are copied.
 */
enum report_scope {
	REPORT_PHASE,
	REPORT_FILE,
	REPORT_SECTION,
	REPORT_OBJECT,
	REPORT_PROGRAM,
	REPORT_MAP,
	REPORT_SCOPES,
};

struct report_mark {
	struct report *report;
	enum report_scope scope;
	char *outer;
	unsigned int outer_line;
};

struct report_mark report_enter(struct report *r, enum report_scope scope, const char *value);
void report_leave(struct report_mark *mark);
/* Set the line inside REPORT_FILE; 0 clears it. */
void report_line(struct report *r, unsigned int line);

#define REPORT_CAT_(a, b) a##b
#define REPORT_CAT(a, b) REPORT_CAT_(a, b)
#define REPORT_IN(r, scope, value)                                                        \
	struct report_mark REPORT_CAT(mark_, __LINE__) _cleanup_(report_leave) _unused_ = \
		report_enter(r, scope, value)

/*
 * Make notes or warnings of the diagnostics from number @first on: an optional program's errors
 * must not fail the whole.
 */
void report_soften(struct report *r, size_t first, int level);
/* Forget the diagnostics from number @first on: what was tried did not matter. */
void report_drop(struct report *r, size_t first);

#endif
