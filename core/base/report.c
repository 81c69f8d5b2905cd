// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * report.c - diagnostics with the place where they arose. Knows how they are collected and how
 * they are written for people; refuses to print them, and to know what any of them is about.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/report.h"
#include "base/text.h"
#include "base/vec.h"

struct report {
	struct arena *strings;
	VEC(struct cleat_diag *) diags;
	/* Stands for all diagnostics that there was no memory for. */
	struct cleat_diag lost;
	bool is_lost;
	bool last_lost; /* the last one is among them: hints go nowhere */
	char *scope[REPORT_SCOPES];
	unsigned int line;
};

struct report *report_new(void)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->lost = (struct cleat_diag) {
		.size = sizeof(r->lost),
		.level = CLEAT_ERROR,
		.code = ENOMEM,
		.what = "out of memory",
		.insn = -1,
	};
	return r;
}

void report_clear(struct report *r)
{
	if (!r)
		return;
	arena_free(r->strings);
	r->strings = NULL;
	r->diags.n = 0;
	r->is_lost = false;
	r->last_lost = false;
}

void report_free(struct report *r)
{
	size_t i;

	if (!r)
		return;
	report_clear(r);
	vec_free(&r->diags);
	for (i = 0; i < REPORT_SCOPES; i++)
		free(r->scope[i]);
	free(r);
}

size_t report_count(const struct report *r)
{
	return r ? r->diags.n + r->is_lost : 0;
}

const struct cleat_diag *report_get(const struct report *r, size_t i)
{
	if (!r)
		return NULL;
	if (i < r->diags.n)
		return r->diags.v[i];
	return i == r->diags.n && r->is_lost ? &r->lost : NULL;
}

size_t report_errors(const struct report *r)
{
	size_t i, n = 0;

	for (i = 0; i < report_count(r); i++)
		n += report_get(r, i)->level == CLEAT_ERROR;
	return n;
}

/* Names come from files: no byte of them may end a line or steer a terminal. */
void report_put_line(struct buf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c != 0x7f) {
			buf_putc(b, *s);
		} else if (c == '\t') {
			buf_putc(b, ' ');
		} else {
			buf_puts(b, "\\x");
			buf_put_hex(b, &c, 1);
		}
	}
}

/* Formatted, as one line, in the report's own memory. NULL when there is none. */
static const char *format_line(struct report *r, const char *fmt, va_list args)
{
	_buf_free_ struct buf raw = { 0 }, line = { 0 };

	buf_vprintf(&raw, fmt, args);
	if (raw.failed || !raw.data)
		return NULL;
	report_put_line(&line, raw.data);
	if (line.failed)
		return NULL;
	return arena_ndup(r->strings, line.data ? line.data : "", line.len);
}

static const char *copy(struct report *r, const char *s)
{
	return s ? arena_dup(r->strings, s) : NULL;
}

static void lose(struct report *r, int level)
{
	if (level == CLEAT_ERROR)
		r->is_lost = true;
	r->last_lost = true;
}

static void add(struct report *r, int level, int code, const char *fmt, va_list args)
{
	struct cleat_diag *d;

	if (!r)
		return;
	if (!r->strings)
		r->strings = arena_new();
	d = arena_alloc(r->strings, sizeof(*d));
	if (!d || vec_reserve(&r->diags, r->diags.n + 1)) {
		lose(r, level);
		return;
	}
	d->size = sizeof(*d);
	d->level = level;
	d->code = code;
	d->insn = -1;
	d->reg = -1;
	d->what = format_line(r, fmt, args);
	if (!d->what) {
		lose(r, level);
		return;
	}
	d->phase = copy(r, r->scope[REPORT_PHASE]);
	d->file = copy(r, r->scope[REPORT_FILE]);
	d->line = d->file ? r->line : 0;
	d->section = copy(r, r->scope[REPORT_SECTION]);
	d->object = copy(r, r->scope[REPORT_OBJECT]);
	d->program = copy(r, r->scope[REPORT_PROGRAM]);
	d->map = copy(r, r->scope[REPORT_MAP]);
	r->diags.v[r->diags.n++] = d;
	r->last_lost = false;
}

static struct cleat_diag *last(struct report *r)
{
	return r && r->diags.n && !r->last_lost ? r->diags.v[r->diags.n - 1] : NULL;
}

static int positive(int err)
{
	/* INT_MIN has no positive; and 0 would turn an error into success */
	if (err == 0 || err < -INT32_MAX)
		return EINVAL;
	return err < 0 ? -err : err;
}

int report_error(struct report *r, int err, const char *fmt, ...)
{
	va_list args;

	err = positive(err);
	va_start(args, fmt);
	add(r, CLEAT_ERROR, err, fmt, args);
	va_end(args);
	return -err;
}

/* Not in any header for programs, and yet the kernel returns it to them. */
#define KERNEL_ENOTSUPP 524

