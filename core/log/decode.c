/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * decode.c - records of <cleat/log.h>: the place of the call's constants, the time, the arguments. And
 * what all formats share.
 */
#include <errno.h>
#include <stdio.h>

#include "log/log.h"

enum log_format log_format_of(const char *map)
{
	if (streq(map, LOG_RING) || streq(map, LOG_PERF))
		return LOG_FORMAT_CLEAT;
	return streq(map, LOG_AYA) ? LOG_FORMAT_AYA : LOG_FORMAT_NONE;
}

void log_decoder_free(struct log_decoder *d)
{
	if (!d)
		return;
	free(d->own);
	buf_free(&d->text);
	buf_free(&d->names);
	vec_free(&d->args);
	free(d);
}

static const char *const levels[] = { "off", "error", "warn", "info", "debug", "trace" };

CLEAT_API int cleat_log_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (streq(name, levels[i]))
			return (int)i;
	return -EINVAL;
}

CLEAT_API const char *cleat_log_level_name(int level)
{
	return level >= 0 && (size_t)level < ARRAY_SIZE(levels) ? levels[level] : NULL;
}

/* ---- arguments -------------------------------------------------------------------------------- */

struct input {
	const uint8_t *at;
	size_t left;
};

/* The next @n bytes, and what fills them up to a multiple of 8. */
static const uint8_t *take(struct input *in, size_t n)
{
	const uint8_t *p = in->at;
	size_t all = ROUND_UP(n, (size_t)8);

	if (all > in->left)
		return NULL;
	in->at += all;
	in->left -= all;
	return p;
}

static bool take_number(struct input *in, uint64_t *v)
{
	const uint8_t *p = take(in, sizeof(*v));

	if (p)
		memcpy(v, p, sizeof(*v));
	return p != NULL;
}

