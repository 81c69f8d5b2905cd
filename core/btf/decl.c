// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * decl.c - one type as C: declarators from the inside out, bodies of structs, unions and enums.
 * It knows how things are spelled; what must come before is decl-types.c's.
 */
#include "btf/decl-inner.h"

/* --- names ----------------------------------------------------------------------------------- */

static int by_word(const void *word, const void *entry)
{
	return strcmp(word, *(const char *const *)entry);
}

/* What C keeps for itself, and with BTF_DECL_CXX what C++ does. Both lists in the order of strcmp(). */
static bool is_keyword(const struct btf_decl *d, const char *name, size_t n)
{
	static const char *const c[] = {
		"asm",      "auto",     "break",  "case",     "char",     "const",    "continue",
		"default",  "do",       "double", "else",     "enum",     "extern",   "float",
		"for",      "goto",     "if",     "inline",   "int",      "long",     "register",
		"restrict", "return",   "short",  "signed",   "sizeof",   "static",   "struct",
		"switch",   "typedef",  "typeof", "union",    "unsigned", "void",     "volatile",
		"while",
	};
	static const char *const cxx[] = {
		"alignas",      "alignof",      "and",          "and_eq",        "bitand",
		"bitor",        "catch",        "char16_t",      "char32_t",
		"char8_t",      "class",        "co_await",     "co_return",     "co_yield",
		"compl",        "concept",      "const_cast",   "consteval",     "constexpr",
		"constinit",    "decltype",     "delete",       "dynamic_cast",  "explicit",
		"export",       "false",        "friend",       "mutable",       "namespace",
		"new",          "noexcept",     "not",          "not_eq",        "nullptr",
		"operator",     "or",           "or_eq",        "private",       "protected",
		"public",       "reinterpret_cast", "requires", "static_assert", "static_cast",
		"template",     "this",         "thread_local", "throw",         "true",
		"try",          "typeid",       "typename",     "using",         "virtual",
		"wchar_t",      "xor",          "xor_eq",
	};

	/* No word of C is longer, or has a '_': this is asked of every name. */
	return (n <= 8 && !memchr(name, '_', n) &&
		bsearch(name, c, ARRAY_SIZE(c), sizeof(c[0]), by_word)) ||
	       ((d->flags & BTF_DECL_CXX) &&
		bsearch(name, cxx, ARRAY_SIZE(cxx), sizeof(cxx[0]), by_word));
}

static bool is_word(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

void decl_put_name(const struct btf_decl *d, struct buf *out, const char *name)
{
	const char *s;

	if (*name >= '0' && *name <= '9')
		buf_putc(out, '_');
	for (s = name; is_word(*s); s++)
		;
	buf_put(out, name, (size_t)(s - name));
	for (; *s; s++)
		buf_putc(out, is_word(*s) ? *s : '_');
	if (is_keyword(d, name, (size_t)(s - name)))
		buf_putc(out, '_');
}

unsigned int decl_count_name(struct btf_decl *d, char space, const char *name)
{
	size_t bytes = strlen(name) + 1;
	char *key, small[64];
	uintptr_t n = 1;

	if (!d->names)
		return 1;
	/* Nearly all names are short, and there are many. */
	key = bytes < sizeof(small) ? small : malloc(bytes + 1);
	if (!key) {
		decl_fail(d, -ENOMEM);
		return 1;
	}
	key[0] = space;
	memcpy(key + 1, name, bytes);
	n += (uintptr_t)strmap_get(d->names, key);
	if (strmap_set(d->names, key, (void *)n))
		decl_fail(d, -ENOMEM);
	if (key != small)
		free(key);
	return (unsigned int)n;
}

/*
 * Structs and unions with one name: the first of each kind and all forward declarations of that
 * kind are one type, others are further versions.
 */
static unsigned int tag_version(struct btf_decl *d, const struct btf_type *t)
{
	const char *name = btf_name(d->b, t);
	bool fwd = btf_kind(t) == BTF_FWD;
	bool is_union = fwd ? btf_kflag(t) : btf_kind(t) == BTF_UNION;
	_buf_free_ struct buf key = { 0 };
	uintptr_t version;

	if (!fwd && decl_count_name(d, is_union ? 'U' : 'S', name) > 1)
		return decl_count_name(d, 't', name);
	buf_putc(&key, is_union ? 'u' : 's');
	buf_puts(&key, name);
	version = key.failed ? 0 : (uintptr_t)strmap_get(d->names, key.data);
	if (version)
		return (unsigned int)version;
	version = decl_count_name(d, 't', name);
	if (key.failed || strmap_set(d->names, key.data, (void *)version))
		decl_fail(d, -ENOMEM);
	return (unsigned int)version;
}

unsigned int decl_version(struct btf_decl *d, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);
	unsigned int n;

	if (!d->types || !t)
		return 1;
	if (!d->types[id].version) {
		if (btf_members(t) || btf_kind(t) == BTF_FWD)
			n = tag_version(d, t);
		else
			n = decl_count_name(d, btf_kind(t) == BTF_TYPEDEF ? 'i' : 't',
					    btf_name(d->b, t));
		d->types[id].version = (uint16_t)MIN(n, UINT16_MAX);
	}
	return d->types[id].version;
}

