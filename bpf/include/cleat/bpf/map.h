/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * map.h - maps, declared by BTF types.
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_HASH);
 *		__uint(max_entries, 1024);
 *		__type(key, u32);
 *		__type(value, u64);
 *	} counts SEC(".maps");
 *
 * A map of maps or of programs has __array(values, TYPE), and may be filled:
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
 *		__uint(max_entries, 2);
 *		__type(key, u32);
 *		__array(values, int(struct xdp_md *));
 *	} stages SEC(".maps") = { .values = { [1] = &second } };
 *
 * Which type needs which kernel: 'cleat features'. Needs clang, or gcc with -gbtf.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_MAP_H
#define CLEAT_BPF_MAP_H

#ifndef __BPF_HELPERS__
#define __uint(name, number) int(*name)[number]
#define __type(name, type_of_it) typeof(type_of_it) *name
#define __array(name, type_of_it) typeof(type_of_it) *name[]

/* __uint(pinning, LIBBPF_PIN_BY_NAME): the map is kept in bpffs, and shared with who has one so called. */
enum libbpf_pin_type {
	LIBBPF_PIN_NONE,
	LIBBPF_PIN_BY_NAME,
};
#endif

/* A number that does not fit in 32 bits: map_extra, say. */
#ifndef __ulong
#define __ulong(name, number) enum { CLEAT_JOIN(cleat_##name##_, __COUNTER__) = number } name
#endif

/*
 * The type of the records in a ring or perf buffer: whoever reads them can decode them. Other loaders
 * hand it to the kernel, which wants none: for them, compile with CLEAT_PLAIN_RINGS.
 */
#ifndef CLEAT_PLAIN_RINGS
#define __record(type_of_it) __type(value, type_of_it)
#else
#define __record(type_of_it)
#endif

#endif
