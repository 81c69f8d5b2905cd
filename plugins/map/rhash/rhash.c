/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * rhash.c - hash tables that grow and shrink with what is in them.
 *
 * Memory is taken as entries come, and the kernel wants to be told so: the flag is set here. How
 * many entries the table begins with room for is in map_extra. No batches for walks: a table that
 * changes its size meanwhile makes them repeat and miss.
 */
#include "common/mapcheck.h"

#include <errno.h>

#define MOST_KEY 65535u
#define MOST_EXPECTED 65535u
#define MOST_ENTRIES (1u << 31)

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_RHASH, .name = "rhash" },
};

static const struct cleat_key keys[] = {
	{ .name = "expected",
	  .type = CLEAT_TYPE_SIZE,
	  .help = "how many entries it has room for from the beginning, at most 65535" },
};

static uint64_t expected(const struct cleat_params *p, const struct cleat_map_attr *attr)
{
	return cleat_param_given(p, "expected") ? cleat_param_uint(p, "expected") : attr->extra;
}

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);
	uint64_t n = expected(p, attr);

	if (attr->flags & BPF_F_ZERO_SEED)
		return cleat_error(
			c, EINVAL,
			"flag 'zero_seed' is for hash tables of type 'hash' and the like");
	if (attr->key_size > MOST_KEY)
		return cleat_error(c, E2BIG, "a key has at most %u bytes, not %u", MOST_KEY,
				   attr->key_size);
	if (attr->max_entries > MOST_ENTRIES)
		return cleat_error(c, E2BIG, "max-entries is at most %u, not %u", MOST_ENTRIES,
				   attr->max_entries);
	if (n > MOST_EXPECTED || n > attr->max_entries)
		return cleat_error(c, ERANGE,
				   "at most %u entries, and no more than max-entries, can be "
				   "expected, not %llu",
				   MOST_EXPECTED, (unsigned long long)n);
	return mapcheck_hash(m, attr, false);
}

static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)m;
	attr->flags |= BPF_F_NO_PREALLOC;
	attr->extra = expected(p, attr);
	return 0;
}

static const struct cleat_map_plugin rhash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "rhash",
			   "hash table that grows and shrinks with its entries"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = prepare,
};
CLEAT_PLUGIN(rhash)
