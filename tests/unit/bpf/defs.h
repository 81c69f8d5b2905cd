/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * defs.h - the few words that BPF programs of the unit tests need. Knows how maps and externs are
 * declared; includes nothing, so that the objects do not change with a library.
 */
#ifndef UNIT_BPF_DEFS_H
#define UNIT_BPF_DEFS_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define SEC(name)  __attribute__((section(name), used))
#define __noinline __attribute__((noinline))
#define __hidden   __attribute__((visibility("hidden")))
#define __weak	   __attribute__((weak))
#define __kconfig  __attribute__((section(".kconfig")))
#define __ksym	   __attribute__((section(".ksyms")))

#define __uint(name, val)   int(*name)[val]
#define __type(name, val)   typeof(val) *name
#define __array(name, val)  typeof(val) *name[]
#define __ulong(name, val)  enum { unique_##name##_##val = val } name

/* Map types by number: the names are not what is tested. */
enum { HASH = 1, ARRAY = 2, PROG_ARRAY = 3, ARRAY_OF_MAPS = 12 };

enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };

static void *(*const lookup)(void *map, const void *key) = (void *)1;
static u64 (*const ktime)(void) = (void *)5;
static s64 (*const loop)(u32 n, void *callback, void *ctx, u64 flags) = (void *)181;

#endif
