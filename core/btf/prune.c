/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * prune.c - leaves out the types that a kernel does not need.
 *
 * Knows what kernels look at: what values and arguments consist of, the names and sizes of what
 * they point to, tags, and everything behind a tagged pointer. Refuses to know what the roots are.
 */
#include "btf/inner.h"
#include "btf/prune.h"

/* How much of a type is needed. */
enum need {
	NEED_NOTHING,
	NEED_HEAD, /* a struct or union: name and size; others: whole, for the sake of a pointer */
	NEED_WHOLE,
};

struct prune {
	struct btf *b;
	uint32_t first, count;
	uint8_t *needs; /* of each type: enum need */
	uint32_t *tags; /* of each type: the first declaration tag, or 0 */
	uint32_t *next_tag; /* of each tag: the next one of the same type */
	VEC(uint32_t) queue;
	uint32_t *moved;
};

static int need(struct prune *p, uint32_t id, enum need how)
{
	if (id < p->first || p->needs[id] >= how)
		return 0;
	p->needs[id] = how;
	return vec_push(&p->queue, id);
}

static int need_head(void *user, uint32_t *id)
{
	return need(user, *id, NEED_HEAD);
}

static int need_whole(void *user, uint32_t *id)
{
	return need(user, *id, NEED_WHOLE);
}

static bool is_composite(const struct btf_type *t)
{
	return btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_UNION;
}

/* "contains:node_data:node": lists and trees name what they hold. */
static int need_named_by(struct prune *p, const char *tag)
{
	static const char prefix[] = "contains:";
	_free_ char *name = NULL;

	if (!has_prefix(tag, prefix))
		return 0;
	name = text_dup(tag + strlen(prefix));
	if (!name)
		return -ENOMEM;
	name[strcspn(name, ":")] = 0;
	return need(p, btf_find(p->b, name, BTF_KIND_BIT(BTF_STRUCT)), NEED_WHOLE);
}

/* A tag of a member makes no sense without members. */
static bool tag_fits(const struct prune *p, uint32_t tag)
{
	const struct btf_type *t = btf_type(p->b, tag), *tagged = btf_type(p->b, t->type);

	return p->needs[t->type] == NEED_WHOLE || !is_composite(tagged) || btf_tag_component(t) < 0;
}

static int need_tags(struct prune *p, uint32_t id)
{
	int err = 0;

	for (uint32_t tag = p->tags[id]; tag && !err; tag = p->next_tag[tag]) {
		if (!tag_fits(p, tag))
			continue;
		err = need(p, tag, NEED_WHOLE);
		if (!err)
			err = need_named_by(p, btf_name_of(p->b, tag));
	}
	return err;
}

/* What a needed type needs in turn. */
static int follow(struct prune *p, uint32_t id)
{
	struct btf_type *t = (struct btf_type *)btf_type(p->b, id); /* callbacks only look */

	switch (btf_kind(t)) {
	case BTF_PTR:
	case BTF_DECL_TAG: /* of what is needed already */
		return btf_each_ref(t, need_head, NULL, p);
	case BTF_TYPEDEF:
	case BTF_VOLATILE:
	case BTF_CONST:
	case BTF_RESTRICT:
	case BTF_ARRAY:
		return btf_each_ref(t, p->needs[id] == NEED_HEAD ? need_head : need_whole, NULL, p);
	case BTF_STRUCT:
	case BTF_UNION:
		return p->needs[id] == NEED_HEAD ? 0 : btf_each_ref(t, need_whole, NULL, p);
	default:
		return btf_each_ref(t, need_whole, NULL, p);
	}
}

static int follow_all(struct prune *p, const uint32_t *roots, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = roots[i] < p->count ? need(p, roots[i], NEED_WHOLE) : -EINVAL;
	while (p->queue.n && !err) {
		uint32_t id = p->queue.v[--p->queue.n];

		err = follow(p, id);
		if (!err)
			err = need_tags(p, id);
	}
	return err;
}

static void index_tags(struct prune *p)
{
	for (uint32_t id = p->first; id < p->count; id++) {
		const struct btf_type *t = btf_type(p->b, id);

		if (btf_kind(t) != BTF_DECL_TAG || t->type == id)
			continue;
		p->next_tag[id] = p->tags[t->type];
		p->tags[t->type] = id;
	}
}

static int write_types(const struct prune *p, struct btf *to)
{
	int err = 0;

	for (uint32_t id = p->first; id < p->count && !err; id++) {
		const struct btf_type *t = btf_type(p->b, id);
		struct btf_type head = { t->name_off, (uint32_t)btf_kind(t) << 24, { t->size } };
		bool cut = is_composite(t) && p->needs[id] == NEED_HEAD;

		if (p->needs[id])
			err = btf_copy_type(to, p->b, cut ? &head : t, p->moved);
	}
	return err;
}

static int prune(struct prune *p, const uint32_t *roots, size_t n, struct btf *to)
{
	uint32_t next = p->first;
	int err;

	if (!p->needs || !p->tags || !p->next_tag || !p->moved)
		return -ENOMEM;
	index_tags(p);
	err = follow_all(p, roots, n);
	if (err)
		return err;
	for (uint32_t id = 0; id < p->count; id++)
		p->moved[id] = id < p->first ? id : p->needs[id] ? next++ : 0;
	return write_types(p, to);
}

int btf_prune(struct btf **out, struct btf *b, const uint32_t *roots, size_t n, uint32_t **moved)
{
	struct prune p = { .b = b, .count = btf_count(b) };
	struct btf *to;
	int err = btf_new(&to, btf_base(b));

	*out = NULL;
	*moved = NULL;
	if (err)
		return err;
	p.first = b->index->first;
	p.needs = calloc(p.count, sizeof(*p.needs));
	p.tags = calloc(p.count, sizeof(*p.tags));
	p.next_tag = calloc(p.count, sizeof(*p.next_tag));
	p.moved = calloc(p.count, sizeof(*p.moved));
	err = prune(&p, roots, n, to);
	free(p.needs);
	free(p.tags);
	free(p.next_tag);
	vec_free(&p.queue);
	if (err) {
		btf_free(to);
		free(p.moved);
		return err;
	}
	*out = to;
	*moved = p.moved;
	return 0;
}
