/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * core_value.c - the numbers that relocations ask for, out of a place in a type.
 *
 * Knows sizes, bit-fields, signedness and byte order, and when an access may change its width.
 * Refuses to know how the place was found and which instruction the number goes into.
 */
#include "object/core.h"

/* One side of the comparison: the object's, or the kernel's. */
struct side {
	uint64_t value;
	uint32_t size; /* of the memory accessed; 0: a bit-field, or not an access */
	uint32_t type; /* of the place, when size is set */
	bool check;
};

/* The kernel that the BTF describes: not always this one. */
static bool big_endian(const struct btf *btf)
{
	return btf_foreign(btf) != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static int no_size(enum core_why *why)
{
	*why = CORE_NO_SIZE;
	return -EINVAL;
}

static int sized(const struct btf *btf, uint32_t id, uint32_t *size, enum core_why *why)
{
	int64_t ret = btf_size(btf, id);

	if (ret < 0 || ret > UINT32_MAX)
		return no_size(why);
	*size = (uint32_t)ret;
	return 0;
}

/*
 * The size of what an instruction accesses. Of an array it is one element, innermost: the
 * instruction does not load the array. The type stays the array's, so that elements of different
 * size are never silently adjusted.
 */
static int access_size(const struct btf *btf, struct side *s, uint32_t id, enum core_why *why)
{
	const struct btf_type *t;
	unsigned int depth;

	s->type = id;
	for (depth = 0; depth < BTF_MAX_DEPTH; depth++) {
		t = btf_skip_mods(btf, id, &id);
		if (!t)
			return no_size(why);
		if (btf_kind(t) != BTF_ARRAY)
			return sized(btf, id, &s->size, why);
		id = btf_array(t)->type;
	}
	return no_size(why);
}

static int element_value(struct side *s, const struct core_spec *spec, const struct core_step *step,
			 enum core_why *why)
{
	uint32_t size;
	int err;

	s->check = true;
	switch (spec->kind) {
	case CORE_FIELD_OFFSET:
		s->value = spec->bits / 8;
		return access_size(spec->btf, s, step->type, why);
	case CORE_FIELD_SIZE:
		err = sized(spec->btf, step->type, &size, why);
		if (!err)
			s->value = size;
		return err;
	default:
		*why = CORE_NOT_FOR_ELEMENT;
		return -EINVAL;
	}
}

/*
 * The smallest aligned load that holds a bit-field: begin with the declared type, and double until
 * it fits. Both compilers and kernels lay bit-fields out so that 8 bytes are enough.
 */
static int bitfield_load(const struct btf_type *t, uint32_t bits, uint32_t width, uint32_t *offset,
			 uint32_t *size, enum core_why *why)
{
	uint64_t end = (uint64_t)bits + width;
	enum btf_kind kind = btf_kind(t);

	if ((kind != BTF_INT && kind != BTF_ENUM && kind != BTF_ENUM64) || !t->size)
		return no_size(why);
	*size = t->size;
	*offset = bits / 8 / *size * *size;
	while (end - (uint64_t)*offset * 8 > (uint64_t)*size * 8) {
		if (*size >= 8) {
			*why = CORE_WIDE_BITFIELD;
			return -E2BIG;
		}
		*size *= 2;
		*offset = bits / 8 / *size * *size;
	}
	return 0;
}

static bool is_signed(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_ENUM:
	case BTF_ENUM64:
		return btf_kflag(t);
	case BTF_INT:
		return btf_int_encoding(t) & BTF_INT_SIGNED;
	default:
		return false;
	}
}

static int member_value(struct side *s, const struct core_spec *spec, const struct core_step *step,
			enum core_why *why)
{
	const struct btf_type *t = btf_type(spec->btf, step->leaf);
	uint32_t width = btf_member_bit_size(step->in, step->index);
	uint32_t offset, size;
	bool bitfield;
	int err;

	if (!t)
		return no_size(why);
	bitfield = width > 0;
	if (bitfield) {
		err = bitfield_load(t, spec->bits, width, &offset, &size, why);
	} else {
		err = sized(spec->btf, step->leaf, &size, why);
		offset = spec->bits / 8;
		width = size * 8;
	}
	if (err)
		return err;

