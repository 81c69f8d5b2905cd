/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * maptext.c - keys and values as text and back: the plugin first, then BTF, then plain numbers and
 * bytes. Knows how the values of several CPUs are written; refuses to know types of maps.
 */
#include <ctype.h>

#include "btf/btf.h"
#include "btf/value.h"
#include "live/context.h"

static uint32_t type_of(struct cleat_map *m, int which, const struct btf **b)
{
	uint32_t key, value;

	map_types(m, b, &key, &value);
	return which == CLEAT_KEY ? key : value;
}

CLEAT_API int cleat_map_member_at(struct cleat_map *m, int which, size_t i,
				  struct cleat_map_member *member)
{
	struct cleat_map_member full = { .struct_size = sizeof(full) };
	const struct btf *b;
	uint32_t id = type_of(m, which, &b);
	const struct btf_type *t = id ? btf_skip_mods(b, id, NULL) : NULL;
	const struct btf_member *members = t && btf_kind(t) == BTF_STRUCT ? btf_members(t) : NULL;

	if (!members)
		return -ENODATA;
	if (i >= btf_vlen(t))
		return -ENOENT;
	full.offset = btf_member_bit_offset(t, (uint32_t)i) / 8;
	full.bytes = (uint32_t)MAX(btf_size(b, members[i].type), 0);
	full.name = btf_str(b, members[i].name_off);
	memcpy(member, &full, MIN(member->struct_size, (uint32_t)sizeof(full)));
	return 0;
}

static size_t size_of(const struct cleat_map *m, int which)
{
	return which == CLEAT_KEY ? m->attr.key_size : m->attr.value_size;
}

/* Sizes and the plugin of a map that is not created yet. */
static int ready(struct cleat_map *m)
{
	return m->spec && !m->resolved ? map_resolve(m) : 0;
}

static bool has_cpus(const struct cleat_map *m, int which)
{
	return which == CLEAT_VALUE && map_is_per_cpu(m);
}

/* The number of values of a per-CPU value, or -errno with a diagnostic. */
static int count_cpus(struct cleat_map *m)
{
	int n = cleat_possible_cpus(m->c);

	return n > 0 ? n : report_error(m->c->report, EOPNOTSUPP,
					"nothing says how many CPUs are possible");
}

/* ---- parsing --------------------------------------------------------------------------------- */

static bool is_number_size(size_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_bytes(struct report *r, const char *text, uint8_t *data, size_t size)
{
	const char *s = text;
	size_t n = 0;

	/* JSON has no bytes: there they are a string. */
	bool quoted = *s == '"' && s[1] && s[strlen(s) - 1] == '"';

	s += quoted;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	while (*s && !(quoted && !s[1])) {
		int high = hex_digit(s[0]), low = high < 0 ? -1 : hex_digit(s[1]);

		if (isspace((unsigned char)*s) || *s == ':') {
			s++;
			continue;
		}
		if (low < 0)
			return report_error(r, EINVAL, "'%s' is not hex bytes, at '%s'", text, s);
		if (n < size)
			data[n] = (uint8_t)(high << 4 | low);
		n++;
		s += 2;
	}
	if (n == size)
		return 0;
	return report_error(r, EINVAL, "'%s' has %zu bytes, expected %zu", text, n, size);
}

int text_parse_untyped(struct report *r, const char *text, uint8_t *data, size_t size)
{
	uint64_t number;
	int64_t negative;

	if (!is_number_size(size))
		return parse_bytes(r, text, data, size);
	if (text_u64(text, &number)) {
		if (text_i64(text, &negative))
			return parse_bytes(r, text, data, size);
		if (size < 8 && negative < -(INT64_C(1) << (8 * size - 1)))
			return report_error(r, ERANGE, "'%s' does not fit into %zu bytes", text,
					    size);
		number = (uint64_t)negative;
	} else if (size < 8 && number >> (8 * size)) {
		return report_error(r, ERANGE, "'%s' does not fit into %zu bytes", text, size);
	}
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	number <<= 64 - 8 * size;
#endif
	memcpy(data, &number, size);
	return 0;
}

static int parse_one(struct cleat_map *m, int which, const char *text, uint8_t *data)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	size_t size = size_of(m, which);
	const struct btf *b;
	int err = -EAGAIN;
	uint32_t type;

	if (ops->parse)
		err = ops->parse(m, which, text, data, size);
	if (err != -EAGAIN)
		return err;
	type = type_of(m, which, &b);
	return type ? btf_value_parse(b, type, text, data, size, m->c->report) :
		      text_parse_untyped(m->c->report, text, data, size);
}

