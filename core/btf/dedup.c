/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dedup.c - which types of a BTF are the same.
 *
 * All types begin in one class, and classes are split for as long as two of their types differ: in
 * themselves first, then in the classes of what they refer to. What is left together cannot be told
 * apart, cycles and anonymous types included, and no order of looking at them matters. After each
 * split only those are looked at again who refer to what moved, and the greater part of a class
 * stays, so that the work is little more than proportional to the references.
 *
 * Refuses to know where the types came from (merge.c).
 */
#include "btf/inner.h"

/* Types that are the same as far as is known: a stretch of dedup.members, the marked ones first. */
struct class
{
	uint32_t start;
	uint32_t n;
	uint32_t marked; /* may differ from the others: to be looked at */
};

/* All definitions and forward declarations of one name and kind. */
struct family {
	uint32_t start; /* in dedup.relatives */
	uint32_t n;
	bool agreed; /* all definitions are the same type, as far as is known */
	bool moved;
};

struct relative {
	uint32_t name_off;
	enum btf_kind kind; /* ENUM for all enums */
	bool declares;
	uint32_t id;
};

/* A type, and what it is told apart by in this round: a stretch of dedup.words. */
struct suspect {
	uint32_t id;
	uint32_t n;
	size_t at;
	uint64_t hash;
};

struct dedup {
	const struct btf *b;
	uint32_t first, count; /* of the types that are not the base's */

	struct class *classes;
	uint32_t n_classes;
	uint32_t *class; /* of each type; a type of the base is alone in a class of its number */
	/*
	 * The class that those see who refer to a type. A forward declaration is seen as what it
	 * declares; and nobody sees a split before the round ends.
	 */
	uint32_t *seen;
	uint32_t *members; /* types, class after class */
	uint32_t *places; /* of each type in 'members' */
	VEC(uint32_t) touched; /* classes with marked members */
	VEC(uint32_t) moved; /* types with a new class */

	uint32_t *referrers; /* types, by what they refer to */
	uint32_t *first_referrer; /* of each type, in 'referrers'; the next type's is the end */
	uint64_t *tags; /* of each type: sum over its declaration tags */

	VEC(struct relative) relatives;
	VEC(struct family) families; /* 0 is none */
	uint32_t *family; /* of each type */

	bool content; /* first round: types differ in themselves */
	VEC(struct suspect) suspects;
	VEC(uint32_t) words;
};

static void dedup_free(struct dedup *d)
{
	free(d->classes);
	free(d->class);
	free(d->seen);
	free(d->members);
	free(d->places);
	free(d->referrers);
	free(d->first_referrer);
	free(d->tags);
	free(d->family);
	vec_free(&d->touched);
	vec_free(&d->moved);
	vec_free(&d->relatives);
	vec_free(&d->families);
	vec_free(&d->suspects);
	vec_free(&d->words);
}

/* For callbacks that only look. */
static struct btf_type *type_of(const struct dedup *d, uint32_t id)
{
	return (struct btf_type *)btf_type(d->b, id);
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

/* --- who refers to whom ---------------------------------------------------------------------- */

static int count_ref(void *user, uint32_t *id)
{
	struct dedup *d = user;

	d->first_referrer[*id]++;
	return 0;
}

struct referrer {
	struct dedup *d;
	uint32_t id;
};

static int note_ref(void *user, uint32_t *id)
{
	struct referrer *from = user;

	from->d->referrers[--from->d->first_referrer[*id]] = from->id;
	return 0;
}

static int index_referrers(struct dedup *d)
{
	uint32_t sum = 0;

	d->first_referrer = calloc((size_t)d->count + 1, sizeof(*d->first_referrer));
	if (!d->first_referrer)
		return -ENOMEM;
	for (uint32_t id = d->first; id < d->count; id++)
		btf_each_ref(type_of(d, id), count_ref, NULL, d);
	for (uint32_t id = 0; id <= d->count; id++) {
		sum += d->first_referrer[id];
		d->first_referrer[id] = sum;
	}
	d->referrers = malloc(((size_t)sum + 1) * sizeof(*d->referrers));
	if (!d->referrers)
		return -ENOMEM;
	/* from the end of each stretch to its beginning */
	for (uint32_t id = d->first; id < d->count; id++)
		btf_each_ref(type_of(d, id), note_ref, NULL, &(struct referrer) { d, id });
	return 0;
}

/*
 * A tag tells what it tags apart: a function whose argument is tagged is not the one of the same
 * name whose argument is not. Tags have no order.
 */
static void add_tags(struct dedup *d)
{
	for (uint32_t id = d->first; id < d->count; id++) {
		const struct btf_type *t = type_of(d, id);

		if (btf_kind(t) == BTF_DECL_TAG)
			d->tags[t->type] +=
				mix(mix(1, t->name_off), (uint32_t)btf_tag_component(t));
	}
}

/* --- forward declarations -------------------------------------------------------------------- */

static bool is_declaration(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_FWD:
		return true;
	case BTF_ENUM:
	case BTF_ENUM64:
		return !btf_vlen(t);
	default:
		return false;
	}
}

