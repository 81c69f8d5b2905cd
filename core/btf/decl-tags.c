// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * decl-tags.c - the tags that programs write at types and declarations, written again. They stand in
 * BTF as types that point at what they are for; this knows how to find those of one declaration.
 */
#include "btf/decl-inner.h"

static int compare(const void *x, const void *y)
{
	const struct decl_tag *a = x, *b = y;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	if (a->component != b->component)
		return a->component < b->component ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

int decl_find_tags(struct btf_decl *d)
{
	for (uint32_t id = 1; id < d->count; id++) {
		const struct btf_type *t = btf_type(d->b, id);

		if (!t || btf_kind(t) != BTF_DECL_TAG)
			continue;
		if (vec_push(&d->tags, (struct decl_tag){ t->type, btf_tag_component(t), id }))
			return -ENOMEM;
		if (t->type < d->count)
			d->types[t->type].tagged = true;
	}
	if (d->tags.n)
		qsort(d->tags.v, d->tags.n, sizeof(d->tags.v[0]), compare);
	return 0;
}

/* The first tag of a declaration, or where it would be. */
static size_t first_tag(const struct btf_decl *d, uint32_t target, int32_t component)
{
	const struct decl_tag wanted = { target, component, 0 };
	size_t low = 0, high = d->tags.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&d->tags.v[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_of(const struct btf_decl *d, size_t i, uint32_t target, int32_t component)
{
	return i < d->tags.n && d->tags.v[i].target == target &&
	       d->tags.v[i].component == component;
}

bool btf_decl_has_tag(const struct btf_decl *d, uint32_t id, const char *tag)
{
	for (size_t i = first_tag(d, id, -1); is_of(d, i, id, -1); i++)
		if (streq(btf_name_of(d->b, d->tags.v[i].id), tag))
			return true;
	return false;
}

/* A file may say anything: no tag ends the string that it stands in. */
static bool is_plain(const char *s)
{
	for (; *s; s++)
		if (*s < ' ' || *s > '~' || *s == '"' || *s == '\\')
			return false;
	return true;
}

/* An attribute in clear: "address_space(1)". */
static bool is_attribute(const char *s)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	size_t n = strspn(s, word);

	if (!n || !s[n])
		return n;
	return s[n] == '(' && streq(s + n + 1 + strspn(s + n + 1, word), ")");
}

static void put_tag(const struct btf_decl *d, struct buf *out, const struct btf_type *t,
		    const char *macro)
{
	const char *name = btf_name(d->b, t);

	if (btf_kflag(t) ? !is_attribute(name) : !is_plain(name))
		return;
	buf_puts(out, btf_kflag(t) ? " __btf_attribute" : macro);
	buf_puts(out, btf_kflag(t) ? "(" : "(\"");
	buf_puts(out, name);
	buf_puts(out, btf_kflag(t) ? ")" : "\")");
}

void decl_put_decl_tags(struct btf_decl *d, uint32_t id, int32_t component)
{
	if (!d->types || !d->types[id].tagged)
		return;
	for (size_t i = first_tag(d, id, component); is_of(d, i, id, component); i++)
		put_tag(d, d->out, btf_type(d->b, d->tags.v[i].id), " __btf_decl_tag");
}

void decl_put_type_tag(const struct btf_decl *d, struct buf *out, const struct btf_type *t)
{
	put_tag(d, out, t, " __btf_type_tag");
}
