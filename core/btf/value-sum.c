// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value-sum.c - the sum of two values, member by member, directed by BTF. Knows which types are
 * numbers that can be added; addresses, names, text and pointers cannot.
 */
#include "btf/value-scalar.h"
#include "btf/value.h"

struct adding {
	const struct btf *b;
	uint8_t *sum;
	const uint8_t *value;
	uint64_t bits; /* of both */
	uint32_t budget;
	unsigned int depth;
};

static int add_value(struct adding *a, uint32_t id, uint64_t bit, uint32_t bit_size,
		     const char *name);

static int add_number(struct adding *a, const struct value_type *v, uint64_t bit, uint32_t bit_size)
{
	uint32_t skip;
	unsigned int n = value_scalar_bits(v->t, bit_size, &skip);
	bool big = value_host_is_big();
	value_u128 x, y, sum, half;

	bit += skip;
	if (v->look != LOOK_PLAIN || (btf_int_encoding(v->t) & BTF_INT_BOOL) ||
	    value_is_char(a->b, v->t) || !n || n > 64)
		return -EOPNOTSUPP;
	if (bit > a->bits || n > a->bits - bit)
		return -EMSGSIZE;
	x = value_load(a->sum, bit, n, big);
	y = value_load(a->value, bit, n, big);
	sum = (x + y) & value_mask(n);
	half = (value_u128)1 << (n - 1);
	if (value_is_signed(v->t) ? !((x ^ y) & half) && ((x ^ sum) & half) : x + y != sum)
		return -ERANGE;
	value_store(a->sum, bit, n, big, sum);
	return 0;
}

static int add_members(struct adding *a, const struct value_type *v, uint64_t bit)
{
	const struct btf_member *m = btf_members(v->t);
	int err = 0;

	for (uint32_t i = 0; i < btf_vlen(v->t) && !err; i++)
		err = add_value(a, m[i].type, bit + btf_member_bit_offset(v->t, i),
				btf_member_bit_size(v->t, i), btf_str(a->b, m[i].name_off));
	return err;
}

static int add_elements(struct adding *a, const struct value_type *v, uint64_t bit,
			const char *name)
{
	const struct btf_array *array = btf_array(v->t);
	int64_t size = btf_size(a->b, array->type);
	int err = size < 0 ? -EOPNOTSUPP : 0;

	for (uint32_t i = 0; i < array->nelems && !err; i++)
		err = add_value(a, array->type, bit + i * (uint64_t)size * 8, 0, name);
	return err;
}

static int add_kind(struct adding *a, const struct value_type *v, uint64_t bit, uint32_t bit_size,
		    const char *name)
{
	switch (btf_kind(v->t)) {
	case BTF_INT:
		return add_number(a, v, bit, bit_size);
	case BTF_STRUCT:
		return v->look == LOOK_PLAIN ? add_members(a, v, bit) : -EOPNOTSUPP;
	case BTF_ARRAY:
		return v->look == LOOK_PLAIN ? add_elements(a, v, bit, name) : -EOPNOTSUPP;
	default:
		return -EOPNOTSUPP;
	}
}

static int add_value(struct adding *a, uint32_t id, uint64_t bit, uint32_t bit_size,
		     const char *name)
{
	struct value_type v = value_type(a->b, id, name);
	int err;

	if (!v.t || a->depth >= BTF_MAX_DEPTH || !a->budget)
		return -EOPNOTSUPP;
	a->budget--;
	a->depth++;
	err = add_kind(a, &v, bit, bit_size, name);
	a->depth--;
	return err;
}

int btf_value_add(const struct btf *b, uint32_t id, void *sum, const void *value, size_t size)
{
	struct adding a = {
		.b = b,
		.sum = sum,
		.value = value,
		.bits = (uint64_t)size * 8,
		.budget = (uint32_t)MIN(64 + (uint64_t)size * 8, VALUE_BUDGET),
	};

	return add_value(&a, id, 0, 0, btf_name_of(b, id));
}
