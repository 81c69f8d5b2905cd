// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value-parse.c - text or JSON into bytes, directed by BTF. It knows the syntax of structs and
 * arrays and says where in the text an error is; single words are value-word.c's. The text and the
 * types may both be hostile: depth and number of values are limited, stores are checked.
 */
#include "btf/value-word.h"
#include "btf/value.h"

static int parse_value(struct value_parser *p, uint32_t id, uint64_t bit, uint32_t bit_size,
		       const char *name);

/* --- members --------------------------------------------------------------------------------- */

/* Candidates for "did you mean": names of members, those of anonymous structs too. */
static size_t member_names(const struct btf *b, const struct btf_type *t, const char **names,
			   size_t n, size_t max, unsigned int depth)
{
	uint32_t i;

	for (i = 0; i < btf_vlen(t) && n < max; i++) {
		const char *name;
		uint32_t id;

		if (btf_kind(t) == BTF_DATASEC) {
			name = btf_name_of(b, btf_secinfos(t)[i].type);
		} else {
			id = btf_members(t)[i].type;
			name = btf_str(b, btf_members(t)[i].name_off);
			if (!name[0] && depth < 4) {
				struct value_type v = value_type(b, id, "");

				if (v.t && btf_members(v.t))
					n = member_names(b, v.t, names, n, max, depth + 1);
				continue;
			}
		}
		names[n++] = name;
	}
	return n;
}

static int no_member(struct value_parser *p, const struct value_type *v, const char *name)
{
	const char *names[256];
	const char *type = btf_name(p->b, v->t);
	size_t n = member_names(p->b, v->t, names, 0, ARRAY_SIZE(names), 0);

	if (type[0])
		report_error(p->r, EINVAL, "at '%s': '%s' has no such member", name, type);
	else
		report_error(p->r, EINVAL, "at '%s': there is no such member", name);
	report_nearest(p->r, name, names, n);
	return -EINVAL;
}

static int find_one(const struct btf *b, const struct value_type *v, const char *name,
		    struct value_member *m)
{
	const struct btf_secinfo *s;
	uint32_t i, type_id, bit_offset, bit_size;
	int err;

	if (btf_kind(v->t) == BTF_DATASEC) {
		s = btf_secinfos(v->t);
		for (i = 0; i < btf_vlen(v->t); i++) {
			if (!streq(btf_name_of(b, s[i].type), name))
				continue;
			m->id = s[i].type;
			m->bit += (uint64_t)s[i].offset * 8;
			m->bit_size = 0;
			return 0;
		}
		return -ENOENT;
	}
	err = btf_find_member(b, v->id, name, &type_id, &bit_offset, &bit_size);
	if (err)
		return err;
	m->id = type_id;
	m->bit += bit_offset;
	m->bit_size = bit_size;
	return 0;
}

int value_find_member(struct value_parser *p, const struct value_type *v, char *path,
		      struct value_member *m)
{
	struct value_type at = *v;
	char *part, *dot;

	for (part = path;; part = dot + 1) {
		/* A name of hostile BTF may have a dot in it: the whole is tried first. */
		if (!find_one(p->b, &at, part, m))
			return 0;
		dot = strchr(part, '.');
		if (!dot)
			return no_member(p, &at, part);
		*dot = '\0';
		if (find_one(p->b, &at, part, m))
			return no_member(p, &at, part);
		at = value_type(p->b, m->id, part);
		if (!at.t || (!btf_members(at.t) && btf_kind(at.t) != BTF_DATASEC))
			return report_error(p->r, EINVAL, "at '%s': is not a struct", part);
		*dot = '.';
	}
}

static bool is_name_char(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '.' || c == '$';
}

/* A key at p->p: into @name; p->p is then behind its '=' or ':'. */
static int parse_key(struct value_parser *p, char *name, size_t size)
{
	const char *from = p->p;
	size_t n = 0;

	if (*p->p == '"') {
		_buf_free_ struct buf text = { 0 };
		int err = value_unquote(p, &text);

		if (err)
			return err;
		n = text.len;
		if (n < size && n)
			memcpy(name, text.data, n);
	} else {
		if (*p->p == '.')
			from = ++p->p;
		while (is_name_char(*p->p))
			p->p++;
		n = (size_t)(p->p - from);
		if (n < size)
			memcpy(name, from, n);
	}
	if (!n)
		return value_error(p, from, "the name of a member was expected");
	if (n >= size)
		return value_error(p, from, "no member has a name this long");
	name[n] = '\0';
	value_skip_space(p);
	if (*p->p != '=' && *p->p != ':')
		return value_error(p, p->p, "'=' was expected after '%s'", name);
	p->p++;
	value_skip_space(p);
	return 0;
}

/* Members up to @close, or to the end of the text when that is NUL. */
static int parse_members(struct value_parser *p, const struct value_type *v, uint64_t bit,
			 char close)
{
	char name[256];
	int err;

	for (;;) {
		struct value_member m = { .bit = bit };
		const char *outer = p->member, *end;

		value_skip_space(p);
		if (*p->p == close) {
			if (close)
				p->p++;
			return 0;
		}
		if (!*p->p)
			return value_error(p, p->p, "'}' is missing");
		err = parse_key(p, name, sizeof(name));
		if (!err)
			err = value_find_member(p, v, name, &m);
		if (err)
			return err;
		p->member = name;
		err = parse_value(p, m.id, m.bit, m.bit_size, name);
		p->member = outer;
		if (err)
			return err;
		end = p->p;
		value_skip_space(p);
		if (*p->p == ',')
			p->p++;
		else if (*p->p && *p->p != close && p->p == end)
			return value_error(p, p->p, "',' or '}' was expected");
	}
}