/* What a type is to others of its name, if it can be declared at all. */
static bool relative_of(const struct dedup *d, uint32_t id, struct relative *out)
{
	const struct btf_type *t = type_of(d, id);

	*out = (struct relative) { t->name_off, btf_kind(t), is_declaration(t), id };
	switch (btf_kind(t)) {
	case BTF_FWD:
		out->kind = btf_kflag(t) ? BTF_UNION : BTF_STRUCT;
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		out->kind = BTF_ENUM;
		break;
	case BTF_STRUCT:
	case BTF_UNION:
		break;
	default:
		return false;
	}
	/* what is tagged must stay what the tag is for */
	return t->name_off && !(out->declares && d->tags[id]);
}

static int by_name(const void *pa, const void *pb)
{
	const struct relative *a = pa, *b = pb;

	if (a->name_off != b->name_off)
		return a->name_off < b->name_off ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->declares != b->declares)
		return a->declares - b->declares;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* A family is worth it when something is defined, and something else only declared. */
static int add_family(struct dedup *d, uint32_t start, uint32_t end)
{
	struct relative *v = d->relatives.v;
	struct family f = { .start = start, .n = end - start, .agreed = true };

	if (v[start].declares || !v[end - 1].declares)
		return 0;
	for (uint32_t i = start; i < end; i++)
		d->family[v[i].id] = (uint32_t)d->families.n;
	return vec_push(&d->families, f);
}

static int find_families(struct dedup *d)
{
	struct relative one;
	uint32_t start = 0;

	if (vec_push(&d->families, (struct family) { 0 }))
		return -ENOMEM;
	for (uint32_t id = d->first; id < d->count; id++)
		if (relative_of(d, id, &one) && vec_push(&d->relatives, one))
			return -ENOMEM;
	if (d->relatives.n)
		qsort(d->relatives.v, d->relatives.n, sizeof(one), by_name);
	for (uint32_t i = 1; i <= d->relatives.n; i++) {
		const struct relative *v = d->relatives.v;

		if (i < d->relatives.n && v[i].name_off == v[start].name_off &&
		    v[i].kind == v[start].kind)
			continue;
		if (add_family(d, start, i))
			return -ENOMEM;
		start = i;
	}
	return 0;
}

/* --- rounds ---------------------------------------------------------------------------------- */

static void place(struct dedup *d, uint32_t id, uint32_t at)
{
	d->members[at] = id;
	d->places[id] = at;
}

static int mark(struct dedup *d, uint32_t id)
{
	struct class *c = &d->classes[d->class[id]];
	uint32_t at = d->places[id], to = c->start + c->marked;

	if (at < to)
		return 0;
	if (!c->marked && vec_push(&d->touched, d->class[id]))
		return -ENOMEM;
	place(d, d->members[to], at);
	place(d, id, to);
	c->marked++;
	return 0;
}

static int mark_all(struct dedup *d)
{
	for (uint32_t id = d->first; id < d->count; id++)
		if (mark(d, id))
			return -ENOMEM;
	return 0;
}

/* Who refers to @id now sees @class there. */
static int show(struct dedup *d, uint32_t id, uint32_t class)
{
	if (d->seen[id] == class)
		return 0;
	d->seen[id] = class;
	for (uint32_t i = d->first_referrer[id]; i < d->first_referrer[id + 1]; i++)
		if (mark(d, d->referrers[i]))
			return -ENOMEM;
	return 0;
}

static int mask_ref(void *user, uint32_t *id)
{
	(void)user;
	*id = 0;
	return 0;
}

static int push_ref(void *user, uint32_t *id)
{
	struct dedup *d = user;

	return vec_push(&d->words, d->seen[*id]);
}

