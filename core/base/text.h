/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * text.h - growing text, numbers and sizes from text, nearest names, globs, JSON strings.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>

#include "base/base.h"

/*
 * A growing text. Errors stick: after an allocation failed, 'failed' is true and everything else
 * does nothing, so that only the end needs a check. 'data' is NULL or NUL-terminated.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

void buf_free(struct buf *b);
void buf_clear(struct buf *b);
/* Make room for @n bytes more; returns where they go, or NULL. */
char *buf_reserve(struct buf *b, size_t n);
void buf_put(struct buf *b, const void *data, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) _printf_(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args);
/* Decimal and hexadecimal without printf: these are on hot paths. */
void buf_put_u64(struct buf *b, uint64_t v);
void buf_put_i64(struct buf *b, int64_t v);
void buf_put_hex(struct buf *b, const void *data, size_t n); /* "0a1b2c" */
/* A JSON string with its quotes; bytes that are not UTF-8 become \u00XX. */
void buf_put_json(struct buf *b, const char *s, size_t n);
/* Hand the text over (caller frees); NULL when it failed. */
char *buf_take(struct buf *b);

#define _buf_free_ _cleanup_(buf_free)

/*
 * Numbers: decimal, 0x, 0b, 0o and leading-0 octal, '_' between digits, a leading '-' for the
 * signed one; the whole text must be the number. Return 0, -EINVAL or -ERANGE.
 */
int text_u64(const char *s, uint64_t *out);
int text_i64(const char *s, int64_t *out);
/* With suffix K, M, G, T (powers of 1024; "KiB" forms too). */
int text_size(const char *s, uint64_t *out);
/* With suffix ns, us, ms, s, m, h; nanoseconds. A bare number is seconds. */
int text_duration(const char *s, uint64_t *ns);
/* yes/no, true/false, on/off, 1/0. */
int text_bool(const char *s, bool *out);

/* True when @s has * or ?. */
bool text_is_glob(const char *s);
/* Match with * ? and [a-z] sets. */
bool text_glob(const char *pattern, const char *s);

/* Index of the candidate nearest to @name, or -1 when none is near enough to suggest. */
int text_nearest(const char *name, const char *const *candidates, size_t n);
/* Edit distance (insert, delete, replace, swap neighbours), at most @max + 1. */
unsigned int text_distance(const char *a, const char *b, unsigned int max);

/* Strip white space at both ends, in place. */
char *text_trim(char *s);
/* strdup and snprintf into new memory; NULL on failure. */
char *text_dup(const char *s);
char *text_format(const char *fmt, ...) _printf_(1, 2);

/* FNV-1a. */
uint32_t text_hash(const char *s, size_t n);

#endif
