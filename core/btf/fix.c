/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * fix.c - an object's BTF, made fit for a kernel.
 *
 * Knows what each kernel feature's absence means for the types, and what kernels refuse that
 * compilers write. Every replacement has the size of what it replaces, so that ids stay. Refuses
 * to know which kernel this is for: the features are handed in.
 */
#include "btf/fix.h"

#include "base/vec.h"

/* Stands for variables and tags; one byte, because it must fit where the variable was. */
#define BYTE_INT 8

struct fix {
	struct btf *btf;
	unsigned int features;
	uint32_t first, count;
	uint32_t placeholder; /* member type of what were ENUM64 */
};

static uint32_t info(enum btf_kind kind, uint32_t vlen)
{
	return (uint32_t)kind << 24 | vlen;
}

static bool can(const struct fix *f, unsigned int feature)
{
	return f->features & feature;
}

static bool is_word(char c, bool dots)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (dots && c == '.');
}

/* The name at *off with an underscore for what the kernel does not take; *off is the new one. */
static int clean_name(struct fix *f, uint32_t *off, bool dots)
{
	char *name _free_ = text_dup(btf_str(f->btf, *off));
	bool clean = true;
	int64_t new;

	if (!name)
		return -ENOMEM;
	for (char *p = name; *p; p++) {
		if (is_word(*p, dots))
			continue;
		*p = '_';
		clean = false;
	}
	if (clean)
		return 0;
	new = btf_add_str(f->btf, name);
	if (new < 0)
		return (int)new;
	*off = (uint32_t) new;
	return 0;
}

static void make_byte(struct btf_type *t)
{
	uint32_t word = BYTE_INT;

	t->info = info(BTF_INT, 0);
	t->size = 1;
	memcpy(t + 1, &word, sizeof(word));
}

static int fix_var(struct fix *f, uint32_t id)
{
	struct btf_type *t = btf_edit(f->btf, id);
	int err;

	if (can(f, BTF_CAN_DATASEC))
		return 0;
	err = clean_name(f, &t->name_off, false);
	make_byte(t);
	return err;
}

static int by_offset(const void *a, const void *b)
{
	const struct btf_secinfo *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/*
 * A struct whose members are the bytes that stand for the variables. Kernels want members inside
 * the struct, which a section that nobody has measured yet does not promise.
 */
static int section_to_struct(struct fix *f, struct btf_type *t)
{
	struct btf_member *members = (struct btf_member *)(t + 1);
	uint32_t vlen = btf_vlen(t), last = 0;
	int err;

	for (uint32_t i = 0; i < vlen; i++) {
		struct btf_secinfo s;

		memcpy(&s, &members[i], sizeof(s));
		if (s.offset > UINT32_MAX / 8 - 1)
			return -EINVAL;
		last = MAX(last, s.offset + 1);
		members[i] = (struct btf_member) { .type = s.type, .offset = s.offset * 8 };
	}
	t->info = info(BTF_STRUCT, vlen);
	t->size = MAX(t->size, last);
	err = clean_name(f, &t->name_off, false);
	for (uint32_t i = 0; i < vlen && !err; i++) {
		const struct btf_type *var = btf_type(f->btf, members[i].type);

		members[i].name_off = var ? var->name_off : 0;
		err = clean_name(f, &members[i].name_off, false);
	}
	return err;
}

static int fix_section(struct fix *f, uint32_t id)
{
	struct btf_type *t = btf_edit(f->btf, id);

	/* kernels want variables in the order of their places, compilers know no places */
	qsort(t + 1, btf_vlen(t), sizeof(struct btf_secinfo), by_offset);
	if (!can(f, BTF_CAN_DATASEC))
		return section_to_struct(f, t);
	if (!can(f, BTF_CAN_QMARK))
		return clean_name(f, &t->name_off, true);
	return 0;
}

/*
 * The parameters of a function need names, except the dots at the end. Those of a prototype that
 * becomes an enum all do: they become enumerators.
 */
static int name_params(struct fix *f, uint32_t id, bool all)
{
	struct btf_type *t = btf_edit(f->btf, id);
	struct btf_param *params = (struct btf_param *)(t + 1);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		struct buf name _buf_free_ = { 0 };
		int64_t off;

		if (params[i].name_off || (!params[i].type && !all))
			continue;
		buf_puts(&name, "param");
		buf_put_u64(&name, i);
		if (name.failed)
			return -ENOMEM;
		off = btf_add_str(f->btf, name.data);
		if (off < 0)
			return (int)off;
		params[i].name_off = (uint32_t)off;
	}
	return 0;
}

