/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * value-word.h - the words of a value's text: numbers, enumerators, addresses, quoted text, bytes.
 * Between value-parse.c, which knows structs and arrays, and value-word.c, which does not.
 */
#ifndef BTF_VALUE_WORD_H
#define BTF_VALUE_WORD_H

#include "btf/value-scalar.h"

struct value_parser {
	const struct btf *b;
	const char *p; /* what is not yet read; NUL-terminated */
	uint8_t *data;
	size_t size;
	unsigned int depth; /* 1: the outermost value */
	uint32_t budget;
	const char *member; /* that the value is for, or NULL */
	struct report *r;
};

/* Where a member is: @bit of the data; @bit_size is 0 unless it is a bit-field. */
struct value_member {
	uint32_t id;
	uint64_t bit;
	uint32_t bit_size;
};

/* Report "at 'TEXT': WHY" with the text at @at, and the member; returns -EINVAL. */
int value_error(struct value_parser *p, const char *at, const char *fmt, ...) _printf_(3, 4);
void value_skip_space(struct value_parser *p);
/* "..." at p->p without its quotes and escapes. */
int value_unquote(struct value_parser *p, struct buf *out);

/* An int, enum, float or pointer. */
int value_parse_word(struct value_parser *p, const struct value_type *v, uint64_t bit,
		     uint32_t bit_size);
/*
 * A struct or array as one word: text, address, 0x bytes. Returns 1; 0 when it is not written like
 * that, and nothing is read; or a negative errno.
 */
int value_parse_whole(struct value_parser *p, const struct value_type *v, uint8_t *data,
		      size_t size);

/*
 * The member "name" or "outer.inner" of a struct or union, *m->bit being where that begins. Reports
 * with the nearest name. @path is written to, and as it was afterwards unless this fails.
 */
int value_find_member(struct value_parser *p, const struct value_type *v, char *path,
		      struct value_member *m);

#endif
