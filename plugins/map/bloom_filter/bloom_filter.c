/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bloom_filter.c - a set that is asked "is this in?" and answers "perhaps" or "certainly not".
 *
 * Values are pushed, and peek asks for one: the kernel's look-up reads the value instead of
 * writing it. The number of hash functions is in the low four bits of map_extra.
 */
#include "common/mapref.h"

#include <errno.h>

#define HASHES 15u

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_BLOOM_FILTER,
	  .flags = CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "bloom_filter" },
};

static const struct cleat_key keys[] = {
	{ .name = "hashes",
	  .type = CLEAT_TYPE_UINT,
	  .help = "hash functions, 1 to 15: more of them err less often, and take longer" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);
	uint64_t hashes = cleat_param_uint(p, "hashes");

	if (cleat_param_given(p, "hashes") && (!hashes || hashes > HASHES))
		return cleat_param_error(c, p, "hashes", ERANGE,
					 "there are 1 to %u hash functions, "
					 "not %llu",
					 HASHES, (unsigned long long)hashes);
	if (attr->extra & ~(uint64_t)HASHES)
		return cleat_error(c, EINVAL,
				   "map_extra of a Bloom filter is the number of hash functions, "
				   "at most %u, not %llu",
				   HASHES, (unsigned long long)attr->extra);
	return mapref_check_keyless(m, attr, "a Bloom filter");
}

static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)m;
	if (cleat_param_given(p, "hashes"))
		attr->extra = cleat_param_uint(p, "hashes");
	return 0;
}

static int pop(struct cleat_map *m, void *value)
{
	(void)value;
	return cleat_error(cleat_map_context(m), EOPNOTSUPP,
			   "nothing can be taken out of a Bloom filter");
}

static const struct cleat_map_plugin bloom_filter = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "bloom_filter",
			   "a set that says 'perhaps' or 'certainly not'"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = prepare,
	.pop = pop,
};
CLEAT_PLUGIN(bloom_filter)
