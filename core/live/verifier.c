// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * verifier.c - finds in a verifier log what went wrong and where.
 *
 * Knows how the kernel's verifier prints instructions, states, source lines and statistics, in the
 * shapes they have had since 5.10. Does not know what to do about it (verifier-hints.c), and makes
 * no system call. A log can have millions of lines and all that matters is at its end: it is read
 * backwards, and only as far as needed.
 */
#include <stdio.h>

#include "live/verifier.h"

#define MAX_REASON 4 /* lines */
#define MAX_INSNS 4 /* the last one and what led to it */
#define MAX_KEPT 16 /* lines of the excerpt */
#define LOOK_BACK 20000 /* lines, in search of a source line */
#define MAX_EXCERPT_LINE 400

/* The immediate of a call that a loader made invalid, and that the log therefore names. */
#define POISON_CORE 195896080 /* 0xbad2310 */
#define POISON_MAP 2001000000
#define POISON_KFUNC 2002000000
#define POISON_END 2003000000

struct line {
	const char *s;
	size_t n;
};

enum line_kind {
	LINE_NOISE, /* states, precision tracking, progress */
	LINE_INSN,
	LINE_SOURCE,
	LINE_FUNC, /* "Validating name() func#1..." */
	LINE_DONE, /* "Func#1 ('name') is safe for any args ..." */
	LINE_TIME,
	LINE_STATS,
	LINE_TEXT, /* anything else: the verifier means us */
};

/* --- lines ----------------------------------------------------------------------------------- */

static bool starts(struct line l, const char *prefix)
{
	size_t n = strlen(prefix);

	return l.n >= n && !memcmp(l.s, prefix, n);
}

static bool contains(struct line l, const char *text)
{
	return memmem(l.s, l.n, text, strlen(text)) != NULL;
}

/* Skips decimal digits; how many. */
static size_t digits(struct line l, size_t at)
{
	size_t n = 0;

	while (at + n < l.n && l.s[at + n] >= '0' && l.s[at + n] <= '9')
		n++;
	return n;
}

/* "R0=1 ...", "R1_w=inv0 ...", " frame1: R6=...", "fp-8=mmmm", with nothing else on the line. */
static bool is_state(struct line l, size_t at)
{
	size_t n;

	while (at < l.n && l.s[at] == ' ')
		at++;
	if (l.n - at > 5 && !memcmp(l.s + at, "frame", 5)) {
		n = digits(l, at + 5);
		return n && at + 5 + n < l.n && l.s[at + 5 + n] == ':';
	}
	if (l.n - at > 3 && !memcmp(l.s + at, "fp-", 3))
		return true;
	if (at >= l.n || l.s[at] != 'R')
		return false;
	n = digits(l, ++at);
	at += n;
	/* Liveness and such: R0_w, R1_rwD. */
	if (n && at < l.n && l.s[at] == '_')
		while (at < l.n && l.s[at] != '=' && l.s[at] != ' ')
			at++;
	return n && at < l.n && l.s[at] == '=';
}

static bool is_row(struct line l)
{
	size_t at = 0, n;

	while (at < l.n && l.s[at] == ' ')
		at++;
	n = digits(l, at);
	return n && at + n < l.n && l.s[at + n] == ':';
}

/* Begin lines that tell of the verifier's work, not of the program's fault. */
static const char *const noise[] = {
	"mark_precise:", /* 6.3 on */
	"last_idx ", /* the same before that, in three kinds of lines */
	"regs=",
	"parent ",
	"from ", /* "from 3 to 7: R0=..." */
	"cur state:", /* both follow "infinite loop detected" */
	"old state:",
	"safe",
	"propagating ",
	"caller:", /* of a call of a local function; states follow */
	"callee:",
	"returning from callee:",
	"to caller at ",
	"func#", /* "func#0 @0" */
	"Live regs before insn:", /* 6.15 on; a table follows */
	"stack depth ",
	"arg#0 reference type('UNKNOWN ')", /* of programs whose context has no BTF; harmless */
	"(0) frame ", /* 6.18 on, liveness of the stack */
	"(0) live stack ",
	"subprog#",
};

