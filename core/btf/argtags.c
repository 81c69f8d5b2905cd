/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * argtags.c - tags of arguments, said otherwise.
 *
 * Knows which tags there are ways around, and that a prototype may be shared by functions that are
 * not tagged alike: it is copied, never changed. Refuses to know which kernel reads tags, and what
 * the context of a program is called.
 */
#include "btf/argtags.h"

#include "base/vec.h"

#define CTX_TAG "arg:ctx"

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

static uint32_t first_id(const struct btf *b)
{
	return btf_base(b) ? btf_count(btf_base(b)) : 1;
}

/* The function whose argument @t is a tag of, or 0. */
static uint32_t tagged_func(const struct btf *b, const struct btf_type *t)
{
	const struct btf_type *func;

	if (!t || btf_kind(t) != BTF_DECL_TAG || btf_tag_component(t) < 0 ||
	    !has_prefix(btf_name(b, t), "arg:"))
		return 0;
	func = btf_type(b, t->type);
	return func && btf_kind(func) == BTF_FUNC ? t->type : 0;
}

/* Where tag @id belongs, if it is one of an argument. */
static unsigned int tag_of(const struct btf *b, uint32_t id)
{
	static const struct {
		const char *name;
		unsigned int tag;
	} tags[] = {
		{ "arg:trusted", BTF_ARG_TRUSTED },
		{ "arg:nullable", BTF_ARG_TRUSTED },
		{ "arg:arena", BTF_ARG_ARENA },
		{ "arg:untrusted", BTF_ARG_UNTRUSTED },
	};
	const struct btf_type *t = btf_type(b, id);

	if (!tagged_func(b, t))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (streq(btf_name(b, t), tags[i].name))
			return tags[i].tag;
	return BTF_ARG_CTX;
}

unsigned int btf_arg_tags(const struct btf *b)
{
	unsigned int tags = 0;

	for (uint32_t id = first_id(b); id < btf_count(b); id++)
		tags |= tag_of(b, id);
	return tags;
}

/* "struct NAME *": the struct needs no members, nothing is read through it in the types. */
static int add_ctx_pointer(struct btf *b, const char *name, uint32_t *id)
{
	struct btf_type t = { .info = (uint32_t)BTF_STRUCT << 24 };
	int64_t added = btf_add_str(b, name);

	if (added < 0)
		return (int)added;
	t.name_off = (uint32_t)added;
	added = btf_add_type(b, &t, NULL, 0);
	if (added < 0)
		return (int)added;
	t = (struct btf_type) { .info = (uint32_t)BTF_PTR << 24, .type = (uint32_t)added };
	added = btf_add_type(b, &t, NULL, 0);
	if (added < 0)
		return (int)added;
	*id = (uint32_t)added;
	return 0;
}

/* A copy of type @id, which may be changed. */
static int copy_type(struct btf *b, uint32_t id, uint32_t *copy)
{
	const struct btf_type *t = btf_type(b, id);
	int64_t size = t ? btf_payload_size(t) : -EINVAL, added;
	struct btf_type head;
	_free_ void *payload = NULL;

	if (size < 0)
		return (int)size;
	/* Adding may move the types. */
	head = *t;
	payload = malloc((size_t)size + 1);
	if (!payload)
		return -ENOMEM;
	memcpy(payload, t + 1, (size_t)size);
	added = btf_add_type(b, &head, payload, (size_t)size);
	if (added < 0)
		return (int)added;
	*copy = (uint32_t)added;
	return 0;
}

/* Is it a pointer to a struct of that name already. */
static bool is_pointer_to(const struct btf *b, uint32_t id, const char *name)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	t = t && btf_kind(t) == BTF_PTR ? btf_skip_mods(b, t->type, NULL) : NULL;
	return t && btf_kind(t) == BTF_STRUCT && streq(btf_name(b, t), name);
}

static bool is_pointer(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_skip_mods(b, id, NULL);

	return t && btf_kind(t) == BTF_PTR;
}

static int clone_func(struct btf *b, struct btf_ctx_func *f, uint32_t arg)
{
	uint32_t proto = btf_type(b, f->clone)->type, pointer = 0, clone = 0;
	const struct btf_type *t = btf_type(b, proto);
	struct btf_param *params;
	int err;

	if (!t || btf_kind(t) != BTF_FUNC_PROTO || arg >= btf_vlen(t))
		return 0;
	/* What the tag says of something that is no pointer, the verifier will answer. */
	if (!is_pointer(b, btf_params(t)[arg].type) ||
	    is_pointer_to(b, btf_params(t)[arg].type, f->ctx))
		return 0;
	err = add_ctx_pointer(b, f->ctx, &pointer);
	if (!err)
		err = copy_type(b, proto, &proto);
	if (!err)
		err = copy_type(b, f->clone, &clone);
	if (err)
		return err;
	params = (struct btf_param *)(btf_edit(b, proto) + 1);
	params[arg].type = pointer;
	btf_edit(b, clone)->type = proto;
	f->clone = clone;
	return 0;
}

static int clone_funcs(struct btf *b, uint32_t tag, struct btf_ctx_func *funcs, size_t n)
{
	const struct btf_type *t = btf_type(b, tag);
	uint32_t func = tagged_func(b, t), arg = func ? (uint32_t)btf_tag_component(t) : 0;
	int err = 0;

	if (!func || !streq(btf_name(b, t), CTX_TAG))
		return 0;
	for (size_t i = 0; i < n && !err; i++)
		if (funcs[i].func == func)
			err = clone_func(b, &funcs[i], arg);
	return err;
}

static void make_static(struct btf *b, uint32_t tag, unsigned int unread)
{
	const struct btf_type *t = btf_type(b, tag);
	struct btf_type *func;

	if (!(tag_of(b, tag) & unread) || streq(btf_name(b, t), CTX_TAG))
		return;
	func = btf_edit(b, t->type);
	if (func)
		func->info &= ~0xffffu; /* BTF_STATIC is 0 */
}

int btf_lower_arg_tags(struct btf **out, const struct btf *b, unsigned int unread,
		       struct btf_ctx_func *funcs, size_t n)
{
	struct btf *copy _cleanup_(cleanup_btf) = NULL;
	uint32_t count = btf_count(b);
	int err = btf_clone(&copy, b);

	*out = NULL;
	for (size_t i = 0; i < n; i++)
		funcs[i].clone = funcs[i].func;
	/* Clones are of what became of the functions. */
	for (uint32_t id = first_id(b); id < count && !err; id++)
		make_static(copy, id, unread);
	for (uint32_t id = first_id(b); unread & BTF_ARG_CTX && id < count && !err; id++)
		err = clone_funcs(copy, id, funcs, n);
	if (err)
		return err;
	*out = take_ptr(copy);
	return 0;
}
