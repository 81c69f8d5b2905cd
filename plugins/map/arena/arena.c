/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * arena.c - memory that programs and user space share, pointers included: both see it at the same
 * addresses, so a list that one of them builds the other can walk.
 *
 * Programs are refused until it is known where user space will see the memory. The object may say
 * (map_extra); else an address is chosen here, in the part of this process that is free.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define BYTES_MOST (UINT64_C(1) << 32)

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_ARENA,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_NO_KEY | CLEAT_MAP_NO_ITERATE,
	  .name = "arena" },
};

static const struct cleat_key keys[] = {
	{ .name = "address",
	  .type = CLEAT_TYPE_UINT,
	  .help = "where user space sees the memory; else as the object says, else where there is room" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), most = BYTES_MOST / page;

	if (attr->key_size || attr->value_size)
		return cleat_error(c, EINVAL, "an arena is memory: it has neither keys nor values");
	if (!attr->max_entries || attr->max_entries > most) {
		cleat_error(c, ERANGE,
			    "max-entries of an arena is its size in pages, 1 to %llu, not %u",
			    (unsigned long long)most, attr->max_entries);
		return -ERANGE;
	}
	if (cleat_param_uint(p, "address") % page)
		return cleat_param_error(c, p, "address", EINVAL,
					 "an address is a multiple of %llu, the size of a page",
					 (unsigned long long)page);
	if (attr->extra % page)
		return cleat_error(c, EINVAL,
				   "map_extra of an arena is an address, a multiple of %llu",
				   (unsigned long long)page);
	return 0;
}

/* The upper half of the address must not change within it: the kernel takes no other. */
static int choose(struct cleat_map *m, struct cleat_map_attr *attr)
{
	size_t bytes = (size_t)attr->max_entries * (size_t)sysconf(_SC_PAGESIZE);
	uint64_t at, end;
	void *room = mmap(NULL, bytes + BYTES_MOST, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		return cleat_error_sys(cleat_map_context(m), errno, "no room for the arena");
	at = (uintptr_t)room;
	end = at + bytes - 1;
	if (at >> 32 != end >> 32)
		at = end >> 32 << 32;
	munmap(room, bytes + BYTES_MOST);
	attr->extra = at;
	return 0;
}

static int prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	attr->flags |= BPF_F_MMAPABLE;
	if (cleat_param_given(p, "address"))
		attr->extra = cleat_param_uint(p, "address");
	return attr->extra ? 0 : choose(m, attr);
}

/* Where it is seen only matters to the object that says so. */
static int adopt(struct cleat_map *m, const struct cleat_map_attr *want,
		 const struct cleat_map_attr *have)
{
	struct cleat_map_attr w = *want;

	w.extra = have->extra;
	return cleat_map_fits(m, &w, have);
}

static const struct cleat_map_plugin arena = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "arena",
			   "memory shared by programs and user space"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = prepare,
	.adopt = adopt,
};
CLEAT_PLUGIN(arena)
