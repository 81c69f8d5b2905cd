// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * verifier.c - what went wrong, and where, from what the verifier said last.
 *
 * Knows what reasons name: instructions, registers, calls that a loader has poisoned. Does not know
 * how a log is laid out (verifier-log.c), nor what to do about it (verifier-hints.c), and makes no
 * system call.
 */
#include <stdio.h>

#include "live/verifier-log.h"

#define MAX_EXCERPT_LINE 400

/* The immediate of a call that a loader made invalid, and that the log therefore names. */
#define POISON_CORE 195896080 /* 0xbad2310 */
#define POISON_MAP 2001000000
#define POISON_KFUNC 2002000000
#define POISON_END 2003000000

/* --- what the reason says -------------------------------------------------------------------- */

/* The instruction that the text names: "at insn 3", "from insn 3 to 1", "insn #3", or -1. */
static int64_t named_insn(const char *reason)
{
	const char *s = reason;

	while ((s = strstr(s, "insn "))) {
		bool word = s == reason || s[-1] == ' ' || s[-1] == '(';

		s += strlen("insn ");
		if (*s == '#')
			s++;
		if (word && *s >= '0' && *s <= '9')
			return line_number((struct line) { s, strlen(s) }, 0);
	}
	return -1;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

/* The first register that the text names: "R3", or the argument of a call: "arg#0", "arg0". */
static int named_register(const char *reason)
{
	for (const char *s = reason; *s; s++) {
		size_t skip;
		int first;
		char *end;
		unsigned long n;

		if (s > reason && is_word(s[-1]))
			continue;
		if (*s == 'R') {
			skip = 1;
			first = 0;
		} else if (has_prefix(s, "arg")) {
			skip = s[3] == '#' ? 4 : 3;
			first = 1; /* arguments are in r1 to r5 */
		} else {
			continue;
		}
		if (s[skip] < '0' || s[skip] > '9')
			continue;
		n = strtoul(s + skip, &end, 10);
		if (!is_word(*end) && n + (unsigned int)first <= 10)
			return (int)n + first;
	}
	return -1;
}

/* Reasons that do not name a register, and where the instruction has it. */
static const struct {
	const char *reason;
	const char *before; /* in the instruction, what stands before "r3" */
} unnamed[] = {
	{ "invalid bpf_context access", "*)(" },
	{ "invalid access to map value", "*)(" },
	{ "write into map forbidden", "*)(" },
	{ "read from map forbidden", "*)(" },
	{ "variable ctx access", "*)(" },
	{ "cannot write into ", "*)(" },
	{ "cannot overwrite referenced dynptr", "*)(" },
	{ "only read is supported", "*)(" },
	{ "misaligned stack access", "*)(" },
	{ "math between ", "= " },
};

static int register_in(struct line insn, const char *before)
{
	const char *s = insn.n ? memmem(insn.s, insn.n, before, strlen(before)) : NULL;
	size_t at = s ? (size_t)(s - insn.s) + strlen(before) : insn.n;

	if (at + 1 >= insn.n || (insn.s[at] != 'r' && insn.s[at] != 'w') ||
	    !line_digits(insn, at + 1))
		return -1;
	at = (size_t)line_number(insn, at + 1);
	return at <= 10 ? (int)at : -1;
}

static int find_register(const char *reason, struct line insn)
{
	int reg = named_register(reason);

	for (size_t i = 0; i < ARRAY_SIZE(unnamed) && reg < 0; i++)
		if (has_prefix(reason, unnamed[i].reason))
			reg = register_in(insn, unnamed[i].before);
	return reg;
}

static const struct poison *poison_at(const struct linked *l, int64_t insn)
{
	for (size_t i = 0; l && i < l->poisons.n; i++)
		if (l->poisons.v[i].insn == insn)
			return &l->poisons.v[i];
	return NULL;
}

/* The number of a call that no kernel has a function for: "unknown#195896080", or 0. */
static int64_t unknown_call(struct line l)
{
	return (int64_t)line_labelled(l, "unknown#");
}

/* Of several poisoned calls with this number the first: for logs that do not tell which. */
static int64_t find_poison(const struct linked *l, int64_t call)
{
	for (size_t i = 0; l && i < l->poisons.n; i++) {
		uint32_t at = l->poisons.v[i].insn;

		if (at < l->n_insns && insn_is_call(&l->insns[at]) && l->insns[at].imm == call)
			return at;
	}
	return -1;
}

/* What other loaders, or one whose notes are lost, mean by such a call. */
static const char *poison_meaning(int64_t call)
{
	if (call == POISON_CORE)
		return "a CO-RE relocation of this instruction has no counterpart in this kernel";
	if (call >= POISON_MAP && call < POISON_KFUNC)
		return "this instruction uses a map that was not created";
	if (call >= POISON_KFUNC && call < POISON_END)
		return "this instruction calls a kernel function that this kernel does not have";
	return NULL;
}

static const char *poison_hint(int64_t call)
{
	if (call >= POISON_MAP && call < POISON_KFUNC)
		return "create the map, or keep the program from getting there with a constant in "
		       ".rodata";
	if (call >= POISON_KFUNC && call < POISON_END)
		return "test bpf_ksym_exists() before the call";
	return "test with bpf_core_field_exists() or its like before, or load on a kernel that has "
	       "it";
}

/* Returns the message for a poisoned instruction, or NULL; completes the position and the hint. */
static const char *explain_poison(const struct digest *d, struct verifier_verdict *v,
				  const struct linked *l, const char **hint)
{
	const struct poison *p;
	int64_t call = 0;

	for (size_t i = 0; i < d->n_reason && !call; i++)
		call = unknown_call(d->reason[i]);
	if (!call)
		call = unknown_call(d->insn);
	if (v->insn < 0 && call)
		v->insn = find_poison(l, call);
	p = poison_at(l, v->insn);
	if (!p && !poison_meaning(call))
		return NULL;
	*hint = poison_hint(call);
	return p ? p->why : poison_meaning(call);
}

/* --- source lines ---------------------------------------------------------------------------- */

static char *copy_trimmed(const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	return text_format("%.*s", (int)MIN(n, (size_t)4096), s);
}

static const struct btf_line_info *line_info_at(const struct linked *l, const struct btf *btf,
						int64_t insn)
{
	const struct btf_line_info *best = NULL;

	if (!l || !btf || insn < 0)
		return NULL;
	for (size_t i = 0; i < l->lines.n && l->lines.v[i].insn_off <= insn; i++)
		best = &l->lines.v[i];
	/* Compilers give code that stands nowhere line 0. */
	return best && best->file_name_off && best->line_col >> 10 ? best : NULL;
}

/* From the line info that was loaded: right for every instruction. False when there is none. */
static bool source_from_info(struct verifier_verdict *v, const struct linked *l,
			     const struct btf *btf, int *err)
{
	const struct btf_line_info *best = line_info_at(l, btf, v->insn);
	const char *text;

	if (!best)
		return false;
	text = btf_str(btf, best->line_off);
	v->source_line = best->line_col >> 10;
	v->source_text = copy_trimmed(text, strlen(text));
	v->source_file = text_dup(btf_str(btf, best->file_name_off));
	if (!v->source_text || !v->source_file)
		*err = -ENOMEM;
	return true;
}

/* From "; text @ file.c:42", as kernels print it since 6.9, or "; text". */
static int source_from_log(struct verifier_verdict *v, struct line l)
{
	const char *at = NULL, *colon, *end;

	if (!l.n)
		return 0;
	end = l.s + l.n;
	for (const char *s = l.s; (s = memmem(s, (size_t)(end - s), " @ ", 3)); s++)
		at = s;
	colon = at ? memrchr(at, ':', (size_t)(end - at)) : NULL;
	if (colon && line_digits(l, (size_t)(colon + 1 - l.s)) == (size_t)(end - colon - 1)) {
		v->source_line = (unsigned int)line_number(l, (size_t)(colon + 1 - l.s));
		v->source_file = copy_trimmed(at + 3, (size_t)(colon - at - 3));
		if (!v->source_file)
			return -ENOMEM;
		end = at;
	}
	v->source_text = copy_trimmed(l.s + 1, (size_t)(end - l.s - 1));
	return v->source_text ? 0 : -ENOMEM;
}

/* --- the verdict ----------------------------------------------------------------------------- */

static void put_line(struct buf *b, struct line l)
{
	if (b->len)
		buf_putc(b, '\n');
	buf_put(b, l.s, MIN(l.n, (size_t)MAX_EXCERPT_LINE));
	if (l.n > MAX_EXCERPT_LINE)
		buf_puts(b, "...");
}

static int put_excerpt(struct verifier_verdict *v, const struct digest *d, const char *log,
		       size_t size)
{
	struct buf b = { 0 };
	size_t lines = d->n_kept + d->n_reason - d->glued;

	if (d->func.n && lines) {
		put_line(&b, d->func);
		lines++;
	}
	for (size_t i = d->n_kept; i-- > 0;)
		put_line(&b, d->kept[i]);
	for (size_t i = d->n_reason; i-- > 0;)
		put_line(&b, d->reason[i]);
	if (d->explained) {
		put_line(&b, (struct line) { d->explanation, strlen(d->explanation) });
		lines += d->explained;
	}
	v->omitted = log_count_lines(log, size) - lines;
	v->excerpt = buf_take(&b);
	return v->excerpt ? 0 : -ENOMEM;
}

/* All lines of the reason in one. */
static char *join_reason(const struct digest *d)
{
	struct buf b = { 0 };

	for (size_t i = d->n_reason; i-- > 0;) {
		buf_put(&b, d->reason[i].s, d->reason[i].n);
		if (i)
			buf_puts(&b, "; ");
	}
	return buf_take(&b);
}

/* Whether @copy, which may be NULL without memory, is there. */
static int kept(const char *copy)
{
	return copy ? 0 : -ENOMEM;
}

static int give_reason(struct verifier_verdict *v, const struct digest *d)
{
	int64_t named;

	if (d->report_insn >= 0)
		v->insn = d->report_insn;
	if (!d->n_reason && !d->explained)
		return 0;
	v->reason = d->n_reason ? join_reason(d) : text_dup(d->explanation);
	if (!v->reason)
		return -ENOMEM;
	v->reg = find_register(v->reason, d->insn);
	named = named_insn(v->reason);
	if (named >= 0 && d->report_insn < 0)
		v->insn = named;
	return 0;
}

/* What was known of the register: only where the log stops at the instruction to blame. */
static int give_register(struct verifier_verdict *v, const struct digest *d, const char *log,
			 size_t at)
{
	struct line value;

	if (v->reg < 0 || !d->insn.n || line_number(d->insn, 0) != v->insn)
		return 0;
	value = log_register(log, at, v->reg);
	if (!value.n)
		return 0;
	v->reg_value = text_format("%.*s", (int)MIN(value.n, (size_t)MAX_EXCERPT_LINE), value.s);
	return kept(v->reg_value);
}

static int give_poison(struct verifier_verdict *v, const char *why, const char *hint)
{
	free(v->reason);
	v->reason = text_dup(why);
	v->poisoned = true;
	v->reg = -1;
	v->hint = text_dup(hint);
	return v->reason ? kept(v->hint) : -ENOMEM;
}

/* "Unreleased reference id=2 alloc_insn=5": where that is in the source. */
static char *acquired_at(const char *reason, const struct linked *l, const struct btf *btf)
{
	uint64_t insn = line_labelled((struct line) { reason, strlen(reason) }, "alloc_insn=");
	const struct btf_line_info *info = insn ? line_info_at(l, btf, (int64_t)insn) : NULL;

	return info ? text_format("acquired at %s:%u; ", btf_str(btf, info->file_name_off),
				  info->line_col >> 10)
		    : text_dup("");
}

/* From the table; what it does not know the kernel may. */
static int give_hint(struct verifier_verdict *v, const struct digest *d, const struct linked *l,
		     const struct btf *btf)
{
	_free_ char *insn = text_format("%.*s", (int)MIN(d->insn.n, (size_t)MAX_EXCERPT_LINE),
					d->insn.n ? d->insn.s : "");
	_free_ char *where = v->reason ? acquired_at(v->reason, l, btf) : NULL;
	const char *hint = v->reason && insn ? verifier_hint(v->reason, insn) : NULL;

	if (!insn || (v->reason && !where))
		return -ENOMEM;
	if (!hint && d->suggestion && *d->suggestion)
		hint = d->suggestion;
	if (!hint)
		return 0;
	v->hint = text_format("%s%s", where ? where : "", hint);
	return kept(v->hint);
}

static int give_source(struct verifier_verdict *v, const struct digest *d, const struct linked *l,
		       const struct btf *btf)
{
	int err = 0;

	if (source_from_info(v, l, btf, &err))
		return err;
	return source_from_log(v, d->source);
}

static int digest(struct verifier_verdict *v, const char *log, const struct linked *l,
		  const struct btf *btf)
{
	struct digest d _cleanup_(log_digest_done) = { .report_insn = -1 };
	size_t size = strlen(log), at = size;
	const char *why, *hint = NULL;
	int err;

	err = log_read_end(&d, v, log, &at);
	if (err)
		return err;
	v->complete = d.finished;
	if (!d.n_reason && !d.explained && d.finished) {
		/* Nothing to complain about: the last instruction is not to blame for anything. */
		v->insn = -1;
		d.func.n = 0;
		return put_excerpt(v, &d, log, size);
	}
	err = give_reason(v, &d);
	why = explain_poison(&d, v, l, &hint);
	if (!err && !why)
		err = give_register(v, &d, log, at);
	if (d.insn.n)
		log_read_context(&d, v, log, at);
	if (!err)
		err = give_source(v, &d, l, btf);
	if (!err)
		err = put_excerpt(v, &d, log, size);
	if (!err)
		err = why ? give_poison(v, why, hint) : give_hint(v, &d, l, btf);
	return err;
}

int verifier_digest(struct verifier_verdict *v, const char *log, const struct linked *l,
		    const struct btf *btf)
{
	int err;

	*v = (struct verifier_verdict) { .insn = -1, .reg = -1 };
	err = digest(v, log ? log : "", l, btf);
	if (err)
		verifier_verdict_free(v);
	return err;
}

void verifier_verdict_free(struct verifier_verdict *v)
{
	free(v->excerpt);
	free(v->source_text);
	free(v->source_file);
	free(v->reason);
	free(v->reg_value);
	free(v->hint);
	*v = (struct verifier_verdict) { .insn = -1, .reg = -1 };
}