static enum line_kind classify(struct line l)
{
	size_t n = digits(l, 0);

	if (!l.n)
		return LINE_NOISE;
	if (l.s[0] == ';')
		return LINE_SOURCE;
	if (n && l.n - n > 3 && !memcmp(l.s + n, ": (", 3))
		return LINE_INSN;
	/* "7: R0=...", "7: safe" */
	if ((n && n < l.n && l.s[n] == ':') || is_state(l, 0))
		return LINE_NOISE;
	/* "     10: 0......... (95) exit": a row of the table of live registers. */
	if (l.s[0] == ' ' && is_row(l))
		return LINE_NOISE;
	if (starts(l, "processed ") && contains(l, " insns (limit "))
		return LINE_STATS;
	if (starts(l, "verification time "))
		return LINE_TIME;
	if (starts(l, "Validating ") && contains(l, "() func#"))
		return LINE_FUNC;
	if (starts(l, "Func#") && (contains(l, " is safe") || contains(l, " assumed valid")))
		return LINE_DONE;
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
		if (starts(l, noise[i]))
			return LINE_NOISE;
	return LINE_TEXT;
}

/* The line that ends at *at (exclusive); moves *at before it. False at the beginning. */
static bool line_before(const char *log, size_t *at, struct line *l)
{
	const char *nl;

	if (!*at)
		return false;
	nl = *at > 1 ? memrchr(log, '\n', *at - 1) : NULL;
	l->s = nl ? nl + 1 : log;
	l->n = (size_t)(log + *at - l->s);
	if (l->n && l->s[l->n - 1] == '\n')
		l->n--;
	*at = (size_t)(l->s - log);
	while (l->n && (l->s[l->n - 1] == ' ' || l->s[l->n - 1] == '\r'))
		l->n--;
	return true;
}

static int64_t number(struct line l, size_t at)
{
	size_t n = MIN(digits(l, at), (size_t)18);
	int64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (l.s[at + i] - '0');
	return v;
}

/* The number behind @label, or 0. */
static uint64_t labelled(struct line l, const char *label)
{
	const char *found = l.n ? memmem(l.s, l.n, label, strlen(label)) : NULL;

	return found ? (uint64_t)number(l, (size_t)(found - l.s) + strlen(label)) : 0;
}

/* --- the end of the log ---------------------------------------------------------------------- */

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

static void digest_done(struct digest *d)
{
	free(d->explanation);
	free(d->suggestion);
}

static void keep(struct digest *d, struct line l)
{
	if (d->n_kept < ARRAY_SIZE(d->kept))
		d->kept[d->n_kept++] = l;
}

static bool worth_keeping(struct line source)
{
	/* Compilers give code that stands nowhere line 0 and no text. */
	return source.n > 2 && !starts(source, ";  @ ");
}

/*
 * Kernels 7.x print a report behind the old reason: "Verification failed: CATEGORY: TITLE", and
 * then sections with a heading at the margin and indented lines. Where the section begins, or NULL.
 */
static const char *section_of(const char *report, const char *heading)
{
	const char *s = report;
	size_t n = strlen(heading);

	while ((s = strchr(s, '\n')))
		if (!strncmp(++s, heading, n) && s[n] == '\n')
			return s + n + 1;
	return NULL;
}

/* The section's lines as one, and how many they are. NULL without memory. */
static char *paragraph(const char *s, size_t *lines)
{
	struct buf b = { 0 };

	for (*lines = 0; s && has_prefix(s, "  "); ++*lines) {
		size_t n;

		s += strspn(s, " ");
		n = strcspn(s, "\n");
		if (b.len)
			buf_putc(&b, ' ');
		buf_put(&b, s, n);
		s += n + (s[n] == '\n');
	}
	return buf_take(&b);
}

