// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value.c - bytes as text or JSON, directed by BTF. It knows the two forms; what is in the bytes
 * and how a type looks comes from value-scalar.c. Events pass through here by the hundred thousand
 * a second, so integers, names and text never meet printf.
 */
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>

#include "btf/value-scalar.h"
#include "btf/value.h"

struct fmt {
	struct buf *out;
	const struct btf *b;
	const uint8_t *data;
	uint64_t bits; /* that are there */
	unsigned int flags;
	unsigned int depth;
	uint32_t budget;
	bool big;
	bool bare; /* writing the outermost struct of BTF_VALUE_BARE */
	int err;
};

static void fmt_value(struct fmt *f, const struct value_type *v, uint64_t bit, uint32_t bit_size,
		      const char *name);

static bool json(const struct fmt *f)
{
	return f->flags & BTF_VALUE_JSON;
}

static void newline(struct fmt *f, unsigned int depth)
{
	buf_putc(f->out, '\n');
	while (depth--)
		buf_putc(f->out, '\t');
}

/* --- scalars --------------------------------------------------------------------------------- */

static void put_u128(struct buf *out, value_u128 v)
{
	const uint64_t e19 = 10000000000000000000u;
	uint64_t low, digit;

	if (!(v >> 64)) {
		buf_put_u64(out, (uint64_t)v);
		return;
	}
	put_u128(out, v / e19);
	low = (uint64_t)(v % e19);
	for (digit = e19 / 10; digit; digit /= 10)
		buf_putc(out, (char)('0' + low / digit % 10));
}

static void put_number(struct fmt *f, value_u128 v, unsigned int n, bool is_signed)
{
	value_s128 s = is_signed ? value_sign_extend(v, n) : 0;
	/* JSON readers keep 64 bits at best: more is a string. */
	bool quote = json(f) && n > 64;

	if (quote)
		buf_putc(f->out, '"');
	if (s < 0) {
		buf_putc(f->out, '-');
		v = (value_u128)0 - (value_u128)s;
	}
	put_u128(f->out, v);
	if (quote)
		buf_putc(f->out, '"');
}

static void put_hex(struct buf *out, uint64_t v)
{
	char text[18];
	size_t i = sizeof(text);

	do {
		text[--i] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	text[--i] = 'x';
	text[--i] = '0';
	buf_put(out, text + i, sizeof(text) - i);
}

/* A word that needs no escapes: in quotes in JSON. */
static void put_word(struct fmt *f, const char *s, size_t n)
{
	if (json(f))
		buf_putc(f->out, '"');
	buf_put(f->out, s, n);
	if (json(f))
		buf_putc(f->out, '"');
}

/*
 * Is it an enum of flags: each value but 0 is one bit, and one is at least 4 - for 0, 1, 2 are as
 * well three cases, and 3 would then be a lie.
 */
static bool enum_is_flags(const struct btf *b, const struct btf_type *t)
{
	const char *name;
	bool high = false;
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		uint64_t e = value_enumerator(b, t, i, &name);

		if (e & (e - 1))
			return false;
		high |= e >= 4;
	}
	return high;
}

static void put_enum(struct fmt *f, const struct btf_type *t, value_u128 v, unsigned int n)
{
	uint64_t plain = (uint64_t)v, sign = (uint64_t)value_sign_extend(v, n), left = plain;
	const char *name;
	uint32_t i, parts = 0;

	for (i = 0; i < btf_vlen(t); i++) {
		uint64_t e = value_enumerator(f->b, t, i, &name);

		if (e == plain || (btf_kflag(t) && e == sign)) {
			put_word(f, name, strlen(name));
			return;
		}
	}
	if (plain && enum_is_flags(f->b, t)) {
		for (i = 0; i < btf_vlen(t); i++)
			left &= ~value_enumerator(f->b, t, i, &name);
		if (!left) {
			left = plain;
			if (json(f))
				buf_putc(f->out, '"');
			for (i = 0; i < btf_vlen(t) && left; i++) {
				uint64_t e = value_enumerator(f->b, t, i, &name);

				if (!(e & left))
					continue;
				if (parts++)
					buf_putc(f->out, '|');
				buf_puts(f->out, name);
				left &= ~e;
			}
			if (json(f))
				buf_putc(f->out, '"');
			return;
		}
	}
	put_number(f, v, n, btf_kflag(t));
}

