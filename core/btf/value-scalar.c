// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value-scalar.c - bits in memory in either byte order, and the few types that people read as
 * addresses or text. It decides how a value looks; it refuses to know what the text is like.
 */
#include "btf/value-scalar.h"

/* Typedefs whose values are in network byte order whatever the machine. */
static enum value_look look_of_typedef(const char *name)
{
	if (name[0] != '_' && name[0] != 'i')
		return LOOK_PLAIN;
	if (streq(name, "__be32") || streq(name, "in_addr_t"))
		return LOOK_IP4;
	if (streq(name, "__be16") || streq(name, "__be64") || streq(name, "in_port_t"))
		return LOOK_BE;
	return LOOK_PLAIN;
}

bool value_is_char(const struct btf *b, const struct btf_type *t)
{
	if (btf_kind(t) != BTF_INT || t->size != 1 || btf_int_bits(t) != 8)
		return false;
	/* Compilers leave the CHAR bit out: the name tells text from small numbers. */
	return (btf_int_encoding(t) & BTF_INT_CHAR) || streq(btf_name(b, t), "char");
}

static bool is_byte(const struct btf *b, const struct btf_type *t)
{
	return btf_kind(t) == BTF_INT && t->size == 1 && btf_int_bits(t) == 8 &&
	       !(btf_int_encoding(t) & (BTF_INT_SIGNED | BTF_INT_BOOL)) && !value_is_char(b, t);
}

static bool says_ip6(const char *name, bool addr_is_enough)
{
	return strstr(name, "ip6") || strstr(name, "ipv6") || strstr(name, "addr6") ||
	       (addr_is_enough && strstr(name, "addr"));
}

/* Strip typedefs and qualifiers; *look is what typedefs' names say. NULL: too deep, or a lie. */
static const struct btf_type *strip(const struct btf *b, uint32_t *id, enum value_look *look)
{
	int depth;

	*look = LOOK_PLAIN;
	for (depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		const struct btf_type *t = btf_type(b, *id);

		if (!t)
			return NULL;
		switch (btf_kind(t)) {
		case BTF_TYPEDEF:
			if (*look == LOOK_PLAIN)
				*look = look_of_typedef(btf_name(b, t));
			break;
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
		case BTF_VAR:
			break;
		case BTF_INT:
			if (*look == LOOK_IP4 && (t->size != 4 || btf_int_bits(t) != 32))
				*look = LOOK_PLAIN;
			return t;
		default:
			*look = LOOK_PLAIN;
			return t;
		}
		*id = t->type;
	}
	return NULL;
}

static enum value_look look_of_array(const struct btf *b, const struct btf_type *t,
				     const char *name)
{
	const struct btf_array *a = btf_array(t);
	enum value_look look;
	uint32_t id = a->type;
	const struct btf_type *e = strip(b, &id, &look);

	if (!e || btf_kind(e) != BTF_INT)
		return LOOK_PLAIN;
	if (value_is_char(b, e))
		return LOOK_TEXT;
	if (is_byte(b, e)) {
		if (a->nelems == 6)
			return LOOK_MAC;
		return a->nelems == 16 && says_ip6(name, true) ? LOOK_IP6 : LOOK_PLAIN;
	}
	if (a->nelems == 4 && e->size == 4 && btf_int_bits(e) == 32 &&
	    says_ip6(name, look == LOOK_IP4))
		return LOOK_IP6;
	return LOOK_PLAIN;
}

struct value_type value_type(const struct btf *b, uint32_t id, const char *name)
{
	struct value_type v = { .id = id };

	v.t = strip(b, &v.id, &v.look);
	if (!v.t)
		return v;
	if (btf_kind(v.t) == BTF_ARRAY)
		v.look = look_of_array(b, v.t, name);
	else if (btf_kind(v.t) == BTF_STRUCT && v.t->size == 4 &&
		 streq(btf_name(b, v.t), "in_addr"))
		v.look = LOOK_IP4;
	else if (btf_kind(v.t) == BTF_STRUCT && v.t->size == 16 &&
		 streq(btf_name(b, v.t), "in6_addr"))
		v.look = LOOK_IP6;
	return v;
}