static int read_report(struct digest *d, const char *report)
{
	const char *at = section_of(report, "At:");
	size_t lines;

	free(d->explanation);
	free(d->suggestion);
	d->explanation = paragraph(section_of(report, "Reason:"), &d->explained);
	d->suggestion = paragraph(section_of(report, "Suggestion:"), &lines);
	if (!d->explanation || !d->suggestion)
		return -ENOMEM;
	/* ">>> 16 | text" marks the line in the source; among the instructions ">>> 7 | ..." */
	at = at ? strstr(at, "Instruction context:\n") : NULL;
	at = at ? strstr(at, ">>> ") : NULL;
	if (at) {
		at += 4;
		at += strspn(at, " ");
		d->report_insn = number((struct line) { at, strlen(at) }, 0);
	}
	/* What was taken for the reason is the report; the reason itself stands above. */
	d->n_reason = 0;
	return 0;
}

/*
 * A jump that changes no register leaves its line without an end (since 5.18, which put states
 * behind instructions), and the next thing that is printed stands on it.
 */
static struct line split_jump(struct line *l)
{
	const char *jump = memmem(l->s, l->n, " goto pc", 8);
	struct line rest;
	size_t at;

	if (!jump)
		return (struct line) { 0 };
	at = (size_t)(jump - l->s) + 9; /* the sign too */
	at += digits(*l, at);
	if (at >= l->n || l->s[at] != ' ')
		return (struct line) { 0 };
	while (at < l->n && l->s[at] == ' ')
		at++;
	rest = (struct line) { l->s + at, l->n - at };
	/* The state that belongs to the jump itself stays. */
	if (starts(rest, "; R") || starts(rest, "; frame"))
		return (struct line) { 0 };
	l->n = at;
	while (l->n && l->s[l->n - 1] == ' ')
		l->n--;
	return rest;
}

/* What is said after the last instruction. Leaves *at before that instruction's line. */
static int read_end(struct digest *d, struct verifier_verdict *v, const char *log, size_t *at)
{
	struct line l, rest;

	while (line_before(log, at, &l)) {
		switch (classify(l)) {
		case LINE_INSN:
			rest = split_jump(&l);
			if (rest.n && classify(rest) == LINE_TEXT && d->n_reason < MAX_REASON) {
				d->reason[d->n_reason++] = rest;
				d->glued = true;
			}
			d->insn = l;
			v->insn = number(l, 0);
			return 0;
		case LINE_STATS:
			d->finished = true;
			v->insns_processed = labelled(l, "processed ");
			v->states = labelled(l, " total_states ");
			v->peak_states = labelled(l, " peak_states ");
			break;
		case LINE_TIME:
			v->time_us = labelled(l, "verification time ");
			break;
		case LINE_TEXT:
			if (starts(l, "Verification failed: ")) {
				if (read_report(d, l.s))
					return -ENOMEM;
			} else if (d->n_reason < MAX_REASON) {
				d->reason[d->n_reason++] = l;
			}
			break;
		case LINE_FUNC:
			if (!d->func.n)
				d->func = l;
			break;
		case LINE_DONE:
		case LINE_SOURCE:
		case LINE_NOISE:
			break;
		}
	}
	return 0;
}

/*
 * What led there: some instructions with their source lines, and the function. When the verifier
 * named another instruction than its last, that one's source line is wanted.
 */
