// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value-word.c - the words of a value's text into bytes: numbers, enumerators, addresses, quoted
 * text, 0x bytes. Knows no structs and no arrays beyond their size.
 */
#include <arpa/inet.h>
#include <locale.h>
#include <stdio.h>

#include "btf/value-word.h"

/* A word of the text: not NUL-terminated. */
struct word {
	const char *s;
	size_t n;
};

int value_error(struct value_parser *p, const char *at, const char *fmt, ...)
{
	_buf_free_ struct buf why = { 0 };
	char text[32];
	size_t n = 0;
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&why, fmt, args);
	va_end(args);
	if (why.failed)
		return report_oom(p->r);
	while (at[n] && n < sizeof(text) - 4 && at[n] != '\n' && (uint8_t)at[n] >= 0x20) {
		text[n] = at[n];
		n++;
	}
	if (at[n] && at[n] != '\n') {
		/* Not in the middle of a character. */
		while (n && ((uint8_t)at[n] & 0xc0) == 0x80)
			n--;
		memcpy(text + n, "...", 3);
		n += 3;
	}
	text[n] = '\0';
	if (!n)
		snprintf(text, sizeof(text), "end of text");
	if (p->member)
		return report_error(p->r, EINVAL, "at '%s': %s, for '%s'", text, why.data,
				    p->member);
	return report_error(p->r, EINVAL, "at '%s': %s", text, why.data);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void value_skip_space(struct value_parser *p)
{
	while (is_space(*p->p))
		p->p++;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* --- quoted text ----------------------------------------------------------------------------- */

static void put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_putc(out, (char)(0xe0 | c >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | c >> 18));
			buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (c & 0x3f)));
}

static bool hex_number(const char **s, unsigned int digits, uint32_t *out)
{
	*out = 0;
	while (digits--) {
		int d = hex_digit(**s);

		if (d < 0)
			return false;
		*out = *out << 4 | (uint32_t)d;
		(*s)++;
	}
	return true;
}

/* What stands behind a backslash. */
static int parse_escape(struct value_parser *p, struct buf *out)
{
	static const char from[] = "\"\\/'abfnrtve0", to[] = "\"\\/'\a\b\f\n\r\t\v\033";
	const char *at = p->p - 1, *known;
	uint32_t c, low;
	char e = *p->p;

	if (e == 'x' || e == 'u') {
		p->p++;
		if (!hex_number(&p->p, e == 'x' ? 2 : 4, &c))
			return value_error(p, at, "an escape with too few hex digits");
		if (e == 'x') {
			buf_putc(out, (char)c);
			return 0;
		}
		if (c >= 0xd800 && c < 0xdc00 && p->p[0] == '\\' && p->p[1] == 'u') {
			p->p += 2;
			if (!hex_number(&p->p, 4, &low) || low < 0xdc00 || low > 0xdfff)
				return value_error(p, at, "half a surrogate pair");
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		} else if (c >= 0xd800 && c <= 0xdfff) {
			return value_error(p, at, "half a surrogate pair");
		}
		put_utf8(out, c);
		return 0;
	}
	known = e ? strchr(from, e) : NULL;
	if (!known)
		return value_error(p, at, "an escape that is not known");
	buf_putc(out, to[known - from]);
	p->p++;
	return 0;
}

int value_unquote(struct value_parser *p, struct buf *out)
{
	const char *from = p->p++;
	int err;

	while (*p->p != '"') {
		if (!*p->p)
			return value_error(p, from, "the closing '\"' is missing");
		if (*p->p == '\\') {
			p->p++;
			err = parse_escape(p, out);
			if (err)
				return err;
			continue;
		}
		buf_putc(out, *p->p++);
	}
	p->p++;
	return out->failed ? report_oom(p->r) : 0;
}

/* --- words ----------------------------------------------------------------------------------- */

/* The bare word at @s: ends at white space or at what ends a value inside braces. */
static struct word bare_word(const char *s)
{
	struct word w = { .s = s };

	while (s[w.n] && !is_space(s[w.n]) && !strchr(",{}[]\"", s[w.n]))
		w.n++;
	return w;
}

/* The next word, bare or in quotes (then @text holds it), and past it. */
static int next_word(struct value_parser *p, struct buf *text, struct word *w)
{
	int err;

	if (*p->p == '"') {
		err = value_unquote(p, text);
		if (err)
			return err;
		*w = (struct word) { text->data ? text->data : "", text->len };
		return 0;
	}
	*w = bare_word(p->p);
	p->p += w->n;
	return 0;
}

static bool word_is(struct word w, const char *s)
{
	return strlen(s) == w.n && !memcmp(w.s, s, w.n);
}

