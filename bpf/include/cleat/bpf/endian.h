/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * endian.h - numbers as networks send them (big endian) and as the machine has them. Constants are
 * turned round by the compiler. Needs nothing from the kernel.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_ENDIAN_H
#define CLEAT_BPF_ENDIAN_H

#ifndef __BPF_ENDIAN__
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define bpf_htons(x) ((__u16)__builtin_bswap16(x))
#define bpf_htonl(x) ((__u32)__builtin_bswap32(x))
#define bpf_cpu_to_be64(x) ((__u64)__builtin_bswap64(x))
#else
#define bpf_htons(x) ((__u16)(x))
#define bpf_htonl(x) ((__u32)(x))
#define bpf_cpu_to_be64(x) ((__u64)(x))
#endif
#define bpf_ntohs(x) bpf_htons(x)
#define bpf_ntohl(x) bpf_htonl(x)
#define bpf_be64_to_cpu(x) bpf_cpu_to_be64(x)
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define bpf_cpu_to_le16(x) ((__u16)(x))
#define bpf_cpu_to_le32(x) ((__u32)(x))
#define bpf_cpu_to_le64(x) ((__u64)(x))
#else
#define bpf_cpu_to_le16(x) ((__u16)__builtin_bswap16(x))
#define bpf_cpu_to_le32(x) ((__u32)__builtin_bswap32(x))
#define bpf_cpu_to_le64(x) ((__u64)__builtin_bswap64(x))
#endif
#define bpf_le16_to_cpu(x) bpf_cpu_to_le16(x)
#define bpf_le32_to_cpu(x) bpf_cpu_to_le32(x)
#define bpf_le64_to_cpu(x) bpf_cpu_to_le64(x)

/* Where nothing says that a number is aligned: bytes of a packet, of a file. */
static inline __attribute__((always_inline, unused)) __u16 bpf_get_be16(const void *at)
{
	const __u8 *b = at;

	return (__u16)(b[0] << 8 | b[1]);
}

static inline __attribute__((always_inline, unused)) __u32 bpf_get_be32(const void *at)
{
	const __u8 *b = at;

	return (__u32)b[0] << 24 | (__u32)b[1] << 16 | (__u32)b[2] << 8 | b[3];
}

#endif
