/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libbpf.h - the names that programs written for libbpf use, in terms of these headers: its
 * <bpf/bpf_helpers.h>, <bpf/bpf_core_read.h>, <bpf/bpf_tracing.h> and <bpf/bpf_endian.h> are not needed
 * where <cleat/bpf.h> is, and add nothing when they come after it. When they come before it, what is
 * theirs stays. New programs use the other names, or these.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_LIBBPF_H
#define CLEAT_BPF_LIBBPF_H

#ifndef __BPF_CORE_READ_H__
#define __BPF_CORE_READ_H__

#define bpf_core_field_exists(field...) core_field_exists(field)
#define bpf_core_field_size(field...) core_field_size(field)
#define bpf_core_field_offset(field...) core_field_offset(field)
#define bpf_core_type_exists(type) core_type_exists(type)
#define bpf_core_type_matches(type) core_type_matches(type)
#define bpf_core_type_size(type) core_type_size(type)
#define bpf_core_type_id_local(type) core_type_id_local(type)
#define bpf_core_type_id_kernel(type) core_type_id_kernel(type)
#define bpf_core_enum_value_exists(type, value) core_enum_exists(type, value)
#define bpf_core_enum_value(type, value) core_enum_value(type, value)

#define bpf_core_read(to, size, from) bpf_probe_read_kernel(to, size, CLEAT_AT(from))
#define bpf_core_read_user(to, size, from) bpf_probe_read_user(to, size, CLEAT_AT(from))
#define bpf_core_read_str(to, size, from) bpf_probe_read_kernel_str(to, size, CLEAT_AT(from))
#define bpf_core_read_user_str(to, size, from) bpf_probe_read_user_str(to, size, CLEAT_AT(from))
#define bpf_core_cast(pointer, type) \
	((typeof(type) *)bpf_rdonly_cast((pointer), core_type_id_kernel(type)))

#define BPF_CORE_READ(from, a, ...) CORE_READ(from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_INTO(to, from, a, ...) CORE_READ_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_STR_INTO(to, from, a, ...) CORE_READ_STR_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER(from, a, ...) CORE_READ_USER(from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER_INTO(to, from, a, ...) CORE_READ_USER_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_USER_STR_INTO(to, from, a, ...) \
	CORE_READ_USER_STR_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_CORE_READ_BITFIELD(p, field) core_bitfield(p, field)
#define BPF_CORE_READ_BITFIELD_PROBED(p, field) CORE_READ_BITFIELD(p, field)
#define BPF_CORE_WRITE_BITFIELD(p, field, value) CORE_WRITE_BITFIELD(p, field, value)

#define BPF_PROBE_READ(from, a, ...) PROBE_READ(from, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_INTO(to, from, a, ...) PROBE_READ_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_STR_INTO(to, from, a, ...) PROBE_READ_STR_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER(from, a, ...) PROBE_READ_USER(from, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER_INTO(to, from, a, ...) \
	PROBE_READ_USER_INTO(to, from, a, ##__VA_ARGS__)
#define BPF_PROBE_READ_USER_STR_INTO(to, from, a, ...) \
	PROBE_READ_USER_STR_INTO(to, from, a, ##__VA_ARGS__)

/* What the compiler's builtins are asked, by number. */
enum bpf_field_info_kind {
	BPF_FIELD_BYTE_OFFSET,
	BPF_FIELD_BYTE_SIZE,
	BPF_FIELD_EXISTS,
	BPF_FIELD_SIGNED,
	BPF_FIELD_LSHIFT_U64,
	BPF_FIELD_RSHIFT_U64,
};

enum bpf_type_id_kind {
	BPF_TYPE_ID_LOCAL,
	BPF_TYPE_ID_TARGET,
};

enum bpf_type_info_kind {
	BPF_TYPE_EXISTS,
	BPF_TYPE_SIZE,
	BPF_TYPE_MATCHES,
};

enum bpf_enum_value_kind {
	BPF_ENUMVAL_EXISTS,
	BPF_ENUMVAL_VALUE,
};

#ifdef CLEAT_DECLARES_KFUNCS
extern void *bpf_rdonly_cast(const void *pointer, __u32 type) __ksym __weak;
#endif
#endif

#define BPF_KPROBE_SYSCALL BPF_KSYSCALL

/* What this is instead of, from here on. */
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__
#endif
#ifndef __BPF_TRACING_H__
#define __BPF_TRACING_H__
#endif
#ifndef __BPF_ENDIAN__
#define __BPF_ENDIAN__
#endif

#endif
