/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * types.c - the BTF of all inputs as one.
 *
 * Knows which types go into the output: all but data sections, which datasec.c writes anew, and
 * but what a file says of a name that another file says better. Refuses to know which types are
 * equal: btf/dedup.h does.
 */
#include "base/text.h"
#include "btf/dedup.h"
#include "linker/inner.h"

/* --- what goes in ---------------------------------------------------------------------------- */

/* The symbol that a VAR or FUNC is about, when other files can see it. */
static const struct symbol *symbol_of(const struct job *j, const struct input *in,
				      const struct btf_type *t)
{
	bool func = btf_kind(t) == BTF_FUNC;
	uint32_t linkage;

	if (!func && btf_kind(t) != BTF_VAR)
		return NULL;
	linkage = func ? btf_vlen(t) : btf_var_linkage(t);
	return linkage == BTF_STATIC ? NULL : job_global(j, btf_name(in->btf, t));
}

/* Another type stands for this VAR or FUNC: whose, or NULL. */
static const struct symbol *replaced_by(const struct job *j, const struct input *in, uint32_t id)
{
	const struct btf_type *t = btf_type(in->btf, id);
	const struct symbol *s = t ? symbol_of(j, in, t) : NULL;

	if (!s || !s->said || (s->said_by == in && s->said->id == id))
		return NULL;
	return s;
}

static bool goes_in(const struct job *j, const struct input *in, uint32_t id)
{
	const struct btf_type *t = btf_type(in->btf, id);

	if (!t)
		return false;
	switch (btf_kind(t)) {
	case BTF_DATASEC:
		return false;
	case BTF_VAR:
	case BTF_FUNC:
		return !replaced_by(j, in, id);
	case BTF_DECL_TAG:
		return !replaced_by(j, in, t->type);
	default:
		return true;
	}
}

/* A type on its way from an input to its part. */
struct copy {
	struct job *job;
	struct input *in;
	uint32_t id;
	VEC(uint8_t) record;
};

static int move_type(void *user, uint32_t *id)
{
	struct copy *c = user;

	if (*id && !c->in->kept[*id])
		return report_error(c->job->report, EINVAL,
				    "BTF type %u ('%s'): refers to type %u, which is no type but "
				    "a section or a name",
				    c->id, btf_name_of(c->in->btf, c->id), *id);
	*id = c->in->kept[*id];
	return 0;
}

static int move_string(void *user, uint32_t *off)
{
	struct copy *c = user;
	int64_t added = btf_add_str(c->in->part, btf_str(c->in->btf, *off));

	if (added < 0)
		return report_error(c->job->report, (int)added, "BTF type %u: no room for its name",
				    c->id);
	*off = (uint32_t)added;
	return 0;
}

static int copy_type(struct copy *c)
{
	const struct btf_type *t = btf_type(c->in->btf, c->id);
	int64_t payload = btf_payload_size(t), added;
	struct btf_type *to;
	int err;

	if (payload < 0 || vec_reserve(&c->record, sizeof(*t) + (size_t)payload))
		return report_oom(c->job->report);
	to = memcpy(c->record.v, t, sizeof(*t) + (size_t)payload);
	err = btf_each_ref(to, move_type, move_string, c);
	if (err)
		return err;
	added = btf_add_type(c->in->part, to, to + 1, (size_t)payload);
	if (added < 0)
		return report_error(c->job->report, (int)added, "BTF type %u: no room for it",
				    c->id);
	return 0;
}

static int make_part(struct job *j, struct input *in)
{
	struct copy c = { .job = j, .in = in };
	uint32_t n = btf_count(in->btf), next = 1;
	int err = btf_new(&in->part, NULL);

	in->kept = calloc(n, sizeof(*in->kept));
	in->types = calloc(n, sizeof(*in->types));
	if (err || !in->kept || !in->types)
		return report_oom(j->report);
	for (uint32_t id = 1; id < n; id++)
		if (goes_in(j, in, id))
			in->kept[id] = next++;
	for (c.id = 1; c.id < n && !err; c.id++)
		if (in->kept[c.id])
			err = copy_type(&c);
	vec_free(&c.record);
	return err;
}

/* --- where everything went -------------------------------------------------------------------- */

static void note_types(struct input *in, const uint32_t *moved)
{
	for (uint32_t id = 1; id < btf_count(in->btf); id++)
		in->types[id] = in->kept[id] ? moved[in->kept[id]] : 0;
}

static void note_replaced(const struct job *j, struct input *in)
{
	for (uint32_t id = 1; id < btf_count(in->btf); id++) {
		const struct symbol *s = in->kept[id] ? NULL : replaced_by(j, in, id);

		if (s)
			in->types[id] = s->said_by->types[s->said->id];
	}
}

/*
 * Types that only a declaration gave are the definition's now. A shared one cannot be: what is
 * extern is equal to nothing that is not.
 */