/* The words for @err, never translated, to go in the middle of a line. */
static void put_reason(struct buf *b, int err)
{
	const char *words = err == KERNEL_ENOTSUPP ? "not supported by this kernel" : NULL;

	if (!words)
		words = strerrordesc_np(err);
	if (!words) {
		buf_printf(b, "unknown error %d", err);
		return;
	}
	/* "Operation not permitted", but not "RPC struct is bad" */
	if (words[0] >= 'A' && words[0] <= 'Z' && !(words[1] >= 'A' && words[1] <= 'Z')) {
		buf_putc(b, (char)(words[0] - 'A' + 'a'));
		words++;
	}
	buf_puts(b, words);
}

static void add_text(struct report *r, int level, int code, const char *fmt, ...) _printf_(4, 5);

static void add_text(struct report *r, int level, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(r, level, code, fmt, args);
	va_end(args);
}

int report_sys(struct report *r, int err, const char *fmt, ...)
{
	_buf_free_ struct buf b = { 0 };
	va_list args;

	err = positive(err);
	if (!r)
		return -err;
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	buf_puts(&b, ": ");
	put_reason(&b, err);
	if (b.failed)
		lose(r, CLEAT_ERROR);
	else
		add_text(r, CLEAT_ERROR, err, "%s", b.data);
	return -err;
}

void report_warning(struct report *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(r, CLEAT_WARNING, 0, fmt, args);
	va_end(args);
}

void report_note(struct report *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(r, CLEAT_NOTE, 0, fmt, args);
	va_end(args);
}

int report_oom(struct report *r)
{
	return report_error(r, ENOMEM, "out of memory");
}

void report_hint(struct report *r, const char *fmt, ...)
{
	struct cleat_diag *d = last(r);
	va_list args;

	if (!d)
		return;
	va_start(args, fmt);
	d->hint = format_line(r, fmt, args);
	va_end(args);
}

void report_hint_too(struct report *r, const char *fmt, ...)
{
	struct cleat_diag *d = last(r);
	const char *first = d ? d->hint : NULL, *more;
	va_list args;

	if (!d)
		return;
	va_start(args, fmt);
	more = format_line(r, fmt, args);
	va_end(args);
	if (first && more)
		report_hint(r, "%s; %s", first, more);
	else if (more)
		d->hint = more;
}

void report_log(struct report *r, const char *excerpt, const char *full, size_t omitted)
{
	struct cleat_diag *d = last(r);

	if (!d)
		return;
	d->log = copy(r, excerpt);
	d->full_log = copy(r, full);
	d->omitted = omitted;
}

void report_insn(struct report *r, int64_t insn, const char *source_file, unsigned int source_line,
		 const char *source_text)
{
	struct cleat_diag *d = last(r);

	if (!d)
		return;
	d->insn = insn;
	d->source_file = copy(r, source_file);
	d->source_line = source_line;
	d->source_text = copy(r, source_text);
}

void report_log_lost(struct report *r, size_t bytes)
{
	struct cleat_diag *d = last(r);

	if (d)
		d->log_lost = bytes;
}

void report_register(struct report *r, int reg, const char *value)
{
	struct cleat_diag *d = last(r);

	if (!d)
		return;
	d->reg = reg;
	d->reg_value = copy(r, value);
}

void report_nearest(struct report *r, const char *name, const char *const *candidates, size_t n)
{
	int nearest;

	if (!last(r))
		return;
	nearest = text_nearest(name, candidates, n);
	if (nearest >= 0)
		report_hint(r, "did you mean '%s'?", candidates[nearest]);
}

struct report_mark report_enter(struct report *r, enum report_scope scope, const char *value)
{
	struct report_mark mark = { .report = r, .scope = scope };

	if (!r)
		return mark;
	mark.outer = r->scope[scope];
	mark.outer_line = r->line;
	/* without memory the message lacks its place, which is better than no message */
	r->scope[scope] = value ? strdup(value) : NULL;
	if (scope == REPORT_FILE)
		r->line = 0;
	return mark;
}

void report_leave(struct report_mark *mark)
{
	struct report *r = mark->report;

	if (!r)
		return;
	free(r->scope[mark->scope]);
	r->scope[mark->scope] = mark->outer;
	if (mark->scope == REPORT_FILE)
		r->line = mark->outer_line;
	mark->report = NULL;
}

void report_line(struct report *r, unsigned int line)
{
	if (r)
		r->line = line;
}

void report_soften(struct report *r, size_t first, int level)
{
	size_t i;

	if (!r)
		return;
	for (i = first; i < r->diags.n; i++)
		r->diags.v[i]->level = MIN(r->diags.v[i]->level, level);
}

void report_drop(struct report *r, size_t first)
{
	if (!r)
		return;
	r->diags.n = MIN(r->diags.n, first);
}