/* printf writes the decimal point of the process's locale; here it is a point. */
static void put_float(struct fmt *f, const void *p, uint32_t size)
{
	char text[64], *s;
	float single;
	double v;
	int digits;

	if (size == 4) {
		memcpy(&single, p, sizeof(single));
		v = (double)single;
	} else {
		memcpy(&v, p, sizeof(v));
	}
	if (isnan(v)) {
		put_word(f, "nan", 3);
		return;
	}
	if (isinf(v)) {
		put_word(f, v < 0 ? "-inf" : "inf", v < 0 ? 4 : 3);
		return;
	}
	/* As few digits as give the same number again. */
	for (digits = size == 4 ? 6 : 15; digits < 18; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (size == 4 ? strtof(text, NULL) == single : strtod(text, NULL) == v)
			break;
	}
	for (s = text; *s; s++) {
		if (strchr("0123456789+-e", *s)) {
			buf_putc(f->out, *s);
		} else {
			buf_putc(f->out, '.');
			while (s[1] && !strchr("0123456789+-e", s[1]))
				s++;
		}
	}
}

static void put_bytes(struct fmt *f, const uint8_t *p, size_t n)
{
	if (json(f))
		buf_putc(f->out, '"');
	buf_put(f->out, "0x", 2);
	buf_put_hex(f->out, p, n);
	if (json(f))
		buf_putc(f->out, '"');
}

static void put_ip4(struct fmt *f, const uint8_t *p)
{
	char text[16];
	size_t n = 0, i;

	for (i = 0; i < 4; i++) {
		if (i)
			text[n++] = '.';
		if (p[i] >= 100)
			text[n++] = (char)('0' + p[i] / 100);
		if (p[i] >= 10)
			text[n++] = (char)('0' + p[i] / 10 % 10);
		text[n++] = (char)('0' + p[i] % 10);
	}
	put_word(f, text, n);
}

static void put_address(struct fmt *f, enum value_look look, const uint8_t *p)
{
	char text[INET6_ADDRSTRLEN];
	int i;

	switch (look) {
	case LOOK_IP4:
		put_ip4(f, p);
		return;
	case LOOK_IP6:
		inet_ntop(AF_INET6, p, text, sizeof(text));
		put_word(f, text, strlen(text));
		return;
	default:
		for (i = 0; i < 6; i++) {
			text[i * 3] = "0123456789abcdef"[p[i] >> 4];
			text[i * 3 + 1] = "0123456789abcdef"[p[i] & 15];
			text[i * 3 + 2] = ':';
		}
		put_word(f, text, 17);
		return;
	}
}

static void fmt_scalar(struct fmt *f, const struct value_type *v, uint64_t bit, uint32_t bit_size)
{
	uint32_t skip;
	unsigned int n = value_scalar_bits(v->t, bit_size, &skip);
	value_u128 raw;

	bit += skip;
	if (!n || bit > f->bits || n > f->bits - bit) {
		f->err = -EMSGSIZE;
		buf_puts(f->out, json(f) ? "null" : "?");
		return;
	}
	if (v->look == LOOK_IP4 && !(bit % 8) && n == 32) {
		put_ip4(f, f->data + bit / 8);
		return;
	}
	if (btf_kind(v->t) == BTF_FLOAT) {
		if (!(bit % 8) && (v->t->size == 4 || v->t->size == 8)) {
			raw = value_load(f->data, bit, n, f->big);
			if (v->t->size == 4)
				put_float(f, &(uint32_t) { (uint32_t)raw }, 4);
			else
				put_float(f, &(uint64_t) { (uint64_t)raw }, 8);
		} else {
			put_bytes(f, f->data + bit / 8, n / 8);
		}
		return;
	}
	raw = value_load(f->data, bit, n, v->look == LOOK_BE || f->big);
	switch (btf_kind(v->t)) {
	case BTF_ENUM:
	case BTF_ENUM64:
		put_enum(f, v->t, raw, n);
		break;
	case BTF_PTR:
		if (json(f))
			buf_putc(f->out, '"');
		put_hex(f->out, (uint64_t)raw);
		if (json(f))
			buf_putc(f->out, '"');
		break;
	default:
		/* A bool that is neither 0 nor 1 is worth seeing. */
		if ((btf_int_encoding(v->t) & BTF_INT_BOOL) && raw <= 1)
			buf_puts(f->out, raw ? "true" : "false");
		else
			put_number(f, raw, n, value_is_signed(v->t));
		break;
	}
}