static void put_version(struct buf *out, unsigned int n)
{
	if (n < 2)
		return;
	buf_puts(out, "___");
	buf_put_u64(out, n);
}

/* Words that C's own types are made of: BTF of other languages has names of its own. */
static bool is_c_number(const char *name)
{
	static const char *const words[] = {
		"char",  "short",    "int",   "long",   "signed",   "unsigned",
		"_Bool", "__int128", "float", "double", "_Float16", "__bf16",
	};
	size_t i, n;

	while (*name) {
		n = strcspn(name, " ");
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == n && !memcmp(words[i], name, n))
				break;
		if (i == ARRAY_SIZE(words))
			return false;
		name += n + strspn(name + n, " ");
	}
	return true;
}

static void put_number_type(struct btf_decl *d, struct buf *out, const struct btf_type *t)
{
	const char *name = btf_name(d->b, t);
	uint32_t encoding = btf_int_encoding(t);

	if (name[0] && is_c_number(name) &&
	    !((d->flags & BTF_DECL_CXX) && (encoding & BTF_INT_BOOL))) {
		buf_puts(out, name);
		return;
	}
	/* One type is written as it is called, several must compile. */
	if (name[0] && !d->types) {
		buf_puts(out, name);
		return;
	}
	if (btf_kind(t) == BTF_FLOAT) {
		buf_puts(out, t->size == 4 ? "float" : t->size == 8 ? "double" : "long double");
		return;
	}
	if (encoding & BTF_INT_BOOL) {
		buf_puts(out, d->flags & BTF_DECL_CXX ? "bool" : "_Bool");
		return;
	}
	buf_puts(out, encoding & BTF_INT_SIGNED ? "signed " : "unsigned ");
	buf_puts(out, t->size == 1   ? "char"
		      : t->size == 2 ? "short"
		      : t->size == 4 ? "int"
		      : t->size == 8 ? "long long"
				     : "__int128");
}

void decl_put_tag(struct btf_decl *d, struct buf *out, uint32_t id)
{
	const struct btf_type *t = btf_type(d->b, id);

	switch (btf_kind(t)) {
	case BTF_UNION:
		buf_puts(out, "union");
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		buf_puts(out, "enum");
		break;
	case BTF_FWD:
		buf_puts(out, btf_kflag(t) ? "union" : "struct");
		break;
	default:
		buf_puts(out, "struct");
		break;
	}
	if (!btf_name(d->b, t)[0])
		return;
	buf_putc(out, ' ');
	decl_put_name(d, out, btf_name(d->b, t));
	put_version(out, decl_version(d, id));
}

/* --- declarators ----------------------------------------------------------------------------- */

/* A declarator while it grows at both ends: "*name", "(*name)[4]", ... */
struct declarator {
	struct buf text;
	bool pointer; /* its outermost part is a pointer: arrays and functions need parentheses */
};