/* K, M, G, T, with or without iB. */
static int size_shift(struct word w)
{
	const char *letters = "KMGT", *at;

	if (w.n == 3 && w.s[1] == 'i' && w.s[2] == 'B')
		w.n = 1;
	if (w.n != 1)
		return -1;
	at = memchr(letters, w.s[0] == 'k' ? 'K' : w.s[0], 4);
	return at ? 10 * (int)(at - letters + 1) : -1;
}

/* The spellings of base/text.h's numbers and sizes, for up to 128 bits. -EINVAL: not a number. */
static int read_number(struct word w, bool *negative, value_u128 *out)
{
	unsigned int base = 10;
	value_u128 v = 0;
	bool any = false, over = false;
	size_t i = 0;

	*negative = w.n && w.s[0] == '-';
	i = *negative || (w.n && w.s[0] == '+');
	if (i + 1 < w.n && w.s[i] == '0') {
		char c = (char)(w.s[i + 1] | 32);

		base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
		i += c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
		any = base == 8 && c != 'o';
	}
	for (; i < w.n; i++) {
		int d = hex_digit(w.s[i]);

		if (w.s[i] == '_' && any && i + 1 < w.n && hex_digit(w.s[i + 1]) >= 0)
			continue;
		if (d < 0 || (unsigned int)d >= base)
			break;
		over |= v > (~(value_u128)0 - (unsigned int)d) / base;
		v = v * base + (unsigned int)d;
		any = true;
	}
	if (!any)
		return -EINVAL;
	if (i < w.n) {
		int shift = base == 10 ? size_shift((struct word) { w.s + i, w.n - i }) : -1;

		if (shift < 0)
			return -EINVAL;
		over |= v >> (VALUE_MAX_BITS - shift) != 0;
		v <<= shift;
	}
	*out = v;
	return over ? -ERANGE : 0;
}

static bool read_ip4(struct word w, uint8_t *out)
{
	char text[INET_ADDRSTRLEN];

	if (!w.n || w.n >= sizeof(text) || !memchr(w.s, '.', w.n))
		return false;
	memcpy(text, w.s, w.n);
	text[w.n] = '\0';
	return inet_pton(AF_INET, text, out) == 1;
}

static bool read_ip6(struct word w, uint8_t *out)
{
	char text[INET6_ADDRSTRLEN];

	if (!w.n || w.n >= sizeof(text) || !memchr(w.s, ':', w.n))
		return false;
	memcpy(text, w.s, w.n);
	text[w.n] = '\0';
	return inet_pton(AF_INET6, text, out) == 1;
}

static bool read_mac(struct word w, uint8_t *out)
{
	const char *s = w.s;
	uint8_t mac[6];
	uint32_t byte;
	size_t i;

	if (w.n != 17)
		return false;
	for (i = 0; i < 6; i++) {
		if (i && *s != ':' && *s != '-')
			return false;
		s += i != 0;
		if (hex_digit(s[0]) < 0 || !hex_number(&s, 2, &byte))
			return false;
		mac[i] = (uint8_t)byte;
	}
	memcpy(out, mac, sizeof(mac));
	return true;
}

/* 0x and two digits for each of @size bytes, in the order of memory. */
static bool read_bytes(struct word w, uint8_t *out, size_t size)
{
	const char *s = w.s + 2;
	uint32_t byte;
	size_t i;

	if (!size || w.n < 2 || (w.n - 2) % 2 || (w.n - 2) / 2 != size || w.s[0] != '0' ||
	    (w.s[1] | 32) != 'x')
		return false;
	for (i = 2; i < w.n; i++)
		if (hex_digit(w.s[i]) < 0)
			return false;
	for (i = 0; i < size && hex_number(&s, 2, &byte); i++)
		out[i] = (uint8_t)byte;
	return true;
}

/* --- scalars --------------------------------------------------------------------------------- */

/* The range of @n bits as text. */
static int out_of_range(struct value_parser *p, const char *at, unsigned int n, bool is_signed)
{
	if (n > 64)
		return value_error(p, at, "the number does not fit in %u bits", n);
	if (is_signed)
		return value_error(p, at, "a number from %lld to %lld was expected",
				   n == 64 ? (long long)INT64_MIN : -(1LL << (n - 1)),
				   n == 64 ? (long long)INT64_MAX : (1LL << (n - 1)) - 1);
	return value_error(p, at, "a number from 0 to %llu was expected",
			   (unsigned long long)value_mask(n));
}

/* Enums may leave their sign out of BTF: either reading fits. */
static bool fits(value_u128 v, bool negative, unsigned int n, bool is_signed, bool either)
{
	value_u128 half = (value_u128)1 << (n - 1);

	if (negative)
		return (is_signed || either || !v) && v <= half;
	return is_signed && !either ? v < half : v <= value_mask(n);
}