/* --- text ------------------------------------------------------------------------------------ */

/* Bytes of the UTF-8 character at @p; 0: none; @n + 1 or more: one that is cut off. */
static size_t utf8_length(const uint8_t *p, size_t n)
{
	size_t len = p[0] < 0x80   ? 1
		     : p[0] < 0xc2 ? 0
		     : p[0] < 0xe0 ? 2
		     : p[0] < 0xf0 ? 3
		     : p[0] < 0xf5 ? 4
				   : 0;
	size_t i;

	for (i = 1; i < len && i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (len > 2 && n > 1 &&
	    ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	     (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)))
		return 0;
	return len;
}

/* True when the bytes before the first NUL are text: *len; up to *whole no character is cut off. */
static bool is_text(const uint8_t *p, size_t n, size_t *len, size_t *whole)
{
	size_t i, step;

	*len = *whole = strnlen((const char *)p, n);
	if (!*len) {
		for (i = 0; i < n; i++)
			if (p[i])
				return false;
		return true;
	}
	for (i = 0; i < *len; i += step) {
		if (p[i] < 0x20 && !(p[i] >= 7 && p[i] <= 13) && p[i] != 27)
			return false;
		step = utf8_length(p + i, *len - i);
		/* Half a character alone is more likely a number. */
		if (!step || (!i && step > *len))
			return false;
		if (i + step > *len)
			*whole = i;
	}
	return true;
}

static void put_escape(struct buf *out, uint8_t c)
{
	buf_putc(out, '\\');
	switch (c) {
	case '"':
	case '\\':
		buf_putc(out, (char)c);
		break;
	case '\n':
		buf_putc(out, 'n');
		break;
	case '\t':
		buf_putc(out, 't');
		break;
	default:
		buf_putc(out, 'x');
		buf_put_hex(out, &c, 1);
		break;
	}
}

/* Terminals obey control characters, those of ASCII and of Latin-1: written as \x... */
static void put_quoted(struct buf *out, const uint8_t *p, size_t n)
{
	size_t i, step, from = 0;

	buf_putc(out, '"');
	for (i = 0; i < n; i += step) {
		bool latin1 = p[i] == 0xc2 && i + 1 < n && p[i + 1] < 0xa0;
		size_t j;

		step = utf8_length(p + i, n - i);
		if (step && i + step <= n && p[i] >= 0x20 && p[i] != 0x7f && p[i] != '"' &&
		    p[i] != '\\' && !latin1)
			continue;
		if (!step || i + step > n)
			step = 1;
		buf_put(out, p + from, i - from);
		for (j = i; j < i + step; j++)
			put_escape(out, p[j]);
		from = i + step;
	}
	buf_put(out, p + from, n - from);
	buf_putc(out, '"');
}

/* Words that a bare line can hold without quotes and that mean nothing else. */
static bool is_bare_word(const uint8_t *p, size_t n)
{
	size_t i;

	if (!n || (p[0] >= '0' && p[0] <= '9') || p[0] == '-' || p[0] == '+')
		return false;
	for (i = 0; i < n; i++) {
		bool letter = (p[i] | 32) >= 'a' && (p[i] | 32) <= 'z';

		if (!letter && !(p[i] >= '0' && p[i] <= '9') && !memchr("_./-:@+%", p[i], 9))
			return false;
	}
	return true;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return !n || (!*p && !memcmp(p, p + 1, n - 1));
}

static bool fmt_text(struct fmt *f, const uint8_t *p, size_t n)
{
	size_t len, whole;

	if (!is_text(p, n, &len, &whole))
		return false;
	if ((f->flags & BTF_VALUE_EXACT) && !(is_zero(p + len, n - len) && (!json(f) || whole == len)))
		return false;
	/* JSON has no way to write half a character. */
	if (json(f))
		buf_put_json(f->out, (const char *)p, whole);
	else if (f->bare && f->depth == 1 && is_bare_word(p, len))
		buf_put(f->out, p, len);
	else
		put_quoted(f->out, p, len);
	return true;
}

/* --- arrays, structs ------------------------------------------------------------------------- */