static void prepend(struct buf *text, const char *s)
{
	struct buf next = { 0 };

	buf_puts(&next, s);
	if (text->data)
		buf_put(&next, text->data, text->len);
	next.failed |= text->failed;
	buf_free(text);
	*text = next;
}

enum { QUAL_CONST = 1, QUAL_VOLATILE = 2, QUAL_RESTRICT = 4 };

/* What stands before a type, from the outside in. */
struct quals {
	unsigned int bits;
	unsigned int n_tags;
	const struct btf_type *tags[4]; /* more than anybody writes; the rest is left out */
};

static void put_quals(const struct btf_decl *d, struct buf *out, const struct quals *q)
{
	if (q->bits & QUAL_CONST)
		buf_puts(out, "const ");
	if (q->bits & QUAL_VOLATILE)
		buf_puts(out, "volatile ");
	if (q->bits & QUAL_RESTRICT)
		buf_puts(out, d->flags & BTF_DECL_CXX ? "__restrict " : "restrict ");
}

static void add_tag(const struct btf_decl *d, struct quals *q, const struct btf_type *t)
{
	if ((d->flags & BTF_DECL_TAGS) && q->n_tags < ARRAY_SIZE(q->tags))
		q->tags[q->n_tags++] = t;
}

static void put_tags(const struct btf_decl *d, struct buf *out, const struct quals *q)
{
	for (unsigned int i = q->n_tags; i-- > 0;)
		decl_put_type_tag(d, out, q->tags[i]);
}

static void add_pointer(const struct btf_decl *d, struct declarator *c, const struct quals *q)
{
	_buf_free_ struct buf star = { 0 };

	buf_putc(&star, '*');
	put_tags(d, &star, q);
	if (q->n_tags)
		buf_putc(&star, ' ');
	put_quals(d, &star, q);
	/* "* const" alone, without the name behind it. */
	if (!c->text.len && star.len > 1)
		star.data[--star.len] = '\0';
	if (star.failed)
		c->text.failed = true;
	else
		prepend(&c->text, star.data);
	c->pointer = true;
}

static void enclose(struct declarator *c)
{
	if (!c->pointer)
		return;
	prepend(&c->text, "(");
	buf_putc(&c->text, ')');
	c->pointer = false;
}

static void add_params(struct btf_decl *d, struct declarator *c, const struct btf_type *t,
		       unsigned int indent)
{
	const struct btf_param *p = btf_params(t);
	struct buf *out = d->out;
	uint32_t i, n = btf_vlen(t);

	enclose(c);
	buf_putc(&c->text, '(');
	d->out = &c->text;
	for (i = 0; i < n && !d->err; i++) {
		if (i)
			buf_puts(&c->text, ", ");
		if (!p[i].type && i + 1 == n)
			buf_puts(&c->text, "...");
		else
			decl_put(d, p[i].type, btf_str(d->b, p[i].name_off), indent);
	}
	d->out = out;
	buf_puts(&c->text, n ? ")" : "void)");
}

/* The type that the declarator ends at. */
static void put_base(struct btf_decl *d, uint32_t id, const struct btf_type *t, unsigned int indent)
{
	switch (btf_kind(t)) {
	case BTF_VOID:
		buf_puts(d->out, "void");
		break;
	case BTF_INT:
	case BTF_FLOAT:
		put_number_type(d, d->out, t);
		break;
	case BTF_TYPEDEF:
		decl_put_name(d, d->out, btf_name(d->b, t));
		put_version(d->out, decl_version(d, id));
		break;
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FWD:
		decl_put_tag(d, d->out, id);
		if (btf_name(d->b, t)[0])
			break;
		buf_putc(d->out, ' ');
		if (d->types && btf_kind(t) != BTF_FWD)
			decl_put_body(d, id, indent);
		else
			buf_puts(d->out, "{...}");
		break;
	default:
		decl_fail(d, -EINVAL);
		break;
	}
}

