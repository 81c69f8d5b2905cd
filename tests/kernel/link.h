/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * link.h - what the three files of the program that link.sh links have in common. Every value that
 * they compute says which of several candidates of one name was taken.
 */
#ifndef TESTS_KERNEL_LINK_H
#define TESTS_KERNEL_LINK_H

#include <cleat/bpf.h>

struct task_struct {
	int pid;
	int tgid;
} __attribute__((preserve_access_index));

extern int LINUX_KERNEL_VERSION __kconfig;

/* Defined in link-part.bpf.c. */
extern __u64 total;
int part_sum(int x);

/* Weak in two files, and not in link-extra.bpf.c. */
int choose(int x);
/* Global for the linker, static for the verifier: only such functions may be callbacks. */
__hidden int tick(__u32 i, void *ctx);

#endif
