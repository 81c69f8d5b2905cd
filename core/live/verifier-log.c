// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * verifier-log.c - the end of a verifier log, taken apart.
 *
 * Knows how the kernel's verifier prints instructions, states, source lines, statistics and
 * reports, in the shapes they have had since 5.10. Does not know what any of it means (verifier.c).
 * A log can have millions of lines and all that matters is at its end: it is read backwards, and
 * only as far as needed.
 */
#include <stdio.h>

#include "live/verifier-log.h"

#define MAX_INSNS 4 /* the last one and what led to it */
#define LOOK_BACK 20000 /* lines, in search of a source line */

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
size_t line_digits(struct line l, size_t at)
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
		n = line_digits(l, at + 5);
		return n && at + 5 + n < l.n && l.s[at + 5 + n] == ':';
	}
	if (l.n - at > 3 && !memcmp(l.s + at, "fp-", 3))
		return true;
	if (at >= l.n || l.s[at] != 'R')
		return false;
	n = line_digits(l, ++at);
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
	n = line_digits(l, at);
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
	size_t n = line_digits(l, 0);

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

/* Some last words have no end of line: "... cannot call exception cb directlyprocessed 7 insns". */
static size_t stats_begin(struct line l)
{
	const char *stats = memmem(l.s, l.n, "processed ", strlen("processed "));

	if (!stats || !contains(l, " insns (limit "))
		return 0;
	return (size_t)(stats - l.s);
}

/* The line that ends at *at (exclusive); moves *at before it. False at the beginning. */
static bool line_before(const char *log, size_t *at, struct line *l)
{
	const char *nl;
	size_t glued;

	if (!*at)
		return false;
	nl = *at > 1 ? memrchr(log, '\n', *at - 1) : NULL;
	l->s = nl ? nl + 1 : log;
	l->n = (size_t)(log + *at - l->s);
	if (l->n && l->s[l->n - 1] == '\n')
		l->n--;
	glued = stats_begin(*l);
	l->s += glued;
	l->n -= glued;
	*at = (size_t)(l->s - log);
	while (l->n && (l->s[l->n - 1] == ' ' || l->s[l->n - 1] == '\r'))
		l->n--;
	return true;
}

int64_t line_number(struct line l, size_t at)
{
	size_t n = MIN(line_digits(l, at), (size_t)18);
	int64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (l.s[at + i] - '0');
	return v;
}

/* The number behind @label, or 0. */
uint64_t line_labelled(struct line l, const char *label)
{
	const char *found = l.n ? memmem(l.s, l.n, label, strlen(label)) : NULL;

	return found ? (uint64_t)line_number(l, (size_t)(found - l.s) + strlen(label)) : 0;
}

/* --- the end of the log ---------------------------------------------------------------------- */

void log_digest_done(struct digest *d)
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
		d->report_insn = line_number((struct line) { at, strlen(at) }, 0);
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
	at += line_digits(*l, at);
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
int log_read_end(struct digest *d, struct verifier_verdict *v, const char *log, size_t *at)
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
			v->insn = line_number(l, 0);
			return 0;
		case LINE_STATS:
			d->finished = true;
			v->insns_processed = line_labelled(l, "processed ");
			v->states = line_labelled(l, " total_states ");
			v->peak_states = line_labelled(l, " peak_states ");
			break;
		case LINE_TIME:
			v->time_us = line_labelled(l, "verification time ");
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
void log_read_context(struct digest *d, const struct verifier_verdict *v, const char *log,
		      size_t at)
{
	size_t insns = 1;
	bool passed = line_number(d->insn, 0) == v->insn;
	struct line l;

	keep(d, d->insn);
	for (size_t i = 0; i < LOOK_BACK && line_before(log, &at, &l); i++) {
		switch (classify(l)) {
		case LINE_INSN:
			split_jump(&l);
			if (insns++ < MAX_INSNS)
				keep(d, l);
			passed = passed || line_number(l, 0) == v->insn;
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

size_t log_count_lines(const char *log, size_t size)
{
	const char *s = log, *end = log + size;
	size_t n = 0;

	while (s < end && (s = memchr(s, '\n', (size_t)(end - s)))) {
		n++;
		s++;
	}
	return n + (size && end[-1] != '\n');
}

/* --- what was known of a register ------------------------------------------------------------- */

#define STATE_BACK 4000 /* lines */

/* The states of a line: behind the instruction, or all of it. Empty: none. */
static struct line states_of(struct line l)
{
	const char *s;

	switch (classify(l)) {
	case LINE_INSN:
		s = memmem(l.s, l.n, " ; ", 3);
		if (!s)
			s = memmem(l.s, l.n, ": R", 3);
		return s ? (struct line) { s, (size_t)(l.s + l.n - s) } : (struct line) { 0 };
	case LINE_NOISE:
		return memmem(l.s, l.n, "=", 1) && !starts(l, "mark_precise") &&
				       !starts(l, "regs=") && !starts(l, "last_idx")
			       ? l
			       : (struct line) { 0 };
	default:
		return (struct line) { 0 };
	}
}

/* "frame1: R6=...", the innermost function when there is no such word. */
static int64_t frame_of(struct line states)
{
	const char *s = states.n ? memmem(states.s, states.n, "frame", 5) : NULL;

	return s ? line_number(states, (size_t)(s - states.s) + 5) : 0;
}

/* A value ends at the first space that no bracket holds. */
static struct line value_at(struct line states, size_t at)
{
	size_t end = at;
	int depth = 0;

	for (; end < states.n; end++) {
		char c = states.s[end];

		depth += (c == '(') - (c == ')');
		if (c == ' ' && depth <= 0)
			break;
	}
	return (struct line) { states.s + at, end - at };
}

/* Of "R1=..." and "R1_w=...": the value, or nothing. */
static struct line value_of(struct line states, int reg)
{
	for (size_t at = 0; at + 2 < states.n; at++) {
		size_t n, i;

		if (states.s[at] != 'R' || (at && states.s[at - 1] != ' '))
			continue;
		n = line_digits(states, at + 1);
		if (!n || line_number(states, at + 1) != reg)
			continue;
		i = at + 1 + n;
		if (i < states.n && states.s[i] == '_')
			while (i < states.n && states.s[i] != '=' && states.s[i] != ' ')
				i++;
		if (i < states.n && states.s[i] == '=')
			return value_at(states, i + 1);
	}
	return (struct line) { 0 };
}

/* Does the instruction give the register another value: "(0f) r1 += r2", any call for r0 to r5. */
static bool changes(struct line l, int reg)
{
	size_t at = line_digits(l, 0) + strlen(": (85) ");

	if (contains(l, ") call "))
		return reg <= 5;
	return at + 1 < l.n && (l.s[at] == 'r' || l.s[at] == 'w') && line_digits(l, at + 1) &&
	       line_number(l, at + 1) == reg;
}

struct line log_register(const char *log, size_t at, int reg)
{
	int64_t frame = -1;
	struct line l;

	for (size_t i = 0; i < STATE_BACK && line_before(log, &at, &l); i++) {
		struct line states = states_of(l), value;

		if (classify(l) == LINE_FUNC || classify(l) == LINE_DONE)
			break;
		if (states.n && frame < 0)
			frame = frame_of(states);
		if (states.n && frame_of(states) == frame) {
			value = value_of(states, reg);
			if (value.n)
				return value;
			/* A state in full: what it does not have has no value. */
			if (starts(l, "from "))
				break;
		}
		/* Kernels before 5.18 print no states between two branches. */
		if (classify(l) == LINE_INSN && changes(l, reg))
			break;
	}
	return (struct line) { 0 };
}