/* What @id is by itself: its record without the references. */
static int push_content(struct dedup *d, uint32_t id)
{
	const struct btf_type *t = type_of(d, id);
	size_t n = (sizeof(*t) + (size_t)btf_payload_size(t)) / sizeof(uint32_t);
	uint32_t *to;

	if (vec_reserve(&d->words, d->words.n + n + 3))
		return -ENOMEM;
	to = d->words.v + d->words.n;
	memcpy(to, t, n * sizeof(*to));
	btf_each_ref((struct btf_type *)to, mask_ref, NULL, NULL);
	to[n] = (uint32_t)d->tags[id];
	to[n + 1] = (uint32_t)(d->tags[id] >> 32);
	to[n + 2] = btf_kind(t) == BTF_DATASEC ? id : 0;
	d->words.n += n + 3;
	return 0;
}

static int push_suspect(struct dedup *d, uint32_t id)
{
	struct suspect s = { .id = id, .at = d->words.n };
	int err = d->content ? push_content(d, id)
			     : btf_each_ref(type_of(d, id), push_ref, NULL, d);

	if (err)
		return err;
	s.n = (uint32_t)(d->words.n - s.at);
	for (size_t i = s.at; i < d->words.n; i++)
		s.hash = mix(s.hash, d->words.v[i]);
	return vec_push(&d->suspects, s);
}