/* Where the element that begins at @s ends: a comma or bracket that is not inside something. */
static const char *element_end(const char *s)
{
	unsigned int depth = 0;
	bool quoted = false;

	for (; *s; s++) {
		if (quoted && *s == '\\' && s[1])
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*s == '[' || *s == '{')
			depth++;
		else if (!depth && (*s == ',' || *s == ']'))
			return s;
		else if (*s == ']' || *s == '}')
			depth--;
	}
	return s;
}

static const char *skip_space(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* "[ 1, 2 ]": a value for each possible CPU, in their order. */
static int parse_list(struct cleat_map *m, const char *text, uint8_t *data, int cpus)
{
	struct report *r = m->c->report;
	size_t slot = map_value_slot(m);
	const char *s = skip_space(text), *end;
	int n = 0, err;

	for (s++;; s = end + 1) {
		_free_ char *copy = NULL;

		end = element_end(s);
		copy = strndup(s, (size_t)(end - s));
		if (!copy)
			return report_oom(r);
		if (n < cpus) {
			err = parse_one(m, CLEAT_VALUE, text_trim(copy), data + (size_t)n * slot);
			if (err)
				return err;
		}
		n++;
		if (*end != ',')
			break;
	}
	if (*end != ']')
		return report_error(r, EINVAL, "'%s': expected ']' at its end", text);
	if (*skip_space(end + 1))
		return report_error(r, EINVAL, "'%s': unexpected '%s' after the list", text,
				    skip_space(end + 1));
	if (n != cpus) {
		report_error(r, EINVAL, "'%s' has %d values, but there are %d CPUs", text, n, cpus);
		report_hint(r, "one value without brackets is for all CPUs");
		return -EINVAL;
	}
	return 0;
}

static bool is_array_type(struct cleat_map *m)
{
	const struct btf *b;
	uint32_t id = type_of(m, CLEAT_VALUE, &b);
	const struct btf_type *t = id ? btf_skip_mods(b, id, NULL) : NULL;

	return t && btf_kind(t) == BTF_ARRAY;
}

/* A list of values, or one that is for all CPUs. An array in brackets is one value, if it fits. */
static int parse_for_cpus(struct cleat_map *m, const char *text, uint8_t *data)
{
	bool list = *skip_space(text) == '[';
	size_t before = report_count(m->c->report), slot = map_value_slot(m);
	int cpus = count_cpus(m), err = -EINVAL;

	if (cpus < 0)
		return cpus;
	if (!list || is_array_type(m))
		err = parse_one(m, CLEAT_VALUE, text, data);
	if (err && list) {
		report_drop(m->c->report, before);
		memset(data, 0, (size_t)cpus * slot);
		return parse_list(m, text, data, cpus);
	}
	for (int i = 1; i < cpus && !err; i++)
		memcpy(data + (size_t)i * slot, data, slot);
	return err;
}

int map_parse(struct cleat_map *m, int which, const char *text, void *data)
{
	cleat_map_keep_fd(m, which, -1);
	memset(data, 0, which == CLEAT_KEY ? size_of(m, which) : map_value_bytes(m));
	return has_cpus(m, which) ? parse_for_cpus(m, text, data) : parse_one(m, which, text, data);
}

CLEAT_API int cleat_map_parse(struct cleat_map *m, int which, const char *text, void *data)
{
	int err;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	err = ready(m);
	return err ? err : map_parse(m, which, text, data);
}

CLEAT_API int cleat_map_set(struct cleat_map *m, const char *key, const char *value, uint64_t flags)
{
	_free_ uint8_t *k = NULL, *v = NULL;
	int err;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	err = ready(m);
	if (err)
		return err;
	if (m->fd < 0)
		return report_error(m->c->report, EBADF, "the map is not created yet");
	k = calloc(1, (size_t)m->attr.key_size + 1);
	v = calloc(1, map_value_bytes(m) + 1);
	if (!k || !v)
		return report_oom(m->c->report);
	err = cleat_map_parse(m, CLEAT_KEY, key, k);
	if (!err)
		err = cleat_map_parse(m, CLEAT_VALUE, value, v);
	if (!err)
		err = cleat_map_update(m, k, v, flags);
	/* What the text opened is in the map now, or nowhere. */
	cleat_map_keep_fd(m, CLEAT_KEY, -1);
	cleat_map_keep_fd(m, CLEAT_VALUE, -1);
	return err;
}

/* ---- formatting ------------------------------------------------------------------------------ */

void text_format_untyped(struct buf *out, const void *data, size_t size, bool json)
{
	uint64_t number = 0;

	if (is_number_size(size)) {
		memcpy((char *)&number +
			       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(number) - size : 0),
		       data, size);
		buf_put_u64(out, number);
		return;
	}
	buf_puts(out, json ? "\"0x" : "0x");
	buf_put_hex(out, data, size);
	if (json)
		buf_putc(out, '"');
}

