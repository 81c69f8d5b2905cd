// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * filter.c - conditions on members: text into steps, and the steps on data. Values are read by
 * value-word.c, members found by value-parse.c; it refuses to know how either is written. Text, types
 * and data may all be hostile.
 */
#include "base/vec.h"
#include "btf/filter.h"
#include "btf/value-word.h"

/* Parentheses and 'not' inside each other: deeper is refused, so recursion ends. */
#define DEPTH_MAX 64
/* A path of members as text; the address of 16 bytes is the largest value that is no text. */
#define PATH_BYTES 256
#define ADDRESS_BYTES 16

enum relation { IS, IS_NOT, LESS, AT_MOST, MORE, AT_LEAST, ANY_BIT, LIKE, IN_PREFIX };

enum shape { NUMBER, TEXT, BYTES };

/* Where a member is and what it is compared as. */
struct place {
	enum shape shape;
	bool is_signed, big;
	uint64_t bit;
	unsigned int bits; /* of a number */
	size_t bytes;	   /* of text and bytes; 0: all that is left */
};

struct test {
	struct place place;
	enum relation relation;
	value_u128 number;
	char *bytes; /* text with a NUL behind it, bytes; NULL: all zero, or empty */
	size_t n;    /* of them; of a prefix: its bits */
};

/*
 * The steps work on one truth value: a test sets it, 'not' turns it over, and a jump skips the right
 * side of 'and' and 'or' when the left has decided.
 */
struct step {
	enum { TEST, NOT, JUMP_IF, JUMP_UNLESS } what;
	size_t to; /* of jumps: always forward */
	struct test test;
};

struct btf_filter {
	VEC(struct step) steps;
	struct buf scratch; /* for texts: globs want a NUL */
};

struct compiler {
	struct value_parser p;
	struct btf_filter *f;
	struct value_type type;
	unsigned int depth;
};

void btf_filter_free(struct btf_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->steps.n; i++)
		free(f->steps.v[i].test.bytes);
	vec_free(&f->steps);
	buf_free(&f->scratch);
	free(f);
}

/* ---- words --------------------------------------------------------------------------------- */

