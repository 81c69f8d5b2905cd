// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * header.c - a C header from BTF: what stands around the declarations, and which come in what order
 * when it is all of them. Knows what compilers differ in; how a type is written is decl.c's.
 */
#include "btf/decl.h"
#include "btf/header.h"
#include "btf/inner.h"

#define PIECE 65536 /* handed on when so much is there */

/* For clang, a program reads the members by name, on the kernel that it is loaded on. */
static const char begin[] =
	"#ifndef __btf_type_tag\n"
	"#define __btf_type_tag(x)\n"
	"#define __btf_decl_tag(x)\n"
	"#define __btf_attribute(x)\n"
	"#if defined(__bpf__) && defined(__has_attribute)\n"
	"#if __has_attribute(btf_type_tag)\n"
	"#undef __btf_type_tag\n"
	"#define __btf_type_tag(x) __attribute__((btf_type_tag(x)))\n"
	"#endif\n"
	"#if __has_attribute(btf_decl_tag)\n"
	"#undef __btf_decl_tag\n"
	"#define __btf_decl_tag(x) __attribute__((btf_decl_tag(x)))\n"
	"#endif\n"
	"#endif\n"
	"#ifdef __BPF_FEATURE_ADDR_SPACE_CAST\n"
	"#undef __btf_attribute\n"
	"#define __btf_attribute(x) __attribute__((x))\n"
	"#endif\n"
	"#endif\n"
	"\n"
	"/* Words of the language, in C23. */\n"
	"#if !defined(__STDC_VERSION__) || __STDC_VERSION__ < 202311L\n"
	"#ifndef bool\n"
	"typedef _Bool bool;\n"
	"#endif\n"
	"#ifndef true\n"
	"enum { false = 0, true = 1 };\n"
	"#endif\n"
	"#endif\n"
	"\n"
	"#if defined(__clang__) && defined(__bpf__) && !defined(BPF_NO_PRESERVE_ACCESS_INDEX)\n"
	"#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n"
	"#define __btf_pushed\n"
	"#endif\n"
	"\n";

static const char middle[] =
	"#ifdef __btf_pushed\n"
	"#pragma clang attribute pop\n"
	"#undef __btf_pushed\n"
	"#endif\n";

static const char before_symbols[] =
	"\n#ifndef __weak\n"
	"#define __weak __attribute__((weak))\n"
	"#endif\n"
	"#ifndef __ksym\n"
	"#define __ksym __attribute__((section(\".ksyms\")))\n"
	"#endif\n\n";

struct header {
	const struct btf *b;
	struct btf_decl *decl;
	const struct btf_writer *w;
	struct buf text;
	uint32_t bad;
};

static int flush(struct header *h)
{
	int err = h->text.failed ? -ENOMEM : 0;

	if (!err && h->text.len)
		err = h->w->write(h->w->user, h->text.data, h->text.len);
	buf_clear(&h->text);
	return err;
}

static bool is_symbol(const struct btf_type *t)
{
	return btf_kind(t) == BTF_FUNC || btf_kind(t) == BTF_VAR;
}

static int put_type(struct header *h, uint32_t id, bool symbol)
{
	int err = symbol ? btf_decl_symbol(h->decl, &h->text, id, " __weak __ksym")
			 : btf_decl_add(h->decl, &h->text, id);

	if (err)
		h->bad = id;
	return !err && h->text.len >= PIECE ? flush(h) : err;
}

/* Types first; then what lies in the kernel, which is read at no offset that could be another one. */
static int put_all(struct header *h, const uint32_t *ids, size_t n)
{
	bool symbols = false;
	int err = 0;

	buf_puts(&h->text, begin);
	for (size_t i = 0; i < n && !err; i++) {
		const struct btf_type *t = btf_type(h->b, ids[i]);

		if (!t || !is_symbol(t)) {
			err = put_type(h, ids[i], false);
			continue;
		}
		symbols = true;
		err = btf_decl_add(h->decl, &h->text, t->type);
		if (err)
			h->bad = ids[i];
	}
	buf_puts(&h->text, middle);
	if (symbols)
		buf_puts(&h->text, before_symbols);
	for (size_t i = 0; i < n && !err; i++)
		if (is_symbol(btf_type(h->b, ids[i])))
			err = put_type(h, ids[i], true);
	return err;
}

static void header_free(struct header *h)
{
	btf_decl_free(h->decl);
	buf_free(&h->text);
}

/* A title is a comment: nothing in it ends it. */
static void put_title(struct buf *out, const char *title)
{
	buf_puts(out, "/* ");
	for (; *title; title++)
		buf_putc(out, *title == '/' && out->len && out->data[out->len - 1] == '*' ? '|'
											 : *title);
	buf_puts(out, " */\n");
}

int btf_header_of(const struct btf *b, const uint32_t *ids, size_t n, const char *title,
		  const struct btf_writer *w, uint32_t *bad)
{
	struct header h _cleanup_(header_free) = { .b = b, .w = w };
	int err = btf_decl_new(&h.decl, b, BTF_DECL_TAGS | BTF_DECL_BOOL | BTF_DECL_UAPI);

	if (!err) {
		put_title(&h.text, title);
		buf_puts(&h.text, "#pragma once\n\n");
		err = put_all(&h, ids, n);
	}
	*bad = h.bad;
	return err ? err : flush(&h);
}

/* --- all of them ------------------------------------------------------------------------------- */