	/*
	 * How a bit-field is loaded is the compiler's choice, and it may have chosen otherwise;
	 * its sign and its width are facts.
	 */
	s->check = !bitfield;
	switch (spec->kind) {
	case CORE_FIELD_OFFSET:
		s->value = offset;
		return bitfield ? 0 : access_size(spec->btf, s, step->leaf, why);
	case CORE_FIELD_SIZE:
		s->value = size;
		return 0;
	case CORE_FIELD_SIGNED:
		s->value = is_signed(t);
		s->check = true;
		return 0;
	case CORE_FIELD_LSHIFT:
		if (big_endian(spec->btf))
			s->value = (8 - size) * 8 + (spec->bits - offset * 8);
		else
			s->value = 64 - (spec->bits + width - offset * 8);
		return 0;
	case CORE_FIELD_RSHIFT:
		s->value = 64 - width;
		s->check = true;
		return 0;
	default:
		*why = CORE_BAD_KIND;
		return -EINVAL;
	}
}

static int field_value(struct side *s, const struct core_spec *spec, enum core_why *why)
{
	const struct core_step *step = &spec->steps[spec->n - 1];

	if (spec->kind == CORE_FIELD_EXISTS) {
		s->value = 1;
		s->check = true;
		return 0;
	}
	return step->name ? member_value(s, spec, step, why) : element_value(s, spec, step, why);
}

static int type_value(struct side *s, const struct core_spec *spec, enum core_why *why)
{
	uint32_t size;
	int err;

	s->check = true;
	switch (spec->kind) {
	case CORE_TYPE_ID_LOCAL:
	case CORE_TYPE_ID_TARGET:
		/* linking may have renumbered the types and left the instruction behind */
		s->value = spec->root;
		s->check = false;
		return 0;
	case CORE_TYPE_SIZE:
		err = sized(spec->btf, spec->root, &size, why);
		if (!err)
			s->value = size;
		return err;
	default:
		s->value = 1;
		return 0;
	}
}

static void enum_value(struct side *s, const struct core_spec *spec)
{
	const struct core_step *step = &spec->steps[0];

	s->check = true;
	s->value = 1;
	if (spec->kind == CORE_ENUM_EXISTS)
		return;
	if (btf_kind(step->in) == BTF_ENUM) {
		/* extended with its sign, whatever the enum says: old BTF does not say */
		s->value = (uint64_t)(int64_t)btf_enums(step->in)[step->index].val;
	} else {
		const struct btf_enum64 *e = &btf_enums64(step->in)[step->index];

		s->value = (uint64_t)e->hi << 32 | e->lo;
	}
}

static int side_value(struct side *s, const struct core_spec *spec, enum core_why *why)
{
	if (core_is_field(spec->kind))
		return field_value(s, spec, why);
	if (core_is_type(spec->kind))
		return type_value(s, spec, why);
	enum_value(s, spec);
	return 0;
}

/* Kinds whose answer may be "no": the others have no number without a place. */
static bool may_be_missing(uint32_t kind)
{
	return kind == CORE_FIELD_EXISTS || kind == CORE_ENUM_EXISTS || core_is_type(kind);
}

/*
 * Another width keeps the value when the upper bits are zeros: pointers (a 32-bit kernel's are
 * loaded into 64-bit registers) and unsigned integers.
 */
static bool width_may_change(const struct core_spec *local, uint32_t local_id,
			     const struct core_spec *found, uint32_t found_id)
{
	const struct btf_type *a = btf_type(local->btf, local_id);
	const struct btf_type *b = btf_type(found->btf, found_id);

	if (!a || !b || btf_kind(a) != btf_kind(b))
		return false;
	if (btf_kind(a) == BTF_PTR)
		return true;
	return btf_kind(a) == BTF_INT && btf_int_encoding(a) != BTF_INT_SIGNED &&
	       btf_int_encoding(b) != BTF_INT_SIGNED;
}

int core_value(struct core_value *v, const struct core_spec *local, const struct core_spec *found,
	       enum core_why *why)
{
	struct side a = { 0 }, b = { 0 };
	int err;

	memset(v, 0, sizeof(*v));
	err = side_value(&a, local, why);
	if (err)
		return err;
	v->old_value = a.value;
	v->old_size = a.size;
	v->check = a.check;
	if (!found) {
		v->poison = !may_be_missing(local->kind);
		return 0;
	}
	err = side_value(&b, found, why);
	if (err)
		return err;
	v->new_value = b.value;
	v->new_size = b.size;
	v->unsafe_width = a.size != b.size && !width_may_change(local, a.type, found, b.type);
	return 0;
}