static bool is_name_char(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* Takes @word when the text goes on with it; a word of letters ends where a name would. */
static bool take(struct compiler *c, const char *word)
{
	size_t n = strlen(word);

	value_skip_space(&c->p);
	if (strncmp(c->p.p, word, n) != 0 || (is_name_char(word[0]) && is_name_char(c->p.p[n])))
		return false;
	c->p.p += n;
	return true;
}

static bool take_either(struct compiler *c, const char *word, const char *sign)
{
	return take(c, word) || take(c, sign);
}

/* The value at the cursor as text of its own, quotes included. NULL after reporting. */
static char *take_value(struct compiler *c)
{
	const char *from, *s;
	char *value;

	value_skip_space(&c->p);
	from = s = c->p.p;
	if (*s == '"') {
		for (s++; *s && *s != '"'; s++)
			if (*s == '\\' && s[1])
				s++;
		s += *s == '"';
	} else {
		while (*s && !strchr(" \t\r\n(){},=!<>&\"", *s) && !(s[0] == '|' && s[1] == '|'))
			s++;
	}
	if (s == from) {
		value_error(&c->p, from, "a value was expected");
		return NULL;
	}
	value = strndup(from, (size_t)(s - from));
	if (!value)
		report_oom(c->p.r);
	c->p.p = s;
	return value;
}

/* ---- members ------------------------------------------------------------------------------- */

/* "[2]" behind an array: the element takes its place. */
static int take_index(struct compiler *c, const char *from, struct value_member *m)
{
	struct value_type v = value_type(c->p.b, m->id, "");
	const struct btf_array *a = v.t && btf_kind(v.t) == BTF_ARRAY ? btf_array(v.t) : NULL;
	const char *at = c->p.p++;
	int64_t size = a ? btf_size(c->p.b, a->type) : -1;
	uint64_t i = 0;

	if (size <= 0)
		return value_error(&c->p, from, "this is no array");
	while (*c->p.p >= '0' && *c->p.p <= '9' && i <= UINT32_MAX)
		i = i * 10 + (uint64_t)(*c->p.p++ - '0');
	if (c->p.p == at + 1 || *c->p.p != ']')
		return value_error(&c->p, at, "a number and ']' were expected");
	if (a->nelems ? i >= a->nelems : i > UINT32_MAX)
		return value_error(&c->p, at, "the array has only %u elements", a->nelems);
	if ((uint64_t)size > UINT32_MAX || i * (uint64_t)size > UINT32_MAX)
		return value_error(&c->p, at, "no record is that long");
	c->p.p++;
	m->id = a->type;
	m->bit += i * (uint64_t)size * 8;
	m->bit_size = 0;
	return 0;
}

/* One name or "outer.inner", up to what is no name. */
static int take_names(struct compiler *c, const struct value_type *in, char *name,
		      struct value_member *m)
{
	const char *from = c->p.p;
	size_t n = 0;

	while (is_name_char(from[n]) || (from[n] == '.' && is_name_char(from[n + 1])))
		n++;
	if (!n)
		return value_error(&c->p, from, "the name of a member was expected");
	if (n >= PATH_BYTES)
		return value_error(&c->p, from, "no member has a name this long");
	memcpy(name, from, n);
	name[n] = '\0';
	c->p.p += n;
	return value_find_member(&c->p, in, name, m);
}

static int describe(struct compiler *c, const char *from, const struct value_type *v,
		    const struct value_member *m, struct place *place)
{
	int64_t size = btf_size(c->p.b, v->id);
	uint32_t skip;

	*place = (struct place) { .shape = BYTES, .bit = m->bit };
	switch (btf_kind(v->t)) {
	case BTF_INT:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_PTR:
		place->shape = NUMBER;
		place->bits = value_scalar_bits(v->t, m->bit_size, &skip);
		place->bit += skip;
		place->is_signed = value_is_signed(v->t);
		place->big = v->look == LOOK_BE || v->look == LOOK_IP4 || value_host_is_big();
		return place->bits ? 0 : value_error(&c->p, from, "this has no value");
	case BTF_STRUCT:
	case BTF_UNION:
		if (v->look == LOOK_PLAIN)
			return value_error(&c->p, from, "this is a struct: one of its members was expected");
		break;
	case BTF_ARRAY:
		break;
	default:
		return value_error(&c->p, from, "values of this type cannot be compared");
	}
	if (size < 0 || m->bit % 8)
		return value_error(&c->p, from, "values of this type cannot be compared");
	place->bytes = (size_t)size;
	if (v->look == LOOK_TEXT)
		place->shape = TEXT;
	else if (!size)
		return value_error(&c->p, from, "an array without a length: one of its elements was expected");
	return 0;
}

/* A path; *v is the type of what it leads to. */
static int take_member(struct compiler *c, char *name, struct value_type *v, struct value_member *m,
		       struct place *place)
{
	const char *from;
	int err;

	value_skip_space(&c->p);
	from = c->p.p;
	*m = (struct value_member) { 0 };
	*v = c->type;
	err = take_names(c, v, name, m);
	while (!err) {
		*v = value_type(c->p.b, m->id, name);
		if (!v->t)
			return value_error(&c->p, from, "values of this type cannot be compared");
		if (*c->p.p == '[') {
			err = take_index(c, from, m);
		} else if (*c->p.p == '.') {
			c->p.p++;
			if (!btf_members(v->t))
				return value_error(&c->p, from, "this is no struct");
			err = take_names(c, v, name, m);
		} else {
			return describe(c, from, v, m, place);
		}
	}
	return err;
}

/* ---- values -------------------------------------------------------------------------------- */

/* The text of @value without quotes. */
static int set_text(struct compiler *c, const char *at, const char *value, struct test *t)
{
	struct value_parser p = { .p = value, .r = c->p.r };
	_buf_free_ struct buf text = { 0 };
	int err = 0;

	if (*value == '"')
		err = value_unquote(&p, &text);
	else
		buf_puts(&text, value);
	if (err)
		return err;
	if (text.len && strlen(text.data) != text.len)
		return value_error(&c->p, at, "text has no NUL in it");
	if (t->relation != LIKE && t->place.bytes && text.len > t->place.bytes)
		return value_error(&c->p, at, "the text has %zu bytes, the array %zu", text.len,
				   t->place.bytes);
	t->n = text.len;
	t->bytes = text_dup(text.len ? text.data : "");
	return t->bytes ? 0 : report_oom(c->p.r);
}

/* Bytes that hold an address, however the type calls them. */
static size_t address_bytes(const struct place *place)
{
	size_t n = place->shape == NUMBER ? place->bits / 8 : place->bytes;

	if (place->shape == TEXT || place->bit % 8 || (place->shape == NUMBER && place->bits % 8))
		return 0;
	return n == 4 || n == 16 ? n : 0;
}

static int parse_bytes(struct compiler *c, const struct value_type *v, const char *name,
		       const char *value, uint8_t *data, size_t size)
{
	struct value_parser p = {
		.b = c->p.b, .p = value, .data = data, .size = size, .depth = 1,
		.budget = 1, .member = name, .r = c->p.r,
	};
	int err;

	if (btf_members(v->t) || btf_kind(v->t) == BTF_ARRAY) {
		err = value_parse_whole(&p, v, data, size);
		if (!err)
			return value_error(&p, value, "an address, or 0x and %zu bytes were expected", size);
		err = MIN(err, 0);
	} else {
		err = value_parse_word(&p, v, 0, 0);
	}
	if (!err && *p.p)
		return value_error(&p, p.p, "the value ends before this");
	return err;
}

/* "10.0.0.0/8": @value is taken apart. */
static int set_prefix(struct compiler *c, const char *at, const struct value_type *v,
		      const char *name, char *value, char *slash, struct test *t)
{
	size_t n = address_bytes(&t->place);
	uint64_t bits;
	int err;

	if (!n)
		return value_error(&c->p, at, "only addresses have prefixes");
	*slash = '\0';
	if (!strpbrk(value, ".:") || text_u64(slash + 1, &bits) || bits > n * 8)
		return value_error(&c->p, at, "an address, '/' and a length up to %zu were expected", n * 8);
	t->bytes = calloc(1, ADDRESS_BYTES);
	if (!t->bytes)
		return report_oom(c->p.r);
	err = parse_bytes(c, v, name, value, (uint8_t *)t->bytes, n);
	t->relation = IN_PREFIX;
	t->place.shape = BYTES;
	t->place.bytes = n;
	t->n = (size_t)bits;
	return err;
}

static int set_number(struct compiler *c, const struct value_type *v, const struct value_member *m,
		      const char *name, const char *value, struct test *t)
{
	uint8_t data[2 * VALUE_MAX_BITS / 8] = { 0 };
	struct value_parser p = {
		.b = c->p.b, .p = value, .data = data, .size = sizeof(data), .depth = 1,
		.budget = 1, .member = name, .r = c->p.r,
	};
	uint32_t skip;
	int err = value_parse_word(&p, v, 0, m->bit_size);

	if (err)
		return err;
	if (*p.p)
		return value_error(&p, p.p, "the value ends before this");
	value_scalar_bits(v->t, m->bit_size, &skip);
	t->number = value_load(data, skip, t->place.bits, t->place.big);
	if (t->place.is_signed)
		t->number = (value_u128)value_sign_extend(t->number, t->place.bits);
	return 0;
}

static int set_value(struct compiler *c, const struct value_type *v, const struct value_member *m,
		     const char *name, const char *at, char *value, bool in, struct test *t)
{
	char *slash = in && *value != '"' ? strchr(value, '/') : NULL;

	if (t->place.shape == TEXT)
		return set_text(c, at, value, t);
	if (slash)
		return set_prefix(c, at, v, name, value, slash, t);
	if (t->place.shape == NUMBER)
		return set_number(c, v, m, name, value, t);
	t->n = t->place.bytes;
	if (t->n > ADDRESS_BYTES && strlen(value) < 2 * t->n)
		return value_error(&c->p, at, "0x and %zu bytes were expected", t->n);
	t->bytes = calloc(1, t->n);
	if (!t->bytes)
		return report_oom(c->p.r);
	return parse_bytes(c, v, name, value, (uint8_t *)t->bytes, t->n);
}

/* ---- tests --------------------------------------------------------------------------------- */

/* Takes over what the step holds. */
static int add(struct compiler *c, struct step step)
{
	if (!vec_push(&c->f->steps, step))
		return 0;
	free(step.test.bytes);
	return report_oom(c->p.r);
}

/* To the step that comes next. */
static void land(struct compiler *c, size_t jump)
{
	c->f->steps.v[jump].to = c->f->steps.n;
}

struct operand {
	char name[PATH_BYTES];
	struct value_type type;
	struct value_member member;
	struct place place;
};

static int take_test(struct compiler *c, const struct operand *o, enum relation relation, bool in)
{
	struct step step = { .what = TEST, .test = { .place = o->place, .relation = relation } };
	_free_ char *value = NULL;
	const char *at;
	int err;

	value_skip_space(&c->p);
	at = c->p.p;
	value = take_value(c);
	if (!value)
		return -EINVAL;
	err = set_value(c, &o->type, &o->member, o->name, at, value, in, &step.test);
	if (err) {
		free(step.test.bytes);
		return err;
	}
	return add(c, step);
}

/* One of several: each test but the last jumps to the end when it holds. */
static int take_set(struct compiler *c, const struct operand *o)
{
	size_t jump = 0;
	bool more = false;
	int err;

	if (!take(c, "("))
		return take_test(c, o, IS, true);
	for (;;) {
		err = take_test(c, o, IS, true);
		if (err)
			return err;
		if (more)
			land(c, jump);
		if (take(c, ")"))
			return 0;
		if (!take(c, ","))
			return value_error(&c->p, c->p.p, "',' or ')' was expected");
		more = true;
		jump = c->f->steps.n;
		err = add(c, (struct step) { .what = JUMP_IF });
		if (err)
			return err;
	}
}

/* The longer ones first: '<' begins '<='. */
static const struct {
	const char *sign;
	enum relation relation;
	unsigned int shapes; /* that it can be asked of */
} relations[] = {
	{ "==", IS, 1 << NUMBER | 1 << TEXT | 1 << BYTES },
	{ "!=", IS_NOT, 1 << NUMBER | 1 << TEXT | 1 << BYTES },
	{ "<=", AT_MOST, 1 << NUMBER },
	{ ">=", AT_LEAST, 1 << NUMBER },
	{ "=", IS, 1 << NUMBER | 1 << TEXT | 1 << BYTES },
	{ "<", LESS, 1 << NUMBER },
	{ ">", MORE, 1 << NUMBER },
	{ "&", ANY_BIT, 1 << NUMBER },
	{ "like", LIKE, 1 << TEXT },
};

static int compile_test(struct compiler *c)
{
	static const char *const shapes[] = { "a number", "text", "an address or bytes" };
	struct operand o;
	const char *at;
	int err = take_member(c, o.name, &o.type, &o.member, &o.place);

	if (err)
		return err;
	if (take(c, "in"))
		return take_set(c, &o);
	value_skip_space(&c->p);
	at = c->p.p;
	for (size_t i = 0; i < ARRAY_SIZE(relations) && !has_prefix(at, "&&"); i++) {
		if (!take(c, relations[i].sign))
			continue;
		if (!(relations[i].shapes & 1u << o.place.shape))
			return value_error(&c->p, at, "'%s' cannot be asked of %s", relations[i].sign,
					   shapes[o.place.shape]);
		return take_test(c, &o, relations[i].relation, false);
	}
	/* the member alone */
	return add(c, (struct step) { .what = TEST, .test = { .place = o.place, .relation = IS_NOT } });
}

/* ---- and, or, not -------------------------------------------------------------------------- */

static int compile_or(struct compiler *c);

static int compile_not(struct compiler *c)
{
	const char *at = c->p.p;
	int err;

	if (c->depth >= DEPTH_MAX)
		return value_error(&c->p, at, "too deep");
	c->depth++;
	if (take_either(c, "not", "!")) {
		err = compile_not(c);
		if (!err)
			err = add(c, (struct step) { .what = NOT });
	} else if (take(c, "(")) {
		err = compile_or(c);
		if (!err && !take(c, ")"))
			err = value_error(&c->p, c->p.p, "')' was expected");
	} else {
		err = compile_test(c);
	}
	c->depth--;
	return err;
}

/* Jumps from one operator to the next of its kind: what decided the first decides them all. */
static int compile_chain(struct compiler *c, int (*part)(struct compiler *c), const char *word,
			 const char *sign, int jump)
{
	int err = part(c);

	while (!err && take_either(c, word, sign)) {
		size_t from = c->f->steps.n;

		err = add(c, (struct step) { .what = jump });
		if (!err)
			err = part(c);
		if (!err)
			land(c, from);
	}
	return err;
}

static int compile_and(struct compiler *c)
{
	return compile_chain(c, compile_not, "and", "&&", JUMP_UNLESS);
}

static int compile_or(struct compiler *c)
{
	return compile_chain(c, compile_and, "or", "||", JUMP_IF);
}

int btf_filter_new(struct btf_filter **out, const struct btf *b, uint32_t id, const char *text,
		   struct report *r)
{
	struct compiler c = {
		.p = { .b = b, .p = text, .r = r },
		.type = value_type(b, id, ""),
	};
	int err;

	*out = NULL;
	if (!c.type.t || !btf_members(c.type.t))
		return report_error(r, EINVAL, "'%s' is no struct: it has no members to compare",
				    btf_name_of(b, id));
	c.f = calloc(1, sizeof(*c.f));
	if (!c.f)
		return report_oom(r);
	err = compile_or(&c);
	value_skip_space(&c.p);
	if (!err && *c.p.p)
		err = value_error(&c.p, c.p.p, "'and', 'or' or the end was expected");
	if (err) {
		btf_filter_free(c.f);
		return err;
	}
	*out = c.f;
	return 0;
}

/* ---- matching ------------------------------------------------------------------------------ */

static bool match_number(const struct test *t, const uint8_t *data, size_t size)
{
	const struct place *p = &t->place;
	value_u128 v;
	bool less;

	if (p->bit / 8 > size || p->bits + p->bit % 8 > (uint64_t)(size - p->bit / 8) * 8)
		return false;
	v = value_load(data, p->bit, p->bits, p->big);
	if (p->is_signed)
		v = (value_u128)value_sign_extend(v, p->bits);
	less = p->is_signed ? (value_s128)v < (value_s128)t->number : v < t->number;
	switch (t->relation) {
	case IS:
		return v == t->number;
	case IS_NOT:
		return v != t->number;
	case LESS:
		return less;
	case AT_MOST:
		return less || v == t->number;
	case MORE:
		return !less && v != t->number;
	case AT_LEAST:
		return !less;
	case ANY_BIT:
		return v & t->number;
	default:
		return false;
	}
}

/* Of text, what is there is text, too. */
static bool match_text(struct btf_filter *f, const struct test *t, const uint8_t *data, size_t size)
{
	uint64_t at = t->place.bit / 8;
	size_t n;
	bool same;

	if (at > size || (at == size && t->place.bytes))
		return false;
	n = size - (size_t)at;
	n = strnlen((const char *)data + at, t->place.bytes ? MIN(n, t->place.bytes) : n);
	if (t->relation == LIKE) {
		buf_clear(&f->scratch);
		buf_put(&f->scratch, data + at, n);
		return !f->scratch.failed && text_glob(t->bytes, n ? f->scratch.data : "");
	}
	same = n == t->n && (!n || !memcmp(data + at, t->bytes, n));
	return (t->relation == IS) == same;
}

static bool match_bytes(const struct test *t, const uint8_t *data, size_t size)
{
	uint64_t at = t->place.bit / 8;
	size_t n = t->place.bytes, i;
	uint8_t mask;

	if (at > size || n > size - at)
		return false;
	data += at;
	if (t->relation == IN_PREFIX) {
		mask = (uint8_t)(0xff00 >> t->n % 8);
		return !memcmp(data, t->bytes, t->n / 8) &&
		       (t->n % 8 == 0 ||
			!((data[t->n / 8] ^ (uint8_t)t->bytes[t->n / 8]) & mask));
	}
	for (i = 0; i < n && data[i] == (t->bytes ? (uint8_t)t->bytes[i] : 0); i++)
		;
	return (t->relation == IS) == (i == n);
}

static bool match_test(struct btf_filter *f, const struct test *t, const uint8_t *data, size_t size)
{
	switch (t->place.shape) {
	case NUMBER:
		return match_number(t, data, size);
	case TEXT:
		return match_text(f, t, data, size);
	default:
		return match_bytes(t, data, size);
	}
}

bool btf_filter_match(struct btf_filter *f, const void *data, size_t size)
{
	bool holds = false;
	size_t i = 0;

	while (i < f->steps.n) {
		const struct step *s = &f->steps.v[i++];

		if (s->what == TEST)
			holds = match_test(f, &s->test, data, size);
		else if (s->what == NOT)
			holds = !holds;
		else if (holds == (s->what == JUMP_IF))
			i = s->to;
	}
	return holds;
}