static int fix_func(struct fix *f, uint32_t id)
{
	/* As global functions these would be verified for any arguments, and fail; compilers call
	 * them with arguments of which the verifier knows the bounds. */
	static const char *const builtins[] = { "memset", "memcpy", "memmove", "memcmp" };
	struct btf_type *t = btf_edit(f->btf, id);
	const struct btf_type *proto = btf_type(f->btf, t->type);
	const char *name = btf_name(f->btf, t);

	if (!can(f, BTF_CAN_FUNC)) {
		t->info = info(BTF_TYPEDEF, 0);
		return 0;
	}
	if (!can(f, BTF_CAN_GLOBAL_FUNC))
		t->info = info(BTF_FUNC, BTF_STATIC);
	for (size_t i = 0; i < ARRAY_SIZE(builtins) && btf_vlen(t) == BTF_GLOBAL; i++) {
		if (streq(name, builtins[i]))
			t->info = info(BTF_FUNC, BTF_STATIC);
	}
	/* a prototype of the base is the base's affair */
	if (t->type < f->first || !proto || btf_kind(proto) != BTF_FUNC_PROTO)
		return 0;
	return name_params(f, t->type, false);
}

static int fix_proto(struct fix *f, uint32_t id)
{
	struct btf_type *t = btf_edit(f->btf, id);
	int err;

	if (can(f, BTF_CAN_FUNC))
		return 0;
	err = name_params(f, id, true);
	if (err)
		return err;
	/* a parameter is a name and a type id: as an enumerator, a name and a value */
	t->info = info(BTF_ENUM, btf_vlen(t));
	t->size = sizeof(uint32_t);
	return 0;
}

static int fix_enum64(struct fix *f, uint32_t id)
{
	struct btf_type *t;
	struct btf_member *members;

	if (can(f, BTF_CAN_ENUM64))
		return 0;
	if (!f->placeholder) {
		struct btf_type byte = { .info = info(BTF_INT, 0), .size = 1 };
		uint32_t word = BYTE_INT;
		int64_t name = btf_add_str(f->btf, "enum64_value"), added;

		if (name < 0)
			return (int)name;
		byte.name_off = (uint32_t)name;
		added = btf_add_type(f->btf, &byte, &word, sizeof(word));
		if (added < 0)
			return (int)added;
		f->placeholder = (uint32_t)added;
	}
	/* only now: the new type may have moved the others */
	t = btf_edit(f->btf, id);
	t->info = info(BTF_UNION, btf_vlen(t));
	members = (struct btf_member *)(t + 1);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		members[i].type = f->placeholder;
		members[i].offset = 0;
	}
	return 0;
}

/* With the flag, a tag is an attribute: without it, the kernel would take its name for a tag's. */
static bool can_flag(const struct fix *f, const struct btf_type *tag)
{
	return !btf_kflag(tag) || can(f, BTF_CAN_ATTRIBUTE);
}

static int fix_type(struct fix *f, uint32_t id)
{
	struct btf_type *t = btf_edit(f->btf, id);

	switch (btf_kind(t)) {
	case BTF_PTR:
	case BTF_ARRAY:
	case BTF_CONST:
	case BTF_VOLATILE:
	case BTF_RESTRICT:
	case BTF_FUNC_PROTO:
		/* rustc names pointers; kernels refuse that */
		t->name_off = 0;
		return btf_kind(t) == BTF_FUNC_PROTO ? fix_proto(f, id) : 0;
	case BTF_VAR:
		return fix_var(f, id);
	case BTF_DATASEC:
		return fix_section(f, id);
	case BTF_FUNC:
		return fix_func(f, id);
	case BTF_ENUM64:
		return fix_enum64(f, id);
	case BTF_ENUM:
		if (!can(f, BTF_CAN_ENUM64))
			t->info &= ~(1u << 31);
		return 0;
	case BTF_FLOAT:
		if (!can(f, BTF_CAN_FLOAT)) {
			t->name_off = 0;
			t->info = info(BTF_STRUCT, 0);
		}
		return 0;
	case BTF_DECL_TAG:
		if (!can(f, BTF_CAN_DECL_TAG) || !can_flag(f, t)) {
			t->name_off = 0;
			make_byte(t);
		}
		return 0;
	case BTF_TYPE_TAG:
		if (!can(f, BTF_CAN_TYPE_TAG) || !can_flag(f, t)) {
			t->name_off = 0;
			t->info = info(BTF_CONST, 0);
		}
		return 0;
	default:
		return 0;
	}
}

static void cleanup_btf(struct btf **b)
{
	btf_free(*b);
}

int btf_downgrade(struct btf **out, const struct btf *b, unsigned int features)
{
	struct btf *copy _cleanup_(cleanup_btf) = NULL;
	struct fix f = { .features = features };
	int err;

	*out = NULL;
	err = btf_clone(&copy, b);
	if (err)
		return err;
	f.btf = copy;
	f.first = btf_base(b) ? btf_count(btf_base(b)) : 1;
	f.count = btf_count(b);
	for (uint32_t id = f.first; id < f.count; id++) {
		err = fix_type(&f, id);
		if (err)
			return err;
	}
	*out = take_ptr(copy);
	return 0;
}