static int unknown_enumerator(struct value_parser *p, const char *at, const struct btf_type *t)
{
	const char *names[512];
	_free_ char *copy = NULL;
	struct word w = bare_word(at + (*at == '"'));
	uint32_t i, n = MIN(btf_vlen(t), ARRAY_SIZE(names));

	for (i = 0; i < n; i++)
		value_enumerator(p->b, t, i, &names[i]);
	value_error(p, at, "neither a number nor one of the names of '%s'",
		    btf_name(p->b, t)[0] ? btf_name(p->b, t) : "enum");
	copy = malloc(w.n + 1);
	if (copy) {
		memcpy(copy, w.s, w.n);
		copy[w.n] = '\0';
		report_nearest(p->r, copy, names, n);
	}
	return -EINVAL;
}

static bool find_enumerator(const struct btf *b, const struct btf_type *t, struct word w,
			    value_u128 *out)
{
	const char *name;
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		uint64_t e = value_enumerator(b, t, i, &name);

		if (!word_is(w, name))
			continue;
		*out = btf_kflag(t) ? (value_u128)(value_s128)(int64_t)e : e;
		return true;
	}
	return false;
}

/* A|B|0x10; @w is one word with '|' in it or not. */
static int read_enum(struct value_parser *p, const char *at, const struct btf_type *t,
		     unsigned int n, struct word w, value_u128 *out)
{
	value_u128 v = 0, one;
	bool negative;
	int err;

	for (;;) {
		const char *bar = memchr(w.s, '|', w.n);
		struct word part = { w.s, bar ? (size_t)(bar - w.s) : w.n };

		while (part.n && is_space(part.s[0]))
			part.s++, part.n--;
		while (part.n && is_space(part.s[part.n - 1]))
			part.n--;
		if (!find_enumerator(p->b, t, part, &one)) {
			err = read_number(part, &negative, &one);
			if (err == -EINVAL)
				return unknown_enumerator(p, at, t);
			if (err || !fits(one, negative, n, btf_kflag(t), true))
				return out_of_range(p, at, n, btf_kflag(t));
			if (negative)
				one = (value_u128)0 - one;
		}
		v |= one;
		if (!bar)
			break;
		w.n -= (size_t)(bar - w.s) + 1;
		w.s = bar + 1;
	}
	*out = v;
	return 0;
}

/* In the C locale whatever the process's is. */
static bool read_double(struct word w, double *out)
{
	char text[64], *end;
	locale_t c;

	if (!w.n || w.n >= sizeof(text))
		return false;
	memcpy(text, w.s, w.n);
	text[w.n] = '\0';
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!c)
		return false;
	*out = strtod_l(text, &end, c);
	freelocale(c);
	return !*end;
}

static int store_float(struct value_parser *p, const struct btf_type *t, const char *at,
		       struct word w, uint64_t bit, unsigned int n)
{
	uint64_t wide;
	uint32_t narrow;
	double d;
	float f;

	if (!(bit % 8) && t->size != 4 && t->size != 8) {
		if (read_bytes(w, p->data + bit / 8, n / 8))
			return 0;
		return value_error(p, at, "0x and the bytes were expected");
	}
	if (!read_double(w, &d))
		return value_error(p, at, "a number was expected");
	f = (float)d;
	memcpy(&narrow, &f, sizeof(f));
	memcpy(&wide, &d, sizeof(d));
	value_store(p->data, bit, n, value_host_is_big(), t->size == 4 ? narrow : wide);
	return 0;
}

static bool read_bool(struct word w, value_u128 *out)
{
	static const char *const no[] = { "false", "no", "off" }, *const yes[] = { "true", "yes",
										   "on" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(no); i++) {
		if (!word_is(w, no[i]) && !word_is(w, yes[i]))
			continue;
		*out = word_is(w, yes[i]);
		return true;
	}
	return false;
}

/* Takes "A | B" as one word: flags are written with spaces too. */
static void join_flags(struct value_parser *p, struct word *w)
{
	for (;;) {
		const char *s = p->p;

		while (is_space(*s))
			s++;
		if (*s != '|' && !(w->n && w->s[w->n - 1] == '|'))
			return;
		if (*s == '|')
			s++;
		while (is_space(*s))
			s++;
		p->p = s + bare_word(s).n;
		w->n = (size_t)(p->p - w->s);
		if (p->p == s)
			return;
	}
}