/* Does the text go on with "name =". */
static bool at_key(const struct value_parser *p)
{
	const char *s = p->p;

	if (*s == '"') {
		for (s++; *s && *s != '"'; s++)
			if (*s == '\\' && s[1])
				s++;
		if (!*s++)
			return false;
	} else if (!is_name_char(*s)) {
		return false;
	}
	while (is_name_char(*s))
		s++;
	while (*s == ' ' || *s == '\t')
		s++;
	return *s == '=';
}

static int parse_struct(struct value_parser *p, const struct value_type *v, uint64_t bit)
{
	const struct btf_member *m = btf_members(v->t);
	const char *name;

	if (*p->p == '{') {
		p->p++;
		return parse_members(p, v, bit, '}');
	}
	if (p->depth == 1 && (!*p->p || at_key(p)))
		return parse_members(p, v, bit, '\0');
	/* The braces of a struct of one may be left out. */
	if (m && btf_vlen(v->t) == 1) {
		name = btf_str(p->b, m->name_off);
		return parse_value(p, m->type, bit + btf_member_bit_offset(v->t, 0),
				   btf_member_bit_size(v->t, 0), name);
	}
	return value_error(p, p->p, "'{' was expected");
}

/* --- arrays ---------------------------------------------------------------------------------- */

static int parse_elements(struct value_parser *p, const struct value_type *v, uint64_t bit,
			  const char *name)
{
	const struct btf_array *a = btf_array(v->t);
	int64_t size = btf_size(p->b, a->type);
	char close = *p->p == '[' ? ']' : '}';
	uint64_t i, n = a->nelems;
	const char *from;
	int err;

	if (size < 0)
		return value_error(p, p->p, "a value of this type cannot be written");
	/* An array without a length at the end of the data has the rest of the data. */
	if (!n && size && bit / 8 < p->size)
		n = (p->size - bit / 8) / (uint64_t)size;
	p->p++;
	for (i = 0;; i++) {
		value_skip_space(p);
		if (*p->p == close) {
			p->p++;
			return 0;
		}
		if (!*p->p)
			return value_error(p, p->p, "'%c' is missing", close);
		if (i >= n)
			return value_error(p, p->p, "the array has only %llu elements",
					   (unsigned long long)n);
		from = p->p;
		err = parse_value(p, a->type, bit + i * (uint64_t)size * 8, 0, name);
		if (err)
			return err;
		value_skip_space(p);
		if (*p->p == ',')
			p->p++;
		else if (p->p == from)
			return value_error(p, p->p, "',' or '%c' was expected", close);
	}
}

/* --- values ---------------------------------------------------------------------------------- */

static int parse_depth(struct value_parser *p, const struct value_type *v, uint64_t bit,
		       uint32_t bit_size, const char *name)
{
	int64_t size;
	int done;

	switch (btf_kind(v->t)) {
	case BTF_INT:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FLOAT:
	case BTF_PTR:
		return value_parse_word(p, v, bit, bit_size);
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_DATASEC:
	case BTF_ARRAY:
		break;
	default:
		return value_error(p, p->p, "a value of this type cannot be written");
	}
	size = btf_kind(v->t) == BTF_DATASEC ? (int64_t)v->t->size : btf_size(p->b, v->id);
	if (size < 0)
		return value_error(p, p->p, "a value of this type cannot be written");
	/* An array without a length: what is left of the data. */
	if (!size && bit / 8 < p->size && btf_kind(v->t) == BTF_ARRAY)
		size = (int64_t)(p->size - bit / 8);
	if (bit % 8 || bit / 8 > p->size || (uint64_t)size > p->size - bit / 8)
		return value_error(p, p->p, "the value does not fit in %zu bytes", p->size);
	if (btf_kind(v->t) == BTF_ARRAY && (*p->p == '[' || *p->p == '{'))
		return parse_elements(p, v, bit, name);
	if (*p->p != '{') {
		/* Addresses, text, bytes: one word for the whole. */
		done = value_parse_whole(p, v, p->data + bit / 8, (size_t)size);
		if (done)
			return done < 0 ? done : 0;
	}
	if (btf_kind(v->t) == BTF_ARRAY)
		return value_error(p, p->p, "'[' was expected");
	return parse_struct(p, v, bit);
}

static int parse_value(struct value_parser *p, uint32_t id, uint64_t bit, uint32_t bit_size,
		       const char *name)
{
	struct value_type v = value_type(p->b, id, name);
	int err;

	if (!v.t || p->depth >= BTF_MAX_DEPTH)
		return value_error(p, p->p, "a value of this type cannot be written");
	if (!p->budget)
		return value_error(p, p->p, "there are too many values");
	p->budget--;
	p->depth++;
	err = parse_depth(p, &v, bit, bit_size, name);
	p->depth--;
	return err;
}

int btf_value_parse(const struct btf *b, uint32_t id, const char *text, void *data, size_t size,
		    struct report *r)
{
	struct value_parser p = {
		.b = b,
		.p = text,
		.data = data,
		.size = size,
		.budget = VALUE_BUDGET,
		.r = r,
	};
	int err;

	memset(data, 0, size);
	value_skip_space(&p);
	err = parse_value(&p, id, 0, 0, btf_name_of(b, id));
	if (err)
		return err;
	value_skip_space(&p);
	if (*p.p)
		return value_error(&p, p.p, "the value ends before this");
	return 0;
}
