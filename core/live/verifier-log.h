/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * verifier-log.h - the lines of a verifier log that matter, for verifier.c.
 *
 * Lines point into the log; nothing is copied but the kernel's own report.
 */
#ifndef LIVE_VERIFIER_LOG_H
#define LIVE_VERIFIER_LOG_H

#include "live/verifier.h"

#define MAX_REASON 4 /* lines */
#define MAX_KEPT 16 /* lines of the excerpt */

struct line {
	const char *s;
	size_t n;
};

struct digest {
	struct line reason[MAX_REASON]; /* last first */
	size_t n_reason;
	struct line kept[MAX_KEPT]; /* context, last first */
	size_t n_kept;
	struct line insn; /* text of the instruction it stumbled over; empty: none */
	struct line source; /* and the source comment above it */
	struct line func; /* "Validating ..." when that is where we are */
	/* The report of kernels 7.x, which repeats the reason in sentences. */
	char *explanation, *suggestion;
	size_t explained; /* lines of the explanation */
	int64_t report_insn; /* -1: none */
	bool glued; /* the first line of the reason stands on the instruction's */
	bool finished; /* statistics were printed: the log is not cut off */
};

/*
 * What is said after the last instruction, into @d and the statistics of @v. Leaves *at before that
 * instruction's line. Returns 0 or -ENOMEM.
 */
int log_read_end(struct digest *d, struct verifier_verdict *v, const char *log, size_t *at);
/* What led there: some instructions with their source lines, and the function. */
void log_read_context(struct digest *d, const struct verifier_verdict *v, const char *log,
		      size_t at);
void log_digest_done(struct digest *d);
size_t log_count_lines(const char *log, size_t size);

/*
 * What the verifier knew of register @reg before the instruction whose line begins at @at: the text
 * behind "R1=" in the last state that has it, in the same frame. n is 0 when there is none.
 */
struct line log_register(const char *log, size_t at, int reg);

/* Decimal digits from @at on: how many, and as a number. */
size_t line_digits(struct line l, size_t at);
int64_t line_number(struct line l, size_t at);
/* The number behind @label, or 0. */
uint64_t line_labelled(struct line l, const char *label);

#endif
