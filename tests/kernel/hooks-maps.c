// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * hooks-maps.c - which maps this kernel has, for hooks.c: a small one is made, or the kernel's types
 * are looked at.
 */
#include "hooks-maps.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hooks-btf.h"

static int map_create(uint32_t type, uint32_t key, uint32_t value, uint32_t entries, uint32_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = type;
	attr.key_size = key;
	attr.value_size = value;
	attr.max_entries = entries;
	attr.map_flags = flags;
	return syscall(__NR_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

/* For the program of this hash alone: the hash's place in the arguments is in no header yet. */
int probe_map_exclusive(void)
{
	static const uint8_t hash[32] = { 1 };
	uint64_t words[16] = { (uint64_t)4 << 32 | 2, (uint64_t)1 << 32 | 4 };

	words[10] = (uintptr_t)hash;
	words[11] = sizeof(hash);
	return syscall(__NR_bpf, BPF_MAP_CREATE, words, 96) < 0 ? -errno : 0;
}

int probe_map_arena(void)
{
	return map_create(33, 0, 0, 1, 1U << 10 /* BPF_F_MMAPABLE */);
}

int probe_map_insn_array(void)
{
	return map_create(34, 4, 16, 1, 0);
}

int probe_map_rhash(void)
{
	return map_create(35, 4, 4, 1, 1 /* BPF_F_NO_PREALLOC */);
}

int probe_map_bloom_filter(void)
{
	return map_create(30, 0, 4, 1, 0);
}

/* Without types local storage is refused as an unknown type is: the kernel's functions are asked. */
int probe_map_cgrp_storage(void)
{
	return btf_find(BTF_KIND_FUNC, "bpf_cgrp_storage_get") ? 0 : -EOPNOTSUPP;
}

int probe_map_inode_storage(void)
{
	return btf_find(BTF_KIND_FUNC, "bpf_inode_storage_get") ? 0 : -EOPNOTSUPP;
}

int probe_map_task_storage(void)
{
	return btf_find(BTF_KIND_FUNC, "bpf_task_storage_get") ? 0 : -EOPNOTSUPP;
}

int probe_map_user_ringbuf(void)
{
	return map_create(31, 0, 0, (uint32_t)getpagesize(), 0);
}

int probe_map_ringbuf(void)
{
	return map_create(27, 0, 0, (uint32_t)getpagesize(), 0);
}

int probe_map_rb_overwrite(void)
{
	return map_create(27, 0, 0, (uint32_t)getpagesize(), 1U << 19 /* BPF_F_RB_OVERWRITE */);
}

/* The struct came with the log. */
int probe_map_log(void)
{
	return btf_find(BTF_KIND_STRUCT, "bpf_common_attr") ? 0 : -EOPNOTSUPP;
}