static bool is_aggregate(const struct btf_type *t)
{
	enum btf_kind k = btf_kind(t);

	return k == BTF_STRUCT || k == BTF_UNION || k == BTF_ARRAY || k == BTF_DATASEC;
}

static void fmt_array(struct fmt *f, const struct value_type *v, uint64_t bit, const char *name,
		      bool flexible)
{
	const struct btf_array *a = btf_array(v->t);
	int64_t size = btf_size(f->b, a->type);
	struct value_type e = value_type(f->b, a->type, name);
	uint64_t there, i, n = a->nelems;
	bool lines;

	if (!e.t || size < 0) {
		f->err = -EINVAL;
		buf_puts(f->out, json(f) ? "null" : "?");
		return;
	}
	there = size && bit < f->bits ? (f->bits - bit) / 8 / (uint64_t)size : 0;
	if (flexible)
		n = there;
	if (!size)
		n = 0;
	if (n > there) {
		f->err = -EMSGSIZE;
		/* Of text, what is there is text too. */
		n = there;
	}
	if (v->look == LOOK_TEXT && (n || !a->nelems) &&
	    fmt_text(f, f->data + (n ? bit / 8 : 0), n))
		return;
	lines = (f->flags & BTF_VALUE_INDENT) && is_aggregate(e.t) && e.look == LOOK_PLAIN && n;
	buf_putc(f->out, '[');
	f->depth++;
	for (i = 0; i < n && !f->out->failed && f->budget; i++) {
		if (i)
			buf_putc(f->out, ',');
		if (lines)
			newline(f, f->depth);
		else if (!json(f))
			buf_putc(f->out, ' ');
		fmt_value(f, &e, bit + i * (uint64_t)size * 8, 0, name);
	}
	f->depth--;
	if (lines)
		newline(f, f->depth);
	else if (!json(f))
		buf_putc(f->out, ' ');
	buf_putc(f->out, ']');
}

/* Length of a name that needs neither quotes nor escapes; 0: it does. */
static size_t plain_length(const char *s)
{
	size_t n;

	for (n = 0; s[n]; n++)
		if (!((s[n] | 32) >= 'a' && (s[n] | 32) <= 'z') && !(s[n] >= '0' && s[n] <= '9') &&
		    s[n] != '_')
			return 0;
	return n;
}

static void put_key(struct fmt *f, const char *name, size_t *count)
{
	bool bare = f->bare && f->depth == 1, indent = f->flags & BTF_VALUE_INDENT;
	const char *is = json(f) ? (indent ? "\": " : "\":") : bare ? "=" : " = ";
	size_t n = plain_length(name);
	char *to;

	if ((*count)++)
		buf_putc(f->out, bare ? ' ' : ',');
	if (indent && !bare)
		newline(f, f->depth);
	/* Names are most of an event's text: one step for the usual ones. */
	to = n ? buf_reserve(f->out, n + 6) : NULL;
	if (to) {
		char *from = to;

		if (json(f))
			*to++ = '"';
		else if (!bare && !indent)
			*to++ = ' ';
		memcpy(to, name, n);
		to += n;
		while (*is)
			*to++ = *is++;
		*to = '\0';
		f->out->len += (size_t)(to - from);
		return;
	}
	if (json(f)) {
		buf_put_json(f->out, name, strlen(name));
		buf_puts(f->out, is + 1);
		return;
	}
	if (!bare && !indent)
		buf_putc(f->out, ' ');
	put_quoted(f->out, (const uint8_t *)name, strlen(name));
	buf_puts(f->out, is);
}

/* Is anything of the value in the data: a whole scalar, or the beginning of an aggregate. */
static bool is_there(struct fmt *f, const struct value_type *v, uint64_t bit, uint32_t bit_size)
{
	uint32_t skip;
	unsigned int n;

	if (is_aggregate(v->t)) {
		int64_t size = btf_size(f->b, v->id);

		if (bit > f->bits || size < 0)
			return false;
		return bit < f->bits || !size;
	}
	n = value_scalar_bits(v->t, bit_size, &skip);
	bit += skip;
	return bit <= f->bits && n <= f->bits - bit;
}

