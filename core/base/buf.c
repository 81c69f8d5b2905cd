// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * buf.c - growing text. Knows how to make room and how to write numbers, hexadecimal and JSON
 * strings without printf; refuses to know what the text is for.
 */
#include <stdio.h>

#include "base/text.h"

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf) { 0 };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t n)
{
	size_t want, cap;
	char *data;

	if (b->failed)
		return NULL;
	/* one more for the NUL */
	if (__builtin_add_overflow(b->len, n, &want) || __builtin_add_overflow(want, 1, &want))
		goto fail;
	if (want <= b->cap)
		return b->data + b->len;
	cap = b->cap > SIZE_MAX / 2 ? want : MAX(b->cap * 2, want);
	cap = MAX(cap, (size_t)64);
	data = realloc(b->data, cap);
	if (!data)
		goto fail;
	b->data = data;
	b->cap = cap;
	b->data[b->len] = '\0';
	return b->data + b->len;
fail:
	b->failed = true;
	return NULL;
}

void buf_put(struct buf *b, const void *data, size_t n)
{
	char *to = buf_reserve(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	char *to;
	int n;

	to = buf_reserve(b, 0);
	if (!to)
		return;
	/* most texts fit into what is there: one pass for them */
	va_copy(again, args);
	n = vsnprintf(to, b->cap - b->len, fmt, again);
	va_end(again);
	if (n < 0) {
		b->data[b->len] = '\0';
		b->failed = true;
		return;
	}
	if ((size_t)n >= b->cap - b->len) {
		to = buf_reserve(b, (size_t)n);
		if (!to) {
			b->data[b->len] = '\0';
			return;
		}
		vsnprintf(to, (size_t)n + 1, fmt, args);
	}
	b->len += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_put_u64(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void buf_put_i64(struct buf *b, int64_t v)
{
	uint64_t magnitude = (uint64_t)v;

	if (v < 0) {
		buf_putc(b, '-');
		magnitude = 0 - magnitude;
	}
	buf_put_u64(b, magnitude);
}

static const char hex_digits[] = "0123456789abcdef";

void buf_put_hex(struct buf *b, const void *data, size_t n)
{
	const uint8_t *from = data;
	char *to;
	size_t i;

	if (n > SIZE_MAX / 2) {
		b->failed = true;
		return;
	}
	to = buf_reserve(b, n * 2);
	if (!to)
		return;
	for (i = 0; i < n; i++) {
		to[2 * i] = hex_digits[from[i] >> 4];
		to[2 * i + 1] = hex_digits[from[i] & 15];
	}
	b->len += n * 2;
	b->data[b->len] = '\0';
}

/*
 * Length of the UTF-8 character at @s, 0 when there is none: neither overlong forms, nor halves
 * of surrogate pairs, nor anything after U+10FFFF.
 */
static size_t utf8_length(const uint8_t *s, size_t n)
{
	uint32_t c, least;
	size_t i, length;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		length = 2, c = s[0] & 0x1f, least = 0x80;
	} else if ((s[0] & 0xf0) == 0xe0) {
		length = 3, c = s[0] & 0x0f, least = 0x800;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		length = 4, c = s[0] & 0x07, least = 0x10000;
	} else {
		return 0;
	}
	if (length > n)
		return 0;
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return length;
}

static void put_json_escape(struct buf *b, uint8_t c)
{
	char text[6] = "\\u00";

	switch (c) {
	case '"':
		buf_puts(b, "\\\"");
		return;
	case '\\':
		buf_puts(b, "\\\\");
		return;
	case '\b':
		buf_puts(b, "\\b");
		return;
	case '\f':
		buf_puts(b, "\\f");
		return;
	case '\n':
		buf_puts(b, "\\n");
		return;
	case '\r':
		buf_puts(b, "\\r");
		return;
	case '\t':
		buf_puts(b, "\\t");
		return;
	default:
		text[4] = hex_digits[c >> 4];
		text[5] = hex_digits[c & 15];
		buf_put(b, text, sizeof(text));
	}
}

void buf_put_json(struct buf *b, const char *s, size_t n)
{
	const uint8_t *from = (const uint8_t *)s;
	size_t at = 0, plain = 0, length;

	buf_putc(b, '"');
	while (at < n) {
		uint8_t c = from[at];

		length = utf8_length(from + at, n - at);
		if (length && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			at += length;
			continue;
		}
		buf_put(b, from + plain, at - plain);
		put_json_escape(b, c);
		plain = ++at;
	}
	if (n)
		buf_put(b, from + plain, n - plain);
	buf_putc(b, '"');
}

char *buf_take(struct buf *b)
{
	char *text;

	/* an empty text is a text too */
	buf_put(b, NULL, 0);
	if (b->failed) {
		buf_free(b);
		return NULL;
	}
	text = take_ptr(b->data);
	*b = (struct buf) { 0 };
	return text;
}
