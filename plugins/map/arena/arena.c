/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * arena.c - memory that programs and user space share, pointers included: both see it at the same
 * addresses, so a list that one of them builds the other can walk.
 *
 * Programs are refused until it is known where user space will see the memory. The object may say
 * (map_extra); else an address is chosen here, in the part of this process that is free. The object's
 * variables in the memory (section .addr_space.1) are put at its end: pages that programs take come from
 * the beginning.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <string.h>
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

/* ---- variables ----------------------------------------------------------------------------- */

static int claim(struct cleat_claim *cl)
{
	return cleat_claim_memory(cl, BPF_MAP_TYPE_ARENA);
}

static int create_arena(uint64_t bytes)
{
	union bpf_attr attr = { 0 };

	attr.map_type = BPF_MAP_TYPE_ARENA;
	attr.map_flags = BPF_F_MMAPABLE;
	attr.max_entries = (uint32_t)(bytes / (uint64_t)sysconf(_SC_PAGESIZE));
	attr.map_extra = BYTES_MOST;
	return cleat_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

/*
 * Can programs name addresses anywhere in the memory? Up to Linux 6.19 only those in its first 512 MB. Asked
 * with a program that names one behind them, in an arena that is never mapped.
 */
static bool has_far_addresses(void)
{
	const uint32_t far = UINT32_C(1) << 30;
	int map = create_arena(2 * (uint64_t)far), prog;
	const struct bpf_insn code[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE,
		  .imm = map },
		{ .imm = (int32_t)far },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { 0 };

	if (map < 0)
		return false;
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)code;
	attr.insn_cnt = sizeof(code) / sizeof(code[0]);
	attr.license = (uintptr_t) "GPL";
	prog = cleat_sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	close(map);
	if (prog >= 0)
		close(prog);
	return prog >= 0;
}

/* The variables take whole pages; those of a map that was there before are as they were left. */
static int place(struct cleat_map *m, const struct cleat_params *p, bool adopted)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat *c = cleat_map_context(m);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes, size, pages, base;
	const void *contents = cleat_map_contents(m, &size);
	uint8_t *memory;

	(void)p;
	cleat_map_info(m, &info);
	bytes = info.max_entries * page;
	pages = (size + page - 1) / page;
	if (pages > info.max_entries) {
		cleat_error(c, ENOSPC, "the variables take %zu page%s, and the arena has %u", pages,
			    pages == 1 ? "" : "s", info.max_entries);
		cleat_hint(c, "max-entries is its size in pages");
		return -ENOSPC;
	}
	memory = mmap((void *)(uintptr_t)info.extra, bytes, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_FIXED_NOREPLACE, cleat_map_fd(m), 0);
	if (memory == MAP_FAILED)
		return cleat_error_sys(c, errno, "cannot map the arena at 0x%llx",
				       (unsigned long long)info.extra);
	base = has_far_addresses() ? bytes - pages * page : 0;
	if (!adopted)
		memcpy(memory + base, contents, size);
	return cleat_map_share(m, memory, bytes, base);
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
	.claim = claim,
	.place = place,
};
CLEAT_PLUGIN(arena)
