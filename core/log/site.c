/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * site.c - the constants of log calls, as CLEAT_LOG_GATED_ of <cleat/log.h> lays them out:
 *
 *	u32 mark, line; u8 level, n_args; u16 bytes; { u8 kind, 0; u16 bytes } args[n_args]; char texts[bytes]
 *
 * the texts being file, target and format, with a 0 behind each.
 */
#include <stdio.h>

#include "log/log.h"

#define MARK 0x676f6c63u
#define HEAD 12

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The text at *at and the next one behind it, or NULL when it does not end before @end. */
static const char *take_text(const char **at, const char *end)
{
	const char *text = *at, *zero = memchr(text, 0, (size_t)(end - text));

	*at = zero ? zero + 1 : end;
	return zero ? text : NULL;
}

const char *log_site_at(const void *sites, size_t bytes, uint64_t at, struct log_site *out)
{
	const uint8_t *p = sites;
	const char *text, *end;
	size_t types;

	if (at % 4 || at > bytes || bytes - at < HEAD)
		return "its call is not in the object";
	p += at;
	if (get32(p) != MARK)
		return "its call is not in the object";
	*out = (struct log_site) { .line = get32(p + 4), .level = p[8], .n_args = p[9] };
	types = out->n_args * sizeof(struct log_type);
	out->bytes = HEAD + types + get16(p + 10);
	if (out->bytes > bytes - at)
		return "its call is cut off in the object";
	out->types = p + HEAD;
	text = (const char *)p + HEAD + types;
	end = (const char *)p + out->bytes;
	out->file = take_text(&text, end);
	out->target = out->file ? take_text(&text, end) : NULL;
	out->format = out->target ? take_text(&text, end) : NULL;
	if (!out->format || out->level < CLEAT_LOG_ERROR || out->level > CLEAT_LOG_TRACE)
		return "its call is spoiled in the object";
	return NULL;
}

struct log_type log_site_type(const struct log_site *s, unsigned int i)
{
	struct log_type t;

	memcpy(&t, s->types + i * sizeof(t), sizeof(t));
	return t;
}

const char *log_module(const char *file, size_t *n)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;

	*n = strcspn(name, ".");
	return name;
}

/* ---- checking --------------------------------------------------------------------------------- */

static int kind_shown(const struct log_type *t)
{
	return t->kind == LOG_STRING ? LOG_TEXT : t->kind == LOG_SOME ? LOG_BYTES : t->kind;
}

static void check_place(const struct log_site *s, unsigned int i, const char *hint, size_t n,
			struct buf *what)
{
	struct log_type t = { 0 };
	char word[16];

	buf_clear(what);
	snprintf(word, sizeof(word), "%.*s", (int)n, hint);
	if (n >= sizeof(word) || !log_hint_known(word)) {
		buf_printf(what, "there is no hint '{%.*s}'", (int)n, hint);
	} else if (i < s->n_args) {
		t = log_site_type(s, i);
		if (!log_hint_fits(word, kind_shown(&t), t.bytes))
			buf_printf(what, "argument %u, of %u bytes, cannot be shown as '{%s}'",
				   i + 1, t.bytes, word);
	}
}

static void check_site(const struct log_site *s,
		       void (*complain)(void *user, const char *file, unsigned int line,
					const char *what),
		       void *user)
{
	struct buf literal _buf_free_ = { 0 }, what _buf_free_ = { 0 };
	const char *format = s->format, *hint;
	unsigned int places = 0;
	size_t n;

	for (; log_next_place(&format, &hint, &n, &literal); places++) {
		check_place(s, places, hint, n, &what);
		if (what.len)
			complain(user, s->file, s->line, what.data);
	}
	if (places == s->n_args)
		return;
	buf_clear(&what);
	buf_printf(&what, "a log format with %u place%s and %u argument%s", places,
		   places == 1 ? "" : "s", s->n_args, s->n_args == 1 ? "" : "s");
	if (what.data)
		complain(user, s->file, s->line, what.data);
}

void log_check(const void *sites, size_t bytes,
	       void (*complain)(void *user, const char *file, unsigned int line, const char *what),
	       void *user)
{
	struct log_site s;
	size_t at = 0;

	while (at + HEAD <= bytes) {
		if (log_site_at(sites, bytes, at, &s)) {
			at += 4; /* what linkers put between files */
			continue;
		}
		check_site(&s, complain, user);
		at += ROUND_UP(s.bytes, 4);
	}
}