/* A number of @bytes stands in 8, or in 16 as itself. */
static const char *take_integer(struct input *in, struct log_type t, struct cleat_log_arg *a)
{
	a->data = in->at;
	a->bytes = t.bytes;
	if (t.bytes != 1 && t.bytes != 2 && t.bytes != 4 && t.bytes != 8 && t.bytes != 16)
		return "its call is spoiled in the object";
	if (!take_number(in, &a->number) || (t.bytes == 16 && !take_number(in, &a->high)))
		return "it is too short";
	if (t.bytes < 8 && t.kind == LOG_UNSIGNED)
		a->number &= ~0ull >> (64 - 8 * t.bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	if (t.bytes < 8)
		a->data = (const uint8_t *)a->data + 8 - t.bytes;
	if (t.bytes == 16) {
		uint64_t high = a->number;

		a->number = a->high;
		a->high = high;
	}
#endif
	return NULL;
}

static const char *take_bytes(struct input *in, struct log_type t, struct cleat_log_arg *a)
{
	a->data = take(in, t.bytes);
	a->bytes = t.bytes;
	if (!a->data)
		return "it is too short";
	if (t.kind == LOG_TEXT)
		a->bytes = strnlen(a->data, a->bytes);
	return NULL;
}

/* With a length in front, that is more than what is there when it was cut. */
static const char *take_counted(struct input *in, struct log_type t, struct cleat_log_arg *a)
{
	uint64_t length;
	const char *why;

	if (!take_number(in, &length))
		return "it is too short";
	why = take_bytes(in, t, a);
	if (why)
		return why;
	if (t.kind == LOG_STRING) {
		a->error = (int64_t)length < 0 ? (int)MAX((int64_t)length, -4095) : 0;
		if (a->error || length > t.bytes)
			length = a->error ? 0 : t.bytes;
		if (length == t.bytes && t.bytes)
			a->error = -EMSGSIZE;
		a->bytes = strnlen(a->data, length);
	} else if (length > t.bytes) {
		a->error = -EMSGSIZE;
	} else {
		a->bytes = length;
	}
	return NULL;
}

static const char *take_arg(struct input *in, struct log_type t, struct cleat_log_arg *a)
{
	static const int kinds[] = {
		[LOG_UNSIGNED] = CLEAT_LOG_ARG_UNSIGNED, [LOG_SIGNED] = CLEAT_LOG_ARG_SIGNED,
		[LOG_BOOL] = CLEAT_LOG_ARG_BOOL,         [LOG_CHAR] = CLEAT_LOG_ARG_CHAR,
		[LOG_POINTER] = CLEAT_LOG_ARG_POINTER,   [LOG_TEXT] = CLEAT_LOG_ARG_TEXT,
		[LOG_BYTES] = CLEAT_LOG_ARG_BYTES,       [LOG_STRING] = CLEAT_LOG_ARG_TEXT,
		[LOG_SOME] = CLEAT_LOG_ARG_BYTES,
	};

	a->kind = t.kind < ARRAY_SIZE(kinds) ? kinds[t.kind] : 0;
	switch (t.kind) {
	case LOG_UNSIGNED:
	case LOG_SIGNED:
	case LOG_BOOL:
	case LOG_CHAR:
	case LOG_POINTER:
		return take_integer(in, t, a);
	case LOG_TEXT:
	case LOG_BYTES:
		return take_bytes(in, t, a);
	case LOG_STRING:
	case LOG_SOME:
		return take_counted(in, t, a);
	}
	return "its call is spoiled in the object";
}

static const char *take_args(struct log_decoder *d, const struct log_site *s, struct input *in)
{
	for (unsigned int i = 0; i < s->n_args; i++) {
		struct cleat_log_arg a = { .size = sizeof(a), .hint = "" };
		const char *why = take_arg(in, log_site_type(s, i), &a);

		if (why)
			return why;
		if (vec_push(&d->args, a))
			return "there is no memory";
	}
	return NULL;
}

/* ---- the text --------------------------------------------------------------------------------- */

/* Hints are parts of formats: a copy with an end for each. There is room. */
static void put_text(struct log_decoder *d, const char *format)
{
	const char *hint;
	size_t i = 0, n;

	while (log_next_place(&format, &hint, &n, &d->text)) {
		struct cleat_log_arg *a = i < d->args.n ? &d->args.v[i++] : NULL;

		if (!a) {
			buf_puts(&d->text, "{?}");
			continue;
		}
		a->hint = d->names.data + d->names.len;
		buf_put(&d->names, hint, n);
		buf_putc(&d->names, '\0');
		log_put_arg(d, a);
	}
}

static const char *decode_cleat(struct log_decoder *d, const void *data, size_t bytes,
				struct cleat_log_entry *e)
{
	struct input in = { .at = data, .left = bytes & ~(size_t)7 };
	uint64_t at, time;
	struct log_site s;
	const char *why, *module;
	size_t n;

	if (!take_number(&in, &at) || !take_number(&in, &time))
		return "it is too short";
	why = log_site_at(d->sites, d->n_sites, at, &s);
	if (!why)
		why = take_args(d, &s, &in);
	if (why)
		return why;
	/* Nothing may move any more: hints point into it. */
	module = log_module(s.file, &n);
	if (!buf_reserve(&d->names, n + 1 + 2 * strlen(s.format) + 1))
		return "there is no memory";
	buf_put(&d->names, module, n);
	buf_putc(&d->names, '\0');
	put_text(d, s.format);
	e->level = s.level;
	e->line = s.line;
	e->file = s.file;
	e->module = d->names.data;
	e->target = *s.target ? s.target : d->names.data;
	e->time = time + (uint64_t)d->clock;
	return NULL;
}

const char *log_decode(struct log_decoder *d, const void *data, size_t bytes,
		       struct cleat_log_entry *e)
{
	const char *why;

	*e = (struct cleat_log_entry) { .size = sizeof(*e), .cpu = -1 };
	buf_clear(&d->text);
	buf_clear(&d->names);
	d->args.n = 0;
	why = d->format == LOG_FORMAT_AYA ? log_decode_aya(d, data, bytes, e)
					  : decode_cleat(d, data, bytes, e);
	if (!why && (d->text.failed || d->names.failed))
		why = "there is no memory";
	e->text = why ? NULL : d->text.data ? d->text.data : "";
	e->args = d->args.v;
	e->n_args = why ? 0 : d->args.n;
	return why;
}

/* ---- filters ---------------------------------------------------------------------------------- */

bool log_passes(int level, const char *targets, const struct cleat_log_entry *e)
{
	bool any = false, only = false;
	char word[64];

	if (level && e->level > level)
		return false;
	for (const char *at = targets; at && *at;) {
		size_t n = strcspn(at, ", \t");
		bool not = *at == '!';

		snprintf(word, sizeof(word), "%.*s", (int)(n - not ), at + not );
		at += n;
		at += strspn(at, ", \t");
		if (!*word)
			continue;
		if (not &&text_glob(word, e->target))
			return false;
		only |= !not ;
		any |= !not &&text_glob(word, e->target);
	}
	return any || !only;
}
