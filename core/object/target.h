/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * target.h - what the unprivileged half must know of the kernel that a program is for.
 *
 * elf, btf and object make no system calls: the caller hands them this. It may describe the
 * running kernel, or another one from files.
 */
#ifndef OBJECT_TARGET_H
#define OBJECT_TARGET_H

#include "btf/btf.h"

struct target_module {
	const char *name;
	struct btf *btf; /* split from the kernel's */
	int btf_fd;	 /* for fd_array and attach_btf_obj_fd; -1 when not open */
};

struct target {
	struct btf *btf;      /* the kernel's; NULL when it has none. Ask with target_btf() */
	/* Opens the kernel's types, and perhaps those for CO-RE, when they are first wanted. May be NULL. */
	void (*open)(void *user);
	const char *btf_path; /* for messages: "/sys/kernel/btf/vmlinux" */
	/*
	 * What CO-RE is against where that is not the kernel's own: types from a file, of another
	 * kernel perhaps. Their ids mean nothing to the kernel, and its modules are not split from
	 * them: what is looked up for the kernel (attach targets, externs) is looked up in 'btf'.
	 */
	struct btf *core;
	/*
	 * Modules' types from files, split from those that CO-RE is against: for what neither the
	 * kernel nor its loaded modules have.
	 */
	const struct target_module *given;
	size_t n_given;
	void *user;
	/* All modules' BTF, opened when first asked for. NULL: no modules. */
	int (*modules)(void *user, const struct target_module **modules, size_t *n);
	/*
	 * Value of "CONFIG_X": "y", "m", "\"text\"", "12". -ENOENT when it is not set, -ENODATA when
	 * the configuration is nowhere to be found.
	 */
	int (*kconfig)(void *user, const char *name, const char **value);
	/* Kernel version for LINUX_KERNEL_VERSION. */
	uint32_t (*version)(void *user);
	/* Address of a kernel symbol; -ENOENT, -EEXIST when ambiguous, -EPERM when it is hidden. */
	int (*ksym)(void *user, const char *name, uint64_t *address);
	/* These will be asked for: may look for all of them at once. NULL: that is no cheaper. */
	int (*want_ksyms)(void *user, const char *const *names, size_t n);
	/* LINUX_HAS_* and the like: 1 yes, 0 no, negative: could not tell. @feature: "bpf_cookie", "syscall_wrapper". */
	int (*feature)(void *user, const char *feature);
};

/* The kernel's types, or NULL. To map 5 MB costs more than to load a small program. */
static inline struct btf *target_btf(const struct target *t)
{
	if (t->open)
		t->open(t->user);
	return t->btf;
}

/* The types that CO-RE is against, or NULL. */
static inline struct btf *target_core(const struct target *t)
{
	struct btf *kernel = target_btf(t);

	return t->core ? t->core : kernel;
}

#endif