static void finish(struct btf_decl *d, struct declarator *c, uint32_t id, const struct btf_type *t,
		   struct quals *q, unsigned int indent)
{
	/* A qualified function is nothing that C can write. */
	q->bits &= ~(unsigned int)QUAL_RESTRICT;
	put_quals(d, d->out, q);
	put_base(d, id, t, indent);
	put_tags(d, d->out, q);
	if (c->text.len) {
		if (c->text.data[0] != '[')
			buf_putc(d->out, ' ');
		buf_put(d->out, c->text.data, c->text.len);
	}
}

/* Most types end at once, at a base and a name: nothing to put together. */
static bool put_plain(struct btf_decl *d, uint32_t id, const char *name, unsigned int indent)
{
	const struct btf_type *t = btf_type(d->b, id);

	if (!t)
		return false;
	switch (btf_kind(t)) {
	case BTF_TYPEDEF:
		if (decl_transparent(d, t))
			return false;
		break;
	case BTF_INT:
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
		break;
	default:
		return false;
	}
	put_base(d, id, t, indent);
	if (*name)
		buf_putc(d->out, ' ');
	decl_put_name(d, d->out, name);
	return true;
}

void decl_put(struct btf_decl *d, uint32_t id, const char *name, unsigned int indent)
{
	struct declarator c = { 0 };
	const struct btf_type *t;
	struct quals q = { 0 };
	unsigned int steps;

	if (!decl_enter(d))
		return;
	if (put_plain(d, id, name, indent)) {
		decl_leave(d);
		return;
	}
	decl_put_name(d, &c.text, name);
	for (steps = 0; steps < DECL_MAX_DEPTH; steps++) {
		t = btf_type(d->b, id);
		if (!t)
			break;
		switch (btf_kind(t)) {
		case BTF_CONST:
			q.bits |= QUAL_CONST;
			break;
		case BTF_VOLATILE:
			q.bits |= QUAL_VOLATILE;
			break;
		case BTF_RESTRICT:
			q.bits |= QUAL_RESTRICT;
			break;
		case BTF_TYPE_TAG:
			add_tag(d, &q, t);
			break;
		case BTF_PTR:
			add_pointer(d, &c, &q);
			q = (struct quals){ 0 };
			break;
		case BTF_ARRAY:
			enclose(&c);
			buf_putc(&c.text, '[');
			buf_put_u64(&c.text, btf_array(t)->nelems);
			buf_putc(&c.text, ']');
			id = btf_array(t)->type;
			continue;
		case BTF_FUNC_PROTO:
			add_params(d, &c, t, indent);
			q = (struct quals){ 0 };
			break;
		case BTF_FUNC:
		case BTF_VAR:
			if (!c.text.len)
				decl_put_name(d, &c.text, btf_name(d->b, t));
			break;
		case BTF_TYPEDEF:
			if (decl_transparent(d, t))
				break;
			finish(d, &c, id, t, &q, indent);
			goto out;
		case BTF_DATASEC:
			if (!d->types) {
				buf_puts(d->out, btf_name(d->b, t));
				goto out;
			}
			/* fallthrough */
		default:
			finish(d, &c, id, t, &q, indent);
			goto out;
		}
		if (c.text.failed)
			break;
		id = t->type;
	}
	decl_fail(d, c.text.failed ? -ENOMEM : -EINVAL);
out:
	if (c.text.failed)
		decl_fail(d, -ENOMEM);
	buf_free(&c.text);
	decl_leave(d);
}

int btf_decl_type(struct buf *out, const struct btf *b, uint32_t id, const char *name)
{
	struct btf_decl d = { .b = b, .out = out, .budget = 4096 };

	decl_put(&d, id, name, 0);
	return out->failed ? -ENOMEM : d.err;
}

/* --- bodies ---------------------------------------------------------------------------------- */

static void put_indent(struct buf *out, unsigned int n)
{
	while (n--)
		buf_putc(out, '\t');
}

