/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * example.bpf.c - counts how often files are opened that have a note.
 */
#include <cleat/bpf.h>

CLEAT_KERNEL_TYPES_BEGIN
struct inode;
struct file {
	struct inode *f_inode;
};
CLEAT_KERNEL_TYPES_END

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

SEC("lsm/file_open")
int BPF_PROG(on_open, struct file *file)
{
	struct note *note = bpf_inode_storage_get(&notes, file->f_inode, NULL, 0);

	if (note)
		__sync_fetch_and_add(&note->opened, 1);
	return 0;
}

LICENSE("GPL");