static int format_one(struct cleat_map *m, int which, const void *data, bool json,
		      struct cleat_text *out)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	size_t size = size_of(m, which);
	const struct btf *b;
	int err = -EAGAIN;
	uint32_t type;

	if (ops->format)
		err = ops->format(m, which, data, size, json ? CLEAT_FORMAT_JSON : 0, out);
	if (err != -EAGAIN)
		return err;
	type = type_of(m, which, &b);
	/* two keys are never the same text */
	if (type)
		return btf_value_format(&out->buf, b, type, data, size,
					(json ? BTF_VALUE_JSON : 0) |
						(which == CLEAT_KEY ? BTF_VALUE_EXACT : 0));
	text_format_untyped(&out->buf, data, size, json);
	return 0;
}

static int format_list(struct cleat_map *m, const uint8_t *data, bool json, struct cleat_text *out)
{
	int cpus = count_cpus(m), err = MIN(cpus, 0);

	buf_puts(&out->buf, "[");
	for (int i = 0; i < cpus && !err; i++) {
		buf_puts(&out->buf, !i ? (json ? "" : " ") : json ? "," : ", ");
		err = format_one(m, CLEAT_VALUE, data + (size_t)i * map_value_slot(m), json, out);
	}
	buf_puts(&out->buf, json ? "]" : " ]");
	return err;
}

int map_format(struct cleat_map *m, int which, const void *data, bool json, struct buf *out)
{
	struct cleat_text text = { .buf = *out };
	int err;

	if (has_cpus(m, which))
		err = format_list(m, data, json, &text);
	else
		err = format_one(m, which == CLEAT_SUM ? CLEAT_VALUE : which, data, json, &text);
	*out = text.buf;
	return err;
}

CLEAT_API int cleat_map_format(struct cleat_map *m, int which, const void *data, bool json,
			       char **text)
{
	struct buf out _buf_free_ = { 0 };
	int err;

	OPERATION(m->c);
	*text = NULL;
	err = ready(m);
	if (!err)
		err = map_format(m, which, data, json, &out);
	if (err)
		return err;
	*text = buf_take(&out);
	return *text ? 0 : report_oom(m->c->report);
}

/* ---- sums ------------------------------------------------------------------------------------ */

static int add_untyped(void *sum, const void *value, size_t size)
{
	uint64_t x, y;
	size_t at = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(x) - size : 0;

	if (!is_number_size(size))
		return -EOPNOTSUPP;
	x = y = 0;
	memcpy((char *)&x + at, sum, size);
	memcpy((char *)&y + at, value, size);
	if (__builtin_add_overflow(x, y, &x) || (size < 8 && x >> (8 * size)))
		return -ERANGE;
	memcpy(sum, (char *)&x + at, size);
	return 0;
}

CLEAT_API int cleat_map_sum(struct cleat_map *m, const void *value, void *sum)
{
	size_t size = size_of(m, CLEAT_VALUE), slot = map_value_slot(m);
	int cpus = cleat_possible_cpus(m->c), err = 0;
	const struct btf *b;
	uint32_t type = type_of(m, CLEAT_VALUE, &b);

	if (!map_is_per_cpu(m) || cpus <= 0)
		return -EOPNOTSUPP;
	memset(sum, 0, size);
	for (int i = 0; i < cpus && !err; i++) {
		const uint8_t *of_cpu = (const uint8_t *)value + (size_t)i * slot;

		err = type ? btf_value_add(b, type, sum, of_cpu, size) :
			     add_untyped(sum, of_cpu, size);
	}
	return err;
}