static void complete_externs(struct job *j)
{
	const uint32_t global = BTF_GLOBAL;

	for (size_t i = 0; i < j->globals.n; i++) {
		const struct symbol *s = j->globals.v[i];
		struct btf_type *t;

		if (!s->owner || !s->said || !s->said->is_extern)
			continue;
		t = btf_edit(j->btf, s->said_by->types[s->said->id]);
		if (t && btf_kind(t) == BTF_FUNC)
			t->info = (t->info & ~0xffffu) | BTF_GLOBAL;
		else if (t && btf_kind(t) == BTF_VAR)
			memcpy(t + 1, &global, sizeof(global));
	}
}

/* --- tags of declarations --------------------------------------------------------------------- */

/* A tag in the output, as a key of a map: by what it is of and what it says. */
static int tag_key(struct buf *key, uint32_t type, int32_t component, const char *name)
{
	buf_clear(key);
	buf_printf(key, "%u %d %s", type, component, name);
	return key->failed ? -ENOMEM : 0;
}

static int collect_tags(const struct job *j, struct strmap *tags, struct buf *key)
{
	uint32_t n = btf_count(j->btf);

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = btf_type(j->btf, id);

		if (!t || btf_kind(t) != BTF_DECL_TAG)
			continue;
		if (tag_key(key, t->type, btf_tag_component(t), btf_name(j->btf, t)) ||
		    strmap_set(tags, key->data, NULL))
			return -ENOMEM;
	}
	return 0;
}

/*
 * What a declaration says of a function's parameters holds for the function; what a definition
 * said that lost does not.
 */
static int add_tag(struct job *j, const struct input *in, const struct btf_type *tag,
		   struct strmap *tags, struct buf *key)
{
	const struct btf_type *target = btf_type(in->btf, tag->type);
	int32_t component = btf_tag_component(tag);
	struct btf_type t = { .info = tag->info, .type = in->types[tag->type] };
	uint32_t linkage = btf_kind(target) == BTF_FUNC ? btf_vlen(target)
							: btf_var_linkage(target);
	int64_t name;

	if (linkage != BTF_EXTERN || !t.type)
		return 0;
	if (tag_key(key, t.type, component, btf_name(in->btf, tag)))
		return -ENOMEM;
	if (strmap_has(tags, key->data))
		return 0;
	name = btf_add_str(j->btf, btf_name(in->btf, tag));
	if (name < 0)
		return (int)name;
	t.name_off = (uint32_t)name;
	if (btf_add_type(j->btf, &t, &component, sizeof(component)) < 0)
		return -ENOMEM;
	return strmap_set(tags, key->data, NULL);
}

static int add_tags(struct job *j)
{
	_buf_free_ struct buf key = { 0 };
	struct strmap *tags = NULL;
	int err = 0;

	for (size_t i = 0; i < j->linker->inputs.n && !err; i++) {
		const struct input *in = j->linker->inputs.v[i];

		for (uint32_t id = 1; in->btf && id < btf_count(in->btf) && !err; id++) {
			const struct btf_type *t = btf_type(in->btf, id);

			if (in->kept[id] || !t || btf_kind(t) != BTF_DECL_TAG)
				continue;
			if (!tags) {
				tags = strmap_new();
				err = tags ? collect_tags(j, tags, &key) : -ENOMEM;
			}
			if (!err)
				err = add_tag(j, in, t, tags, &key);
		}
	}
	strmap_free(tags);
	return err ? report_oom(j->report) : 0;
}

/* --- all of it -------------------------------------------------------------------------------- */

static int merge_parts(struct job *j, struct btf **parts, size_t n)
{
	_free_ uint32_t **moved = NULL;
	int err = btf_merge(parts, n, &j->btf, &moved, j->report);
	size_t k = 0;

	if (err)
		return err;
	for (size_t i = 0; i < j->linker->inputs.n; i++)
		if (j->linker->inputs.v[i]->part)
			note_types(j->linker->inputs.v[i], moved[k++]);
	for (size_t i = 0; i < j->linker->inputs.n; i++)
		if (j->linker->inputs.v[i]->part)
			note_replaced(j, j->linker->inputs.v[i]);
	complete_externs(j);
	return add_tags(j);
}

int merge_types(struct job *j)
{
	_free_ struct btf **parts = calloc(j->linker->inputs.n, sizeof(struct btf *));
	size_t n = 0;
	int err = 0;

	if (!parts)
		return report_oom(j->report);
	for (size_t i = 0; i < j->linker->inputs.n && !err; i++) {
		struct input *in = j->linker->inputs.v[i];

		REPORT_IN(j->report, REPORT_OBJECT, in->path);
		if (!in->btf)
			continue;
		err = make_part(j, in);
		parts[n++] = in->part;
	}
	return err || !n ? err : merge_parts(j, parts, n);
}
