/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * kconfig-value.c - one kernel configuration value as the bytes of a variable.
 *
 * Knows which C types may hold y, m, n, numbers and strings; refuses to know where the
 * configuration comes from.
 */
#include "object/internal.h"

/* enum libbpf_tristate, the one type that can say "module". */
enum { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };

enum value_kind {
	VALUE_NONE,
	VALUE_BOOL,
	VALUE_TRISTATE,
	VALUE_CHAR, /* char alone takes y, m, n as characters, or a number */
	VALUE_INT,
	VALUE_TEXT,
};

struct value_type {
	enum value_kind kind;
	uint64_t size;
	bool is_signed;
};

static struct value_type classify(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);
	struct value_type v = { 0 };
	int64_t size = btf_size(b, id);
	uint32_t enc;

	if (!t || size <= 0 || size > 1 << 20)
		return v;
	v.size = size;
	switch (btf_kind(t)) {
	case BTF_INT:
		enc = btf_int_encoding(t);
		v.is_signed = enc & BTF_INT_SIGNED;
		if (enc & BTF_INT_BOOL)
			v.kind = size == 1 ? VALUE_BOOL : VALUE_NONE;
		else if (size == 1)
			v.kind = VALUE_CHAR;
		else if (size == 2 || size == 4 || size == 8)
			v.kind = VALUE_INT;
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		if (size == 4 && streq(btf_name(b, t), "libbpf_tristate"))
			v.kind = VALUE_TRISTATE;
		break;
	case BTF_ARRAY:
		t = btf_skip_mods(b, btf_array(t)->type, NULL);
		if (t && btf_kind(t) == BTF_INT &&
		    btf_size(b, btf_array(btf_skip_mods(b, id, NULL))->type) == 1)
			v.kind = VALUE_TEXT;
		break;
	default:
		break;
	}
	return v;
}

int kconfig_check_type(const struct btf *b, uint32_t id, uint64_t *size)
{
	struct value_type v = classify(b, id);

	*size = v.size;
	return v.kind == VALUE_NONE ? -EINVAL : 0;
}

static bool fits(const struct value_type *v, uint64_t number)
{
	unsigned int bits = v->size * 8;
	int64_t n = (int64_t)number;

	if (bits >= 64)
		return true;
	/* A negative number came as its two's complement. */
	if (v->is_signed)
		return n >= -(1ll << (bits - 1)) && n < (1ll << (bits - 1));
	return number < (1ull << bits);
}

/* Host byte order: values are set for a kernel that runs here, or has this byte order. */
static void store(void *data, uint64_t size, uint64_t number)
{
	uint8_t u8 = number;
	uint16_t u16 = number;
	uint32_t u32 = number;

	switch (size) {
	case 1:
		memcpy(data, &u8, 1);
		break;
	case 2:
		memcpy(data, &u16, 2);
		break;
	case 4:
		memcpy(data, &u32, 4);
		break;
	case 8:
		memcpy(data, &number, 8);
		break;
	}
}

int kconfig_set_number(const struct btf *b, uint32_t id, const char *name, uint64_t number,
		       void *data, uint64_t size, struct report *r)
{
	struct value_type v = classify(b, id);

	if (v.size != size || (v.kind != VALUE_BOOL && v.kind != VALUE_CHAR && v.kind != VALUE_INT))
		return report_error(r, EINVAL, "'%s' is a number, which its type cannot hold",
				    name);
	if (v.kind == VALUE_BOOL ? number > 1 : !fits(&v, number))
		return report_error(r, ERANGE,
				    "'%s' is %lld, which its type of %llu bytes cannot hold", name,
				    (long long)number, (unsigned long long)v.size);
	store(data, size, number);
	return 0;
}

static int set_tristate(const struct value_type *v, const char *name, char c, void *data,
			struct report *r)
{
	uint64_t number = c == 'y' ? TRI_YES : c == 'm' ? TRI_MODULE : TRI_NO;

	switch (v->kind) {
	case VALUE_BOOL:
		if (c == 'm')
			return report_error(r, EINVAL,
					    "'%s' is 'm', which a bool cannot hold: "
					    "declare it as enum libbpf_tristate",
					    name);
		store(data, v->size, number);
		return 0;
	case VALUE_TRISTATE:
		store(data, v->size, number);
		return 0;
	case VALUE_CHAR:
		store(data, v->size, (uint8_t)c);
		return 0;
	default:
		return report_error(
			r, EINVAL, "'%s' is '%c': declare it as bool, char or enum libbpf_tristate",
			name, c);
	}
}

static int set_text(const struct value_type *v, const char *name, const char *text, size_t n,
		    void *data, struct report *r)
{
	if (v->kind != VALUE_TEXT)
		return report_error(r, EINVAL, "'%s' is a string: declare it as an array of char",
				    name);
	if (n >= v->size) {
		report_warning(r, "'%s' has %zu characters, of which its type holds %llu", name, n,
			       (unsigned long long)v->size - 1);
		n = v->size - 1;
	}
	memset(data, 0, v->size);
	memcpy(data, text, n);
	return 0;
}

int kconfig_set(const struct btf *b, uint32_t id, const char *name, const char *text, void *data,
		uint64_t size, struct report *r)
{
	struct value_type v = classify(b, id);
	size_t n = strlen(text);
	uint64_t number;
	int64_t negative;

	if (v.kind == VALUE_NONE || v.size != size)
		return report_error(r, EINVAL,
				    "'%s' has a type that cannot hold configuration values", name);
	if (n == 1 && strchr("ymn", *text))
		return set_tristate(&v, name, *text, data, r);
	if (*text == '"') {
		if (n < 2 || text[n - 1] != '"')
			return report_error(r, EINVAL, "'%s' is %s: a string without its end", name,
					    text);
		return set_text(&v, name, text + 1, n - 2, data, r);
	}
	if (*text == '-' ? text_i64(text, &negative) : text_u64(text, &number))
		return report_error(r, EINVAL,
				    "'%s' is '%s': neither y, m, n, a string nor a number", name,
				    text);
	if (*text == '-') {
		if (!v.is_signed)
			return report_error(r, ERANGE, "'%s' is %s: its type has no sign", name,
					    text);
		number = (uint64_t)negative;
	} else if (v.is_signed && number > INT64_MAX) {
		return report_error(r, ERANGE, "'%s' is %s: too large for its type", name, text);
	}
	if (v.kind == VALUE_BOOL)
		return report_error(r, EINVAL, "'%s' is the number %s, which a bool cannot hold",
				    name, text);
	return kconfig_set_number(b, id, name, number, data, size, r);
}
