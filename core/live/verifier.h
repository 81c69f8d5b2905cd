/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * verifier.h - a verifier log of 10,000 lines in two, and what to do about it.
 *
 * Pure text: knows the log formats of kernels 5.10 to 7.x, makes no system call.
 */
#ifndef LIVE_VERIFIER_H
#define LIVE_VERIFIER_H

#include "object/object.h"

struct verifier_verdict {
	char *excerpt;	     /* the last meaningful lines, '\n' between them */
	size_t omitted;	     /* how many other lines there are */
	int64_t insn;	     /* the instruction it stumbled over, -1 unknown */
	int reg;	     /* register that was wrong, -1 unknown */
	char *reg_value; /* what the verifier knew of it, in its own words, or NULL */
	char *source_text;   /* from the log's "; line @ file:n" comments, or NULL */
	char *source_file;
	unsigned int source_line;
	char *reason;	     /* one line: a poison's why, or the verifier's own reason */
	char *hint;	     /* or NULL */
	bool complete; /* the log has its end */
	bool poisoned;	     /* 'reason' is what an instruction was made invalid for */
	/* from the statistics lines; 0 unknown */
	uint64_t insns_processed, states, peak_states, time_us;
};

/*
 * @l is what was loaded (poisons and line info), @btf the object's, both may be NULL. The log of a
 * success has statistics and no reason. Returns 0 or -ENOMEM.
 */
int verifier_digest(struct verifier_verdict *v, const char *log, const struct linked *l,
		    const struct btf *btf);
void verifier_verdict_free(struct verifier_verdict *v);

/*
 * What to do about @reason (verifier-hints.c), or NULL. @insn is the instruction as the log has it,
 * "" when unknown.
 */
const char *verifier_hint(const char *reason, const char *insn);

#endif
