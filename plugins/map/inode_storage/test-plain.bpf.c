/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test-plain.bpf.c - a value that lives with a file.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct note {
	u32 opened;
	u32 color;
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct note);
} notes SEC(".maps");
