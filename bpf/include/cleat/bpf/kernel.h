/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kernel.h - what a program takes from the kernel that runs: its configuration, its variables, its
 * functions. The loader finds them; one that is missing stops the load, unless it is __weak.
 *
 *	extern int LINUX_KERNEL_VERSION __kconfig;
 *	extern enum libbpf_tristate CONFIG_XFRM __kconfig __weak;
 *	extern const int jiffies_64 __ksym;
 *	extern void bpf_task_release(struct task_struct *task) __ksym __weak;
 *
 *	if (bpf_ksym_exists(bpf_task_release)) ...
 *
 * Configuration: any kernel with global variables (5.2), and /proc/config.gz or the file in /boot.
 * Variables: Linux 5.10. Functions (kfuncs): 5.13, of modules 5.16, and a JIT that knows the calls.
 * Many kfuncs are declared in <cleat/bpf/kfuncs.h>.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_KERNEL_H
#define CLEAT_BPF_KERNEL_H

/*
 * A vmlinux.h of newer bpftools declares all kfuncs itself, and defines __ksym for that: these headers
 * declare none then, but for a few that cannot differ. BPF_NO_KFUNC_PROTOTYPES, defined before, keeps
 * such a vmlinux.h from it.
 */
#if defined(BPF_NO_KFUNC_PROTOTYPES) || !defined(__VMLINUX_H__) || !defined(__ksym)
#define CLEAT_DECLARES_KFUNCS
#endif

#ifndef __kconfig
#define __kconfig __attribute__((section(".kconfig")))
#endif
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif

#ifndef __BPF_HELPERS__
/* What CONFIG_ of a thing that can be a module is. */
enum libbpf_tristate {
	TRI_NO,
	TRI_YES,
	TRI_MODULE,
};
#endif

#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#endif

/*
 * Is this function, or the variable with this address (&name), in the kernel? Declared __ksym __weak. Known
 * before the program runs.
 */
#ifndef bpf_ksym_exists
#define bpf_ksym_exists(symbol)                                                                  \
	({                                                                                       \
		_Static_assert(!__builtin_constant_p(!!(symbol)), #symbol " is not declared __weak"); \
		!!(symbol);                                                                      \
	})
#endif

#endif