unsigned int value_scalar_bits(const struct btf_type *t, uint32_t bit_size, uint32_t *skip)
{
	unsigned int bits;

	*skip = 0;
	if (bit_size)
		return MIN(bit_size, VALUE_MAX_BITS);
	if (btf_kind(t) == BTF_PTR)
		return 64;
	bits = MIN(t->size, VALUE_MAX_BITS / 8) * 8;
	/* The old form of bit-fields: an int type that is narrower than its size. */
	if (btf_kind(t) == BTF_INT && btf_int_bits(t) < bits) {
		*skip = btf_int_offset(t);
		bits = btf_int_bits(t);
	}
	return bits;
}

/*
 * Bit-fields are counted from the low bit of the first byte on little-endian machines and from
 * its high bit on big-endian ones; either way the field is a run of bytes, shifted.
 */
value_u128 value_load(const uint8_t *data, uint64_t bit, unsigned int n, bool big)
{
	const uint8_t *p = data + bit / 8;
	unsigned int first = bit % 8, bytes = (first + n + 7) / 8, i;
	value_u128 v = 0;

	if (!first && n <= 64 && big == value_host_is_big()) {
		uint16_t h;
		uint32_t w;
		uint64_t d;

		switch (n) {
		case 8:
			return *p;
		case 16:
			memcpy(&h, p, sizeof(h));
			return h;
		case 32:
			memcpy(&w, p, sizeof(w));
			return w;
		case 64:
			memcpy(&d, p, sizeof(d));
			return d;
		default:
			break;
		}
	}
	for (i = 0; i < bytes; i++) {
		int shift = 8 * (int)i - (int)(big ? bytes * 8 - first - n : first);
		value_u128 byte = p[big ? bytes - 1 - i : i];

		v |= shift < 0 ? byte >> -shift : byte << shift;
	}
	return v & value_mask(n);
}

void value_store(uint8_t *data, uint64_t bit, unsigned int n, bool big, value_u128 v)
{
	uint8_t *p = data + bit / 8;
	unsigned int first = bit % 8, bytes = (first + n + 7) / 8, i;
	value_u128 mask = value_mask(n);

	v &= mask;
	for (i = 0; i < bytes; i++) {
		int shift = 8 * (int)i - (int)(big ? bytes * 8 - first - n : first);
		uint8_t *byte = &p[big ? bytes - 1 - i : i];
		uint8_t set = (uint8_t)(shift < 0 ? v << -shift : v >> shift);
		uint8_t keep = (uint8_t) ~(shift < 0 ? mask << -shift : mask >> shift);

		*byte = (*byte & keep) | set;
	}
}

value_s128 value_sign_extend(value_u128 v, unsigned int n)
{
	if (n < VALUE_MAX_BITS && (v >> (n - 1)) & 1)
		v |= ~value_mask(n);
	return (value_s128)v;
}

bool value_is_signed(const struct btf_type *t)
{
	if (btf_kind(t) == BTF_INT)
		return btf_int_encoding(t) & BTF_INT_SIGNED;
	return (btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64) && btf_kflag(t);
}

uint64_t value_enumerator(const struct btf *b, const struct btf_type *t, uint32_t i,
			  const char **name)
{
	if (btf_kind(t) == BTF_ENUM64) {
		const struct btf_enum64 *e = &btf_enums64(t)[i];

		*name = btf_str(b, e->name_off);
		return (uint64_t)e->hi << 32 | e->lo;
	} else {
		const struct btf_enum *e = &btf_enums(t)[i];

		*name = btf_str(b, e->name_off);
		return btf_kflag(t) ? (uint64_t)(int64_t)e->val : (uint32_t)e->val;
	}
}