static int by_hash(const void *pa, const void *pb)
{
	const struct suspect *a = pa, *b = pb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static bool alike(const struct dedup *d, const struct suspect *a, const struct suspect *b)
{
	return a->hash == b->hash && a->n == b->n &&
	       memcmp(d->words.v + a->at, d->words.v + b->at, a->n * sizeof(*d->words.v)) == 0;
}

/* Bring those that are like the first of @s to the front; returns how many. */
static size_t gather(const struct dedup *d, struct suspect *s, size_t n)
{
	size_t same = 1;

	/* the others of this hash are the same, but for a collision */
	for (size_t i = 1; i < n && s[i].hash == s[0].hash; i++) {
		struct suspect swapped = s[i];

		if (!alike(d, &s[0], &s[i]))
			continue;
		s[i] = s[same];
		s[same++] = swapped;
	}
	return same;
}

/* Give members [start, start + n) a class of their own. */
static int found_class(struct dedup *d, uint32_t start, uint32_t n)
{
	d->classes[d->n_classes] = (struct class) { .start = start, .n = n };
	for (uint32_t i = start; i < start + n; i++) {
		d->class[d->members[i]] = d->n_classes;
		if (vec_push(&d->moved, d->members[i]))
			return -ENOMEM;
	}
	d->n_classes++;
	return 0;
}

/* The greatest part keeps the number, so that few see a change. */
static int split(struct dedup *d, uint32_t number)
{
	struct class *c = &d->classes[number], was = *c;
	struct suspect *s = d->suspects.v;
	/* those not marked are one part, and the last */
	uint32_t rest = was.n - was.marked, stays = was.start + was.marked, most = rest, n;

	qsort(s, was.marked, sizeof(*s), by_hash);
	for (uint32_t i = 0; i < was.marked; i += n) {
		n = (uint32_t)gather(d, s + i, was.marked - i);
		for (uint32_t j = i; j < i + n; j++)
			place(d, s[j].id, was.start + j);
		s[i].n = n; /* from now on: the length of this part */
		if (n > most) {
			most = n;
			stays = was.start + i;
		}
	}
	*c = (struct class) { .start = stays, .n = most };
	for (uint32_t i = 0; i < was.marked; i += s[i].n)
		if (was.start + i != stays && found_class(d, was.start + i, s[i].n))
			return -ENOMEM;
	if (rest && was.start + was.marked != stays)
		return found_class(d, was.start + was.marked, rest);
	return 0;
}

/* Definitions that differ: from now on a declaration of that name is no more than that. */
static int meet(struct dedup *d, struct family *f)
{
	const struct relative *v = d->relatives.v + f->start;
	uint32_t first = d->class[v[0].id];
	int err = 0;

	f->moved = false;
	for (uint32_t i = 1; i < f->n && f->agreed && !v[i].declares; i++)
		f->agreed = d->class[v[i].id] == first;
	for (uint32_t i = f->n; i-- > 0 && v[i].declares && !err;)
		err = show(d, v[i].id, f->agreed ? first : d->class[v[i].id]);
	return err;
}

/* The end of a round: what moved is seen, and who sees it is marked for the next. */
static int publish_moves(struct dedup *d)
{
	VEC(uint32_t) meetings = { 0 };
	int err = 0;

	for (size_t i = 0; i < d->moved.n && !err; i++) {
		uint32_t id = d->moved.v[i];
		struct family *f = &d->families.v[d->family[id]];

		if (d->family[id] && !f->moved) {
			f->moved = true;
			err = vec_push(&meetings, d->family[id]);
		}
		if (!err && !(d->family[id] && is_declaration(type_of(d, id))))
			err = show(d, id, d->class[id]);
	}
	for (size_t i = 0; i < meetings.n && !err; i++)
		err = meet(d, &d->families.v[meetings.v[i]]);
	vec_free(&meetings);
	d->moved.n = 0;
	return err;
}

static int one_round(struct dedup *d)
{
	VEC(uint32_t) touched = { 0 };
	int err = 0;

	/* marks that are made below are for the next round */
	memcpy(&touched, &d->touched, sizeof(touched));
	memset(&d->touched, 0, sizeof(d->touched));
	for (size_t i = 0; i < touched.n && !err; i++) {
		const struct class *c = &d->classes[touched.v[i]];

		d->suspects.n = 0;
		d->words.n = 0;
		for (uint32_t j = 0; j < c->marked && !err; j++)
			err = push_suspect(d, d->members[c->start + j]);
		if (!err)
			err = split(d, touched.v[i]);
	}
	vec_free(&touched);
	return err ? err : publish_moves(d);
}

static int refine(struct dedup *d)
{
	int err;

	d->content = true;
	err = mark_all(d);
	if (!err)
		err = one_round(d);
	d->content = false;
	/* nobody has looked at references yet */
	if (!err)
		err = mark_all(d);
	while (!err && d->touched.n)
		err = one_round(d);
	return err;
}

static int dedup_init(struct dedup *d)
{
	size_t count = (size_t)d->count + 1;

	d->classes = calloc(count, sizeof(*d->classes));
	d->class = calloc(count, sizeof(*d->class));
	d->seen = calloc(count, sizeof(*d->seen));
	d->members = calloc(count, sizeof(*d->members));
	d->places = calloc(count, sizeof(*d->places));
	d->tags = calloc(count, sizeof(*d->tags));
	d->family = calloc(count, sizeof(*d->family));
	if (!d->classes || !d->class || !d->seen || !d->members || !d->places || !d->tags ||
	    !d->family || index_referrers(d))
		return -ENOMEM;
	add_tags(d);
	for (uint32_t id = 0; id < d->first; id++)
		d->class[id] = d->seen[id] = id;
	for (uint32_t id = d->first; id < d->count; id++) {
		d->class[id] = d->seen[id] = d->first;
		place(d, id, id);
	}
	d->classes[d->first] = (struct class) { .start = d->first, .n = d->count - d->first };
	d->n_classes = d->first + 1;
	return find_families(d);
}

/* --- what stays ------------------------------------------------------------------------------ */

/* Of each class the first stays. Where types go: to a new id. */
static void number_types(struct dedup *d, uint32_t *moved, uint32_t *of_class)
{
	uint32_t next = d->first;

	for (uint32_t id = 0; id < d->first; id++)
		moved[id] = id;
	for (uint32_t id = d->first; id < d->count; id++)
		if (d->seen[id] == d->class[id] && !of_class[d->class[id]])
			of_class[d->class[id]] = next++;
	for (uint32_t id = d->first; id < d->count; id++)
		moved[id] = of_class[d->seen[id]];
}

static int write_types(const struct dedup *d, struct btf *to, const uint32_t *moved)
{
	int err = 0;

	for (uint32_t id = d->first; id < d->count && !err; id++)
		if (d->seen[id] == d->class[id] && moved[id] == btf_count(to))
			err = btf_copy_type(to, d->b, type_of(d, id), moved);
	return err;
}

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

int btf_dedup(struct btf **out, const struct btf *b, uint32_t **moved)
{
	struct dedup d _cleanup_(dedup_free) = { .b = b, .count = btf_count(b) };
	struct btf *to _cleanup_(cleanup_btf) = NULL;
	_free_ uint32_t *ids = calloc((size_t)d.count + 1, sizeof(*ids));
	_free_ uint32_t *of_class = calloc((size_t)d.count + 1, sizeof(*of_class));
	int err;

	*out = NULL;
	if (!ids || !of_class)
		return -ENOMEM;
	d.first = b->index->first;
	err = dedup_init(&d);
	if (!err)
		err = refine(&d);
	if (err)
		return err;
	number_types(&d, ids, of_class);
	err = btf_new(&to, btf_base(b));
	if (!err)
		err = write_types(&d, to, ids);
	if (err)
		return err;
	*out = take_ptr(to);
	*moved = take_ptr(ids);
	return 0;
}
