/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * variables.c - global variables whose map is made anew: those that are the same in both objects keep what they hold.
 * Knows which are the same: by name, type, size and the value they begin with; refuses to know what they mean.
 */
#include <sha2.h>
#include <stdio.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "state/state.h"

/* Enough of a SHA-256 to tell one first value from another. */
#define SUM_BYTES 8

/* "NAME@OFFSET+SIZE=SUM" of the record's text, one after the other, with a space between. */
struct variable {
	const char *name, *sum; /* they end before @ and at a space */
	size_t name_length, sum_length;
	uint64_t offset, size;
};

static bool next_variable(const char **at, struct variable *v)
{
	const char *sign = strchr(*at, '@');
	unsigned long long offset, size;
	int n = 0;

	if (!sign || sscanf(sign, "@%llu+%llu=%n", &offset, &size, &n) != 2 || !n)
		return false;
	*v = (struct variable) { .name = *at,
				 .name_length = (size_t)(sign - *at),
				 .sum = sign + n,
				 .sum_length = strcspn(sign + n, " "),
				 .offset = offset,
				 .size = size };
	*at = v->sum + v->sum_length;
	*at += **at == ' ';
	return true;
}

static bool same_text(const char *a, size_t na, const char *b, size_t nb)
{
	return na == nb && memcmp(a, b, na) == 0;
}

static bool find_same(const char *all, const struct variable *like, struct variable *out)
{
	while (next_variable(&all, out))
		if (out->size == like->size &&
		    same_text(out->name, out->name_length, like->name, like->name_length) &&
		    same_text(out->sum, out->sum_length, like->sum, like->sum_length))
			return true;
	return false;
}

static bool is_zero(const uint8_t *data, size_t n)
{
	return !n || (!data[0] && memcmp(data, data + 1, n - 1) == 0);
}

/* @first: the value it begins with; NULL: zero. */
static void put_variable(struct buf *b, const struct cleat_global *g, const uint8_t *first)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX ctx;

	SHA256Init(&ctx);
	if (g->type)
		SHA256Update(&ctx, (const uint8_t *)g->type, strlen(g->type) + 1);
	if (first && !is_zero(first, g->bytes))
		SHA256Update(&ctx, first, g->bytes);
	SHA256Final(digest, &ctx);
	buf_printf(b, "%s%s@%llu+%llu=", b->len ? " " : "", g->name,
		   (unsigned long long)g->offset, (unsigned long long)g->bytes);
	buf_put_hex(b, digest, SUM_BYTES);
}

const char *variables_text(struct cleat_object *o, const struct cleat_map *m, struct arena *a)
{
	struct cleat_global g = { .size = sizeof(g) };
	struct buf text _buf_free_ = { 0 };

	const uint8_t *data;

	if (!map_is_data(m) || m->spec->read_only)
		return "";
	data = m->spec->data;
	for (size_t i = 0; cleat_object_global_at(o, i, &g) == 0; i++)
		if (g.section && streq(g.section, m->spec->name) && g.bytes &&
		    g.offset <= m->attr.value_size &&
		    g.bytes <= m->attr.value_size - g.offset)
			put_variable(&text, &g, data ? data + g.offset : NULL);
	return text.failed ? NULL : text.len ? arena_dup(a, text.data) : "";
}

static void carry(const struct record_map *had, const uint8_t *from, size_t from_size,
		  const struct record_map *want, uint8_t *to, size_t to_size)
{
	struct variable v, was;

	for (const char *at = want->vars; next_variable(&at, &v);)
		if (find_same(had->vars, &v, &was) && was.offset <= from_size &&
		    was.size <= from_size - was.offset && v.offset <= to_size &&
		    v.size <= to_size - v.offset)
			memcpy(to + v.offset, from + was.offset, v.size);
}

int variables_carry(struct cleat *c, const char *path, const struct record_map *had,
		    const struct record_map *want)
{
	_free_ uint8_t *from_data = NULL, *to_data = NULL;
	struct cleat_map *from, *to = want->map;
	const uint32_t zero = 0;
	int err = cleat_map_find(c, path, &from);

	if (err)
		return err;
	from_data = calloc(1, from->attr.value_size + 1);
	to_data = calloc(1, to->attr.value_size + 1);
	if (!from_data || !to_data)
		err = report_oom(c->report);
	if (!err)
		err = sys_map_lookup(from->fd, &zero, from_data, 0) ?:
		      sys_map_lookup(to->fd, &zero, to_data, 0);
	if (!err) {
		carry(had, from_data, from->attr.value_size, want, to_data, to->attr.value_size);
		err = sys_map_update(to->fd, &zero, to_data, BPF_ANY);
	}
	cleat_map_close(from);
	return err && err != -ENOMEM
		       ? report_sys(c->report, err, "map '%s': cannot take over its variables",
				    want->name)
		       : err;
}