/* A type, and where it comes: enumerations, then the other types, then functions; by name. */
struct entry {
	uint64_t key; /* the first bytes of the name, so that most names need not be looked at */
	const char *name;
	uint32_t id;
	uint8_t group;
};

static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int order;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	order = strcmp(a->name, b->name);
	if (order)
		return order;
	return a->id < b->id ? -1 : a->id > b->id;
}

static uint64_t first_bytes(const char *name)
{
	uint64_t key = 0;

	for (unsigned int shift = 64; shift && *name; name++) {
		shift -= 8;
		key |= (uint64_t)(uint8_t)*name << shift;
	}
	return key;
}

static bool is_enum(const struct btf_type *t)
{
	return btf_kind(t) == BTF_ENUM || btf_kind(t) == BTF_ENUM64;
}

/* An enumeration without a name is known by its first enumerator. */
static const char *name_of(const struct btf *b, const struct btf_type *t)
{
	const char *name = btf_name(b, t);

	if (*name || !is_enum(t) || !btf_vlen(t))
		return name;
	return btf_str(b, btf_enums(t) ? btf_enums(t)[0].name_off : btf_enums64(t)[0].name_off);
}

/* Enumerations without names stand where they are used; this marks those that are. */
static void mark(uint8_t *used, const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	if (t && is_enum(t) && !btf_name(b, t)[0])
		used[id / 8] |= (uint8_t)(1u << id % 8);
}

static void mark_used(uint8_t *used, const struct btf *b, const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_STRUCT:
	case BTF_UNION:
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			mark(used, b, btf_members(t)[i].type);
		break;
	case BTF_FUNC_PROTO:
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			mark(used, b, btf_params(t)[i].type);
		mark(used, b, t->type);
		break;
	case BTF_ARRAY:
		mark(used, b, btf_array(t)->type);
		break;
	case BTF_PTR:
	case BTF_TYPEDEF:
	case BTF_CONST:
	case BTF_VOLATILE:
	case BTF_RESTRICT:
	case BTF_TYPE_TAG:
	case BTF_VAR:
		mark(used, b, t->type);
		break;
	default:
		break;
	}
}

/* "enum { false, true }", which stands at the beginning of every header. */
static bool is_bool(const struct btf *b, const struct btf_type *t)
{
	return btf_enums(t) && btf_vlen(t) == 2 && !btf_name(b, t)[0] &&
	       streq(btf_str(b, btf_enums(t)[0].name_off), "false") &&
	       streq(btf_str(b, btf_enums(t)[1].name_off), "true");
}

static bool wanted(const struct header *h, uint32_t id, const struct btf_type *t,
		   const uint8_t *used)
{
	switch (btf_kind(t)) {
	case BTF_ENUM:
	case BTF_ENUM64:
		if (btf_name(h->b, t)[0])
			return true;
		return btf_vlen(t) && !(used[id / 8] & 1u << id % 8) && !is_bool(h->b, t);
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_TYPEDEF:
		return btf_name(h->b, t)[0] && !has_prefix(btf_name(h->b, t), "__builtin_");
	case BTF_FUNC:
		return btf_decl_has_tag(h->decl, id, "bpf_kfunc");
	default:
		return false;
	}
}

static uint8_t group_of(const struct btf_type *t)
{
	return is_enum(t) ? 0 : is_symbol(t) ? 2 : 1;
}

typedef VEC(struct entry) entries;

static int collect(struct header *h, entries *found, uint8_t *used)
{
	uint32_t first = btf_base(h->b) ? btf_count(btf_base(h->b)) : 1, n = btf_count(h->b);

	for (uint32_t id = first; id < n; id++) {
		const struct btf_type *t = btf_type(h->b, id);

		if (t)
			mark_used(used, h->b, t);
	}
	for (uint32_t id = first; id < n; id++) {
		const struct btf_type *t = btf_type(h->b, id);
		const char *name;

		if (!t || !wanted(h, id, t, used))
			continue;
		name = name_of(h->b, t);
		if (vec_push(found, (struct entry){ first_bytes(name), name, id, group_of(t) }))
			return -ENOMEM;
	}
	if (found->n)
		qsort(found->v, found->n, sizeof(found->v[0]), compare);
	return 0;
}

/* In the order that they are to stand in. */
static int sorted(struct header *h, uint32_t **ids, size_t *n)
{
	_free_ uint8_t *used = calloc(btf_count(h->b) / 8 + 1, 1);
	entries found = { 0 };
	int err = used ? collect(h, &found, used) : -ENOMEM;

	*n = found.n;
	*ids = calloc(found.n + 1, sizeof(**ids));
	for (size_t i = 0; i < found.n && *ids; i++)
		(*ids)[i] = found.v[i].id;
	vec_free(&found);
	return err ? err : *ids ? 0 : -ENOMEM;
}

int btf_header_all(const struct btf *b, const char *title, const struct btf_writer *w, uint32_t *bad)
{
	struct header h _cleanup_(header_free) = { .b = b, .w = w };
	_free_ uint32_t *ids = NULL;
	size_t n;
	int err = btf_index_all(b);

	if (!err)
		err = btf_decl_new(&h.decl, b, BTF_DECL_TAGS | BTF_DECL_BOOL);
	if (!err)
		err = sorted(&h, &ids, &n);
	if (!err) {
		put_title(&h.text, title);
		buf_puts(&h.text, "#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n");
		err = put_all(&h, ids, n);
		buf_puts(&h.text, "\n#endif\n");
	}
	*bad = h.bad;
	return err ? err : flush(&h);
}