static void fmt_members(struct fmt *f, const struct btf_type *t, uint64_t bit, size_t *count,
			unsigned int nested)
{
	const struct btf_member *m = btf_members(t);
	uint32_t i, vlen = btf_vlen(t);

	for (i = 0; i < vlen && !f->out->failed; i++) {
		const char *name = btf_str(f->b, m[i].name_off);
		uint64_t at = bit + btf_member_bit_offset(t, i);
		uint32_t bit_size = btf_member_bit_size(t, i);
		struct value_type v = value_type(f->b, m[i].type, name);

		if (!v.t || !f->budget)
			continue;
		if (!name[0]) {
			/* Members of an anonymous struct are members of the outer one. */
			f->budget--;
			if ((btf_kind(v.t) == BTF_STRUCT || btf_kind(v.t) == BTF_UNION) &&
			    nested + f->depth < BTF_MAX_DEPTH)
				fmt_members(f, v.t, at, count, nested + 1);
			continue;
		}
		if (!is_there(f, &v, at, bit_size)) {
			f->err = -EMSGSIZE;
			continue;
		}
		put_key(f, name, count);
		/* The array without a length at the end has the rest of the data. */
		if (f->depth == 1 && !nested && i + 1 == vlen && btf_kind(v.t) == BTF_ARRAY &&
		    !btf_array(v.t)->nelems && btf_kind(t) == BTF_STRUCT)
			fmt_array(f, &v, at, name, true);
		else
			fmt_value(f, &v, at, bit_size, name);
	}
}

static void fmt_section(struct fmt *f, const struct btf_type *t, uint64_t bit, size_t *count)
{
	const struct btf_secinfo *s = btf_secinfos(t);
	uint32_t i;

	for (i = 0; i < btf_vlen(t) && !f->out->failed && f->budget; i++) {
		const char *name = btf_name_of(f->b, s[i].type);
		uint64_t at = bit + (uint64_t)s[i].offset * 8;
		struct value_type v = value_type(f->b, s[i].type, name);

		if (!v.t || !is_there(f, &v, at, 0)) {
			f->err = -EMSGSIZE;
			continue;
		}
		put_key(f, name, count);
		fmt_value(f, &v, at, 0, name);
	}
}

static void fmt_struct(struct fmt *f, const struct btf_type *t, uint64_t bit)
{
	bool bare = f->bare && !f->depth;
	size_t count = 0;

	if (!bare)
		buf_putc(f->out, '{');
	f->depth++;
	if (btf_kind(t) == BTF_DATASEC)
		fmt_section(f, t, bit, &count);
	else
		fmt_members(f, t, bit, &count, 0);
	f->depth--;
	if (bare)
		return;
	if (count && (f->flags & BTF_VALUE_INDENT))
		newline(f, f->depth);
	else if (!json(f))
		buf_putc(f->out, ' ');
	buf_putc(f->out, '}');
}

static void fmt_value(struct fmt *f, const struct value_type *v, uint64_t bit, uint32_t bit_size,
		      const char *name)
{
	uint64_t want;

	if (!v->t || f->depth >= BTF_MAX_DEPTH || !f->budget) {
		f->err = v->t && !f->budget ? -E2BIG : -EINVAL;
		buf_puts(f->out, json(f) ? "null" : "?");
		return;
	}
	f->budget--;
	if (is_aggregate(v->t) && v->look != LOOK_PLAIN && v->look != LOOK_TEXT) {
		want = (v->look == LOOK_IP4 ? 4 : v->look == LOOK_IP6 ? 16 : 6) * 8;
		if (!(bit % 8) && bit <= f->bits && want <= f->bits - bit) {
			put_address(f, v->look, f->data + bit / 8);
			return;
		}
	}
	switch (btf_kind(v->t)) {
	case BTF_INT:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FLOAT:
	case BTF_PTR:
		fmt_scalar(f, v, bit, bit_size);
		break;
	case BTF_ARRAY:
		/* Arrays and structs lie on bytes; a type that says otherwise lies. */
		fmt_array(f, v, bit & ~7ull, name, false);
		break;
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_DATASEC:
		fmt_struct(f, v->t, bit);
		break;
	default:
		f->err = -EINVAL;
		buf_puts(f->out, json(f) ? "null" : "?");
		break;
	}
}