/* Bit-fields without names, from bit @from to bit @to. */
static void put_bits(struct btf_decl *d, uint64_t from, uint64_t to, uint32_t align,
			unsigned int indent)
{
	static const struct {
		uint32_t bits;
		const char *type;
	} units[] = {
		{ 8, "unsigned char" },
		{ 16, "unsigned short" },
		{ 32, "unsigned int" },
		{ 64, "unsigned long long" },
	};

	while (from < to) {
		size_t i = 0;
		uint64_t room;

		/* The smallest unit that holds the rest; none that would align the struct more. */
		while (i + 1 < ARRAY_SIZE(units) && units[i + 1].bits <= align * 8 &&
		       units[i].bits - from % units[i].bits < to - from)
			i++;
		room = MIN(units[i].bits - from % units[i].bits, to - from);
		put_indent(d->out, indent);
		buf_printf(d->out, "%s : %u;\n", units[i].type, (unsigned int)room);
		from += room;
	}
}

/* From bit @from to bit @to: an array if it is long, with bit-fields up to its edges. */
static void put_padding(struct btf_decl *d, uint64_t from, uint64_t to, uint32_t align,
			unsigned int indent)
{
	uint64_t first = ROUND_UP(from, (uint64_t)8), last = to - to % 8;

	if (to - from <= 128) {
		put_bits(d, from, to, align, indent);
		return;
	}
	put_bits(d, from, first, 1, indent);
	put_indent(d->out, indent);
	buf_printf(d->out, "unsigned char __pad%llu[%llu];\n", (unsigned long long)first / 8,
		   (unsigned long long)(last - first) / 8);
	put_bits(d, last, to, 1, indent);
}

/*
 * A member without a name whose type has one: an extension of C that only some compilers take.
 * Written out, it is an anonymous struct that all take.
 */
static void put_unnamed(struct btf_decl *d, uint32_t id, unsigned int indent)
{
	const struct btf_type *t = btf_skip_mods(d->b, id, &id);

	if (!t || !btf_members(t)) {
		decl_put(d, id, "", indent);
		return;
	}
	buf_puts(d->out, btf_kind(t) == BTF_UNION ? "union " : "struct ");
	decl_put_body(d, id, indent);
}

static void put_members(struct btf_decl *d, uint32_t id, const struct btf_type *t,
			unsigned int indent)
{
	bool packed = decl_packed(d, id), is_union = btf_kind(t) == BTF_UNION;
	uint32_t align = packed ? 8 : decl_align(d, id), i;
	uint64_t at = 0, used = 0, end = (uint64_t)t->size * 8;
	const char *name;

	for (i = 0; i < btf_vlen(t) && !d->err && !d->out->failed; i++) {
		struct decl_place p = decl_place(d, t, i);

		if (d->err)
			return;
		if (is_union)
			at = 0;
		/* Members that overlap or leave the struct are nothing that C can write. */
		if (p.at < at || p.at > end || p.size > end - p.at || (is_union && p.at)) {
			decl_fail(d, -EINVAL);
			return;
		}
		if (decl_natural(&p, at, packed) != p.at)
			put_padding(d, at, p.at, align, indent);
		put_indent(d->out, indent);
		name = btf_str(d->b, btf_members(t)[i].name_off);
		if (name[0])
			decl_put(d, btf_members(t)[i].type, name, indent);
		else
			put_unnamed(d, btf_members(t)[i].type, indent);
		if (p.field) {
			buf_puts(d->out, " : ");
			buf_put_u64(d->out, p.field);
		}
		decl_put_decl_tags(d, id, (int32_t)i);
		buf_puts(d->out, ";\n");
		at = p.at + p.size;
		used = MAX(used, at);
	}
	if (packed)
		align = 1;
	/* What attributes for alignment had added at the end. */
	if (ROUND_UP(used, (uint64_t)align * 8) >= end)
		return;
	if (is_union) {
		put_indent(d->out, indent);
		buf_printf(d->out, "unsigned char __size[%u];\n", t->size);
	} else {
		put_padding(d, used, end, align, indent);
	}
}

