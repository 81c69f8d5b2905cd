// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * log.c - fuzz target: any text as a verifier's log, of a program whose instructions are known, of
 * one with poison, and of one that nothing is known of.
 */
#include "fuzz.h"

#include "live/verifier.h"

static void digest(const char *log, const struct linked *l)
{
	struct verifier_verdict v;

	FUZZ_ASSERT(!verifier_digest(&v, log, l, NULL));
	FUZZ_ASSERT(v.insn >= -1);
	/* the hint is one line, whatever the log has */
	FUZZ_ASSERT(!v.hint || !strchr(v.hint, '\n'));
	FUZZ_ASSERT(!v.reason || !strchr(v.reason, '\n'));
	verifier_verdict_free(&v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *log = fuzz_text(data, size);
	struct insn insns[16] = { 0 };
	struct linked l = { .insns = insns, .n_insns = 16 };
	struct btf_line_info line = { .insn_off = 3, .line_col = 58 << 10 };
	struct poison poison = { .insn = 5, .why = "this kernel has no 'struct task_struct.pid'" };

	digest(log, NULL);
	FUZZ_ASSERT(!vec_push(&l.lines, line) && !vec_push(&l.poisons, poison));
	digest(log, &l);
	vec_free(&l.lines);
	vec_free(&l.poisons);
	free(log);
	return 0;
}