static void read_context(struct digest *d, const struct verifier_verdict *v, const char *log,
			 size_t at)
{
	size_t insns = 1;
	bool passed = number(d->insn, 0) == v->insn;
	struct line l;

	keep(d, d->insn);
	for (size_t i = 0; i < LOOK_BACK && line_before(log, &at, &l); i++) {
		switch (classify(l)) {
		case LINE_INSN:
			split_jump(&l);
			if (insns++ < MAX_INSNS)
				keep(d, l);
			passed = passed || number(l, 0) == v->insn;
			break;
		case LINE_SOURCE:
			if (!worth_keeping(l))
				break;
			/* The one above the first instruction that is kept is kept too. */
			if (insns <= MAX_INSNS)
				keep(d, l);
			if (insns == MAX_INSNS)
				insns++;
			if (passed && !d->source.n)
				d->source = l;
			break;
		case LINE_FUNC:
			d->func = l;
			return;
		case LINE_DONE:
			return;
		default:
			break;
		}
	}
}

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
			return number((struct line) { s, strlen(s) }, 0);
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
	return (int64_t)labelled(l, "unknown#");
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

/* From the line info that was loaded: right for every instruction. False when there is none. */
static bool source_from_info(struct verifier_verdict *v, const struct linked *l,
			     const struct btf *btf, int *err)
{
	const struct btf_line_info *best = NULL;
	const char *text;

	if (!l || !btf || v->insn < 0)
		return false;
	for (size_t i = 0; i < l->lines.n && l->lines.v[i].insn_off <= v->insn; i++)
		best = &l->lines.v[i];
	if (!best || !best->file_name_off || !(best->line_col >> 10))
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
	if (colon && digits(l, (size_t)(colon + 1 - l.s)) == (size_t)(end - colon - 1)) {
		v->source_line = (unsigned int)number(l, (size_t)(colon + 1 - l.s));
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

static size_t count_lines(const char *log, size_t size)
{
	const char *s = log, *end = log + size;
	size_t n = 0;

	while (s < end && (s = memchr(s, '\n', (size_t)(end - s)))) {
		n++;
		s++;
	}
	return n + (size && end[-1] != '\n');
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
	v->omitted = count_lines(log, size) - lines;
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

static int digest(struct verifier_verdict *v, const char *log, const struct linked *l,
		  const struct btf *btf)
{
	_free_ char *insn = NULL;
	const char *why, *hint = NULL;
	struct digest d _cleanup_(digest_done) = { .report_insn = -1 };
	size_t size = strlen(log), at = size;
	int64_t named;
	int err = 0;

	err = read_end(&d, v, log, &at);
	if (err)
		return err;
	if (!d.n_reason && !d.explained && d.finished) {
		/* Nothing to complain about: the last instruction is not to blame for anything. */
		v->insn = -1;
		d.func.n = 0;
		return put_excerpt(v, &d, log, size);
	}
	if (d.n_reason) {
		v->reason = join_reason(&d);
		if (!v->reason)
			return -ENOMEM;
		v->reg = named_register(v->reason);
		named = named_insn(v->reason);
		if (named >= 0)
			v->insn = named;
	} else if (d.explained) {
		v->reason = text_dup(d.explanation);
		if (!v->reason)
			return -ENOMEM;
	}
	if (d.report_insn >= 0)
		v->insn = d.report_insn;
	why = explain_poison(&d, v, l, &hint);
	if (d.insn.n)
		read_context(&d, v, log, at);
	if (!source_from_info(v, l, btf, &err))
		err = source_from_log(v, d.source);
	if (err)
		return err;
	err = put_excerpt(v, &d, log, size);
	if (err)
		return err;
	if (v->reason && !why) {
		insn = text_format("%.*s", (int)MIN(d.insn.n, (size_t)4096),
				   d.insn.n ? d.insn.s : "");
		if (!insn)
			return -ENOMEM;
		hint = verifier_hint(v->reason, insn);
	}
	if (why) {
		free(v->reason);
		v->reason = text_dup(why);
		v->poisoned = true;
		v->reg = -1;
		if (!v->reason)
			return -ENOMEM;
	}
	if (!hint && d.suggestion && *d.suggestion)
		hint = d.suggestion;
	if (hint) {
		v->hint = text_dup(hint);
		if (!v->hint)
			return -ENOMEM;
	}
	return 0;
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
	free(v->hint);
	*v = (struct verifier_verdict) { .insn = -1, .reg = -1 };
}
