/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * types.h - the kernel's BPF interface (contexts, flags, return values) and short names of integers,
 * from whichever header the program has: a vmlinux.h or <linux/bpf.h> that was included before, and
 * <cleat/uapi.h> otherwise. Needs nothing from the kernel.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_TYPES_H
#define CLEAT_BPF_TYPES_H

#ifndef __VMLINUX_H__
#if (defined(__LINUX_BPF_H__) || defined(_UAPI__LINUX_BPF_H__)) && !defined(CLEAT_UAPI_H)
#include <linux/types.h>
#else
#include <cleat/uapi.h>
#endif

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

/* C23 has them, <stdbool.h> may have been there before. */
#if !defined(__cplusplus) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 202000L)
#ifndef bool
typedef _Bool bool;
#endif
#ifndef true
#define true 1
#define false 0
#endif
#endif
#endif

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifndef container_of
#define container_of(pointer, type, member)                                             \
	({                                                                              \
		void *cleat_member = (void *)(pointer);                                 \
		(type *)(cleat_member - __builtin_offsetof(type, member));              \
	})
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* What the compiler has: gcc lacks some of clang's. */
#ifdef __has_builtin
#define CLEAT_HAS_BUILTIN(name) __has_builtin(name)
#else
#define CLEAT_HAS_BUILTIN(name) 0
#endif
#ifdef __has_attribute
#define CLEAT_HAS_ATTRIBUTE(name) __has_attribute(name)
#else
#define CLEAT_HAS_ATTRIBUTE(name) 0
#endif

/* Makes one name of two, and counts up to twelve arguments: what several of these headers need. */
#define CLEAT_JOIN_(a, b) a##b
#define CLEAT_JOIN(a, b) CLEAT_JOIN_(a, b)
#define CLEAT_COUNT_(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, n, ...) n
#define CLEAT_COUNT(...) CLEAT_COUNT_(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

/* Warnings that are right elsewhere: registers and arguments are numbers here and pointers there. */
#ifdef __clang__
#define CLEAT_QUIET_BEGIN                                                                        \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wint-conversion\"") \
		_Pragma("GCC diagnostic ignored \"-Wunused-parameter\"")
#define CLEAT_QUIET_END _Pragma("GCC diagnostic pop")
#else
#define CLEAT_QUIET_BEGIN
#define CLEAT_QUIET_END
#endif

#endif