int btf_value_format(struct buf *out, const struct btf *b, uint32_t id, const void *data,
		     size_t size, unsigned int flags)
{
	struct value_type v = value_type(b, id, btf_name_of(b, id));
	struct fmt f = {
		.out = out,
		.b = b,
		.data = data,
		.bits = MIN((uint64_t)size, (uint64_t)UINT32_MAX) * 8,
		.flags = flags,
		/* Unions show bytes more than once; no honest type shows one 64 times. */
		.budget =
			(uint32_t)MIN(4096 + MIN((uint64_t)size, VALUE_BUDGET) * 64, VALUE_BUDGET),
		.big = value_host_is_big() != !!(flags & BTF_VALUE_SWAP),
	};
	int64_t want;

	if (!v.t)
		return -EINVAL;
	want = btf_kind(v.t) == BTF_DATASEC ? (int64_t)v.t->size : btf_size(b, v.id);
	if (want < 0)
		return -EINVAL;
	f.bare = (flags & BTF_VALUE_BARE) && !json(&f) && v.look == LOOK_PLAIN &&
		 is_aggregate(v.t) && btf_kind(v.t) != BTF_ARRAY;
	/* A number of which a part is missing is no number: the bytes that are there. */
	if (!is_aggregate(v.t) && (uint64_t)want > size) {
		if (size)
			put_bytes(&f, data, size);
		else
			buf_puts(out, json(&f) ? "null" : "?");
		return -EMSGSIZE;
	}
	fmt_value(&f, &v, 0, 0, btf_name_of(b, id));
	if (out->failed)
		return -ENOMEM;
	if (f.err)
		return f.err;
	return (uint64_t)want > size ? -EMSGSIZE : 0;
}

/* --- one member ------------------------------------------------------------------------------ */

struct nth {
	uint32_t left; /* so many more named ones to pass */
	const char *name;
	uint32_t id;
	uint64_t bit;
	uint32_t bit_size;
	bool last; /* of the outermost struct */
};

static bool find_nth(const struct btf *b, const struct btf_type *t, uint64_t bit,
		     unsigned int nested, struct nth *n)
{
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; m && i < btf_vlen(t); i++) {
		uint64_t at = bit + btf_member_bit_offset(t, i);

		n->name = btf_str(b, m[i].name_off);
		if (!n->name[0]) {
			struct value_type v = value_type(b, m[i].type, "");

			if (v.t && nested < BTF_MAX_DEPTH && find_nth(b, v.t, at, nested + 1, n))
				return true;
			continue;
		}
		if (n->left--)
			continue;
		n->id = m[i].type;
		n->bit = at;
		n->bit_size = btf_member_bit_size(t, i);
		n->last = !nested && i + 1 == btf_vlen(t);
		return true;
	}
	return false;
}

int btf_value_format_member(struct buf *out, const struct btf *b, uint32_t id, uint32_t i,
			    const void *data, size_t size, const char **name)
{
	struct value_type of = value_type(b, id, ""), v;
	struct fmt f = {
		.out = out,
		.b = b,
		.data = data,
		.bits = MIN((uint64_t)size, (uint64_t)UINT32_MAX) * 8,
		.depth = 1,
		.budget = (uint32_t)MIN(4096 + MIN((uint64_t)size, VALUE_BUDGET) * 64, VALUE_BUDGET),
		.big = value_host_is_big(),
	};
	struct nth n = { .left = i };
	size_t length, whole;

	if (!of.t || !find_nth(b, of.t, 0, 0, &n))
		return -ENOENT;
	*name = n.name;
	v = value_type(b, n.id, n.name);
	if (!v.t)
		return -EINVAL;
	if (!is_there(&f, &v, n.bit, n.bit_size))
		return -EMSGSIZE;
	if (v.look == LOOK_TEXT) {
		uint64_t there = (f.bits - n.bit) / 8, bytes = btf_array(v.t)->nelems;

		bytes = bytes || !n.last ? MIN(bytes, there) : there;
		if (is_text(f.data + n.bit / 8, (size_t)bytes, &length, &whole)) {
			buf_put(out, f.data + n.bit / 8, length);
			return out->failed ? -ENOMEM : 0;
		}
	}
	if (n.last && btf_kind(v.t) == BTF_ARRAY && !btf_array(v.t)->nelems)
		fmt_array(&f, &v, n.bit, n.name, true);
	else
		fmt_value(&f, &v, n.bit, n.bit_size, n.name);
	return out->failed ? -ENOMEM : f.err;
}
