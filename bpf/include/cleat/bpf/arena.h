/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arena.h - memory that a program and a process share, with pointers that mean the same to both. The
 * program makes its own structures there: lists, trees, hash tables, without maps.
 *
 *	BPF_ARENA(arena, 100);                              // pages
 *	struct node { struct node __arena *next; u64 value; };
 *	struct node __arena *head;
 *	int __arena_global count;                           // a variable in the arena
 *
 *	page = bpf_arena_alloc_pages(&arena, NULL, 1, BPF_NUMA_NODE_ANY, 0);
 *
 * Linux 6.9, on x86-64 and arm64, and clang 19, which translates the pointers by itself. The map plugin
 * 'arena' says where user space finds it.
 */
#ifndef CLEAT_BPF_ARENA_H
#define CLEAT_BPF_ARENA_H

#include <cleat/bpf.h>

#define BPF_NUMA_NODE_ANY (-1)

/* Without address spaces pointers are plain, and an access is the verifier's to refuse. */
#ifdef __BPF_FEATURE_ADDR_SPACE_CAST
#define __arena __attribute__((address_space(1)))
#define __arena_global __attribute__((address_space(1)))
#else
#define __arena
#define __arena_global SEC(".addr_space.1")
#endif

#define BPF_ARENA(name, pages)                    \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_ARENA); \
		__uint(map_flags, BPF_F_MMAPABLE); \
		__uint(max_entries, pages);       \
	} name SEC(".maps")

#ifdef CLEAT_DECLARES_KFUNCS
/* Sleepable programs; others from Linux 7.0. NULL for the address: anywhere. */
extern void __arena *bpf_arena_alloc_pages(void *map, void __arena *address, __u32 pages, int node,
					   __u64 flags) __ksym __weak;
extern void bpf_arena_free_pages(void *map, void __arena *address, __u32 pages) __ksym __weak;
extern int bpf_arena_reserve_pages(void *map, void __arena *address, __u32 pages) __ksym __weak;
#endif

#endif
