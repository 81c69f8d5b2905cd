/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * value-scalar.h - what formatting and parsing of values share: bits in memory, and which types
 * are shown in a way of their own. Knows nothing of syntax.
 */
#ifndef BTF_VALUE_SCALAR_H
#define BTF_VALUE_SCALAR_H

#include "btf/btf.h"

typedef unsigned __int128 value_u128;
typedef __int128 value_s128;

#define VALUE_MAX_BITS 128
/* Values in one text: hostile types can ask for more than there is time for. */
#define VALUE_BUDGET (1ull << 26)

/* How a value is shown. */
enum value_look {
	LOOK_PLAIN, /* as its kind says */
	LOOK_BE, /* a number in network byte order, shown as the number it stands for */
	LOOK_IP4, /* 192.0.2.1 */
	LOOK_IP6, /* 2001:db8::1 */
	LOOK_MAC, /* 02:00:00:00:00:01 */
	LOOK_TEXT, /* "text", if that is what the bytes are */
};

/* A type without typedefs and qualifiers, and how its values look. */
struct value_type {
	const struct btf_type *t; /* NULL: not a type */
	uint32_t id;
	enum value_look look;
};

struct value_type value_type(const struct btf *b, uint32_t id, const char *name);

/*
 * @n bits (1 to 128) that begin at bit @bit of @data, as @big-endian machines count or as others
 * do. The caller has checked that they are there.
 */
value_u128 value_load(const uint8_t *data, uint64_t bit, unsigned int n, bool big);
void value_store(uint8_t *data, uint64_t bit, unsigned int n, bool big, value_u128 v);
value_s128 value_sign_extend(value_u128 v, unsigned int n);

static inline value_u128 value_mask(unsigned int n)
{
	return n >= VALUE_MAX_BITS ? ~(value_u128)0 : ((value_u128)1 << n) - 1;
}

static inline bool value_host_is_big(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

/* Bits of the scalar that member or variable of type @t with bit-field size @bit_size holds. */
unsigned int value_scalar_bits(const struct btf_type *t, uint32_t bit_size, uint32_t *skip);

/* Is the scalar (int, enum) signed; is it the text type "char". */
bool value_is_signed(const struct btf_type *t);
bool value_is_char(const struct btf *b, const struct btf_type *t);

/* Enumerator @i as 64 bits, sign-extended if the enum is signed. */
uint64_t value_enumerator(const struct btf *b, const struct btf_type *t, uint32_t i,
			  const char **name);

#endif