int value_parse_word(struct value_parser *p, const struct value_type *v, uint64_t bit,
		     uint32_t bit_size)
{
	_buf_free_ struct buf text = { 0 };
	const char *at = p->p;
	bool negative, big = v->look == LOOK_BE || value_host_is_big();
	enum btf_kind kind = btf_kind(v->t);
	bool is_signed = value_is_signed(v->t);
	value_u128 value = 0;
	uint8_t address[4];
	uint32_t skip;
	unsigned int n = value_scalar_bits(v->t, bit_size, &skip);
	struct word w;
	int err;

	bit += skip;
	if (!n || bit / 8 > p->size || (uint64_t)n + bit % 8 > (p->size - bit / 8) * 8)
		return value_error(p, at, "the value does not fit in %zu bytes", p->size);
	err = next_word(p, &text, &w);
	if (err)
		return err;
	if (!w.n)
		return value_error(p, at, "a value was expected");
	if (word_is(w, "null") && *at != '"')
		return 0;
	if (kind == BTF_FLOAT)
		return store_float(p, v->t, at, w, bit, n);
	if (kind == BTF_ENUM || kind == BTF_ENUM64) {
		if (*at != '"')
			join_flags(p, &w);
		err = read_enum(p, at, v->t, n, w, &value);
		if (!err)
			value_store(p->data, bit, n, big, value);
		return err;
	}
	/* A dotted address is those four bytes in this order, whatever the type is called. */
	if (kind == BTF_INT && n == 32 && !(bit % 8) && read_ip4(w, address)) {
		memcpy(p->data + bit / 8, address, sizeof(address));
		return 0;
	}
	if (kind == BTF_INT && n == 128 && !(bit % 8) && read_ip6(w, p->data + bit / 8))
		return 0;
	if (kind == BTF_INT && (btf_int_encoding(v->t) & BTF_INT_BOOL) && read_bool(w, &value)) {
		value_store(p->data, bit, n, big, value);
		return 0;
	}
	err = read_number(w, &negative, &value);
	if (err == -EINVAL)
		return value_error(p, at, "a number was expected");
	if (err || !fits(value, negative, n, is_signed, false))
		return out_of_range(p, at, n, is_signed);
	if (negative)
		value = (value_u128)0 - value;
	/* A number for an address type is the number in host order, like that of __be16. */
	value_store(p->data, bit, n, big || v->look == LOOK_IP4, value);
	return 0;
}

/* --- wholes ---------------------------------------------------------------------------------- */

static int store_text(struct value_parser *p, const char *at, struct word w, uint8_t *data,
		      size_t size)
{
	if (w.n > size)
		return value_error(p, at, "the text has %zu bytes, the array %zu", w.n, size);
	/* No more than the text: in a union the bytes behind it may be another member's. */
	memcpy(data, w.s, w.n);
	if (w.n < size)
		data[w.n] = '\0';
	return 0;
}

/* Text for an array of char: in quotes, or bare: all that is left when nothing is around it. */
static int parse_text(struct value_parser *p, uint8_t *data, size_t size)
{
	_buf_free_ struct buf text = { 0 };
	const char *at = p->p;
	struct word w = { at, strlen(at) };
	int err;

	if (*at == '"') {
		err = next_word(p, &text, &w);
		if (err)
			return err;
	} else if (p->depth == 1) {
		while (w.n && is_space(at[w.n - 1]))
			w.n--;
		p->p += strlen(at);
	} else {
		w = bare_word(at);
		if (!w.n)
			return value_error(p, at, "text was expected");
		p->p += w.n;
	}
	return store_text(p, at, w, data, size);
}

int value_parse_whole(struct value_parser *p, const struct value_type *v, uint8_t *data,
		      size_t size)
{
	_buf_free_ struct buf text = { 0 };
	struct word w = { NULL, 0 };
	bool array = btf_kind(v->t) == BTF_ARRAY, done;
	struct value_type e = { 0 };
	const char *at = p->p;
	int err;

	if (v->look != LOOK_TEXT || *at != '"') {
		err = next_word(p, &text, &w);
		if (err)
			return err;
		done = read_bytes(w, data, size);
		if (array)
			e = value_type(p->b, btf_array(v->t)->type, "");
		/* Addresses for arrays of bytes, and for what is shown as one. */
		if (!done && v->look != LOOK_TEXT &&
		    ((array && e.t && btf_kind(e.t) == BTF_INT) || v->look != LOOK_PLAIN))
			done = (size == 4 && read_ip4(w, data)) ||
			       (size == 16 && read_ip6(w, data)) ||
			       (size == 6 && read_mac(w, data));
		if (done)
			return 1;
		p->p = at;
	}
	if (v->look == LOOK_TEXT) {
		err = parse_text(p, data, size);
		return err ? err : 1;
	}
	return 0;
}