/* Bits are read more easily in hexadecimal, and so is what is large. */
static bool wants_hex(const struct btf_type *t)
{
	uint64_t v, all = 0;
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		v = btf_kind(t) == BTF_ENUM
			    ? (uint64_t)(int64_t)btf_enums(t)[i].val
			    : (uint64_t)btf_enums64(t)[i].hi << 32 | btf_enums64(t)[i].lo;
		if (btf_kind(t) == BTF_ENUM && !btf_kflag(t))
			v = (uint32_t)v;
		if (v & (v - 1))
			return false;
		all |= v;
	}
	return all >= 8;
}

static void put_enumerator(struct buf *out, const struct btf_type *t, uint64_t v, bool hex)
{
	bool wide = btf_kind(t) == BTF_ENUM64, is_signed = btf_kflag(t);
	int64_t s = wide ? (int64_t)v : (int32_t)v;

	if (!wide && !is_signed)
		v = (uint32_t)v;
	if (is_signed && s < 0) {
		/* The least number has no literal of its own. */
		if (s == INT64_MIN) {
			buf_puts(out, "-9223372036854775807LL - 1");
			return;
		}
		buf_put_i64(out, s);
		if (s < INT32_MIN)
			buf_puts(out, "LL");
		return;
	}
	if (hex || v >= 1u << 20)
		buf_printf(out, "0x%llx", (unsigned long long)v);
	else
		buf_put_u64(out, v);
	if (v > UINT32_MAX)
		buf_puts(out, is_signed ? "LL" : "ULL");
}

static void put_enumerators(struct btf_decl *d, const struct btf_type *t, unsigned int indent)
{
	bool hex = wants_hex(t);
	uint32_t i;

	/* Declared but never defined; C wants at least one. */
	if (!btf_vlen(t)) {
		put_indent(d->out, indent);
		decl_put_name(d, d->out, btf_name(d->b, t));
		buf_puts(d->out, "___none = 0,\n");
	}
	for (i = 0; i < btf_vlen(t) && !d->err && !d->out->failed; i++) {
		bool wide = btf_kind(t) == BTF_ENUM64;
		const struct btf_enum64 *e64 = wide ? &btf_enums64(t)[i] : NULL;
		const struct btf_enum *e = wide ? NULL : &btf_enums(t)[i];
		const char *name = btf_str(d->b, wide ? e64->name_off : e->name_off);

		put_indent(d->out, indent);
		decl_put_name(d, d->out, name);
		put_version(d->out, decl_count_name(d, 'i', name));
		buf_puts(d->out, " = ");
		put_enumerator(d->out, t,
			       wide ? (uint64_t)e64->hi << 32 | e64->lo : (uint32_t)e->val, hex);
		buf_puts(d->out, ",\n");
	}
}

/* The size of an enum follows from its values, if nothing else is said. */
static void put_enum_size(struct btf_decl *d, const struct btf_type *t)
{
	bool wide = false;
	uint32_t i;

	for (i = 0; btf_kind(t) == BTF_ENUM64 && i < btf_vlen(t); i++) {
		int64_t v = (int64_t)((uint64_t)btf_enums64(t)[i].hi << 32 | btf_enums64(t)[i].lo);

		wide |= btf_kflag(t) ? v != (int32_t)v : (uint64_t)v > UINT32_MAX;
	}
	if (t->size == 1)
		buf_puts(d->out, " __attribute__((mode(byte)))");
	else if (t->size == 2)
		buf_puts(d->out, " __attribute__((mode(HI)))");
	else if (t->size == 8 && !wide)
		buf_puts(d->out, " __attribute__((mode(DI)))");
}

void decl_put_body(struct btf_decl *d, uint32_t id, unsigned int indent)
{
	const struct btf_type *t = btf_type(d->b, id);
	bool members = btf_members(t);

	if (!decl_enter(d))
		return;
	buf_puts(d->out, "{\n");
	if (members)
		put_members(d, id, t, indent + 1);
	else
		put_enumerators(d, t, indent + 1);
	put_indent(d->out, indent);
	buf_putc(d->out, '}');
	if (members && decl_packed(d, id))
		buf_puts(d->out, " __attribute__((packed))");
	decl_put_decl_tags(d, id, -1);
	if (!members)
		put_enum_size(d, t);
	decl_leave(d);
}
