/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usdt.h - what programs at USDT probes include: their arguments and cookie.
 *
 *	SEC("usdt//usr/bin/python3:python:function__entry")
 *	int BPF_USDT(on_call, const char *file, const char *function, int line) { ... }
 *
 * The functions are those of libbpf's <bpf/usdt.bpf.h>, which may be included as well, before or
 * after: then this, or that, adds nothing. So are the maps' names and layout, which a loader fills in
 * when it attaches: objects made with either header load with either loader.
 */
#ifndef CLEAT_USDT_H
#define CLEAT_USDT_H

/* The helpers can come from libbpf's headers instead. */
#ifndef __BPF_HELPERS__
#include <cleat/bpf.h>
#endif

#ifndef __USDT_BPF_H__
#define __USDT_BPF_H__

/* How many different probes there is room for; a unit's [map] section can give more. */
#ifndef BPF_USDT_MAX_SPEC_CNT
#define BPF_USDT_MAX_SPEC_CNT 256
#endif
/* How many places, on kernels without attach cookies (before 5.15). */
#ifndef BPF_USDT_MAX_IP_CNT
#define BPF_USDT_MAX_IP_CNT (4 * BPF_USDT_MAX_SPEC_CNT)
#endif

#define BPF_USDT_MAX_ARG_CNT 12

enum {
	CLEAT_USDT_CONST = 0,
	CLEAT_USDT_REG = 1,
	CLEAT_USDT_MEMORY = 2,
	CLEAT_USDT_INDEXED = 3,
	/* errno, whose header is not there for BPF */
	CLEAT_USDT_ENOENT = 2,
	CLEAT_USDT_ESRCH = 3,
	CLEAT_USDT_EINVAL = 22,
};

struct cleat_usdt_arg {
	__u64 value; /* the constant, or what is added to the address */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	__u8 kind;
	__u8 reserved;
	__u16 index; /* offset of the index register in struct pt_regs, and its shift << 12 */
#define CLEAT_USDT_INDEX(i) ((i)&0xfff)
#define CLEAT_USDT_SCALE(i) ((i) >> 12)
#else
	__u16 index; /* the same as offset << 4, and the shift */
	__u8 reserved;
	__u8 kind;
#define CLEAT_USDT_INDEX(i) ((i) >> 4)
#define CLEAT_USDT_SCALE(i) ((i)&0xf)
#endif
	__s16 reg; /* offset of the register */
	__u8 is_signed;
	__u8 unused_bits; /* of 64 */
};

struct cleat_usdt_spec {
	struct cleat_usdt_arg args[BPF_USDT_MAX_ARG_CNT];
	__u64 cookie;
	__s16 arg_cnt;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BPF_USDT_MAX_SPEC_CNT);
	__type(key, __u32);
	__type(value, struct cleat_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

/* Where there are no attach cookies: which spec is meant at an address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BPF_USDT_MAX_IP_CNT);
	__type(key, long);
	__type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const _Bool LINUX_HAS_BPF_COOKIE __kconfig __weak;

static __always_inline struct cleat_usdt_spec *cleat_usdt_spec(struct pt_regs *ctx)
{
	__u32 id, *found;
	long ip;

	if (LINUX_HAS_BPF_COOKIE) {
		id = (__u32)bpf_get_attach_cookie(ctx);
	} else {
		ip = PT_REGS_IP(ctx);
		found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &ip);
		if (!found)
			return (void *)0;
		id = *found;
	}
	return bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
}

/* How many arguments the probe has, or a negative errno. */
__weak __hidden int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
	struct cleat_usdt_spec *spec = cleat_usdt_spec(ctx);

	return spec ? spec->arg_cnt : -CLEAT_USDT_ESRCH;
}

/* The argument, or NULL with why not. The number is fixed here, for the verifier to see. */
static __always_inline struct cleat_usdt_arg *cleat_usdt_arg_at(struct pt_regs *ctx, __u64 i,
								int *err)
{
	struct cleat_usdt_spec *spec = cleat_usdt_spec(ctx);

	*err = spec ? -CLEAT_USDT_ENOENT : -CLEAT_USDT_ESRCH;
	if (!spec || (__s64)i >= spec->arg_cnt)
		return (void *)0;
	asm volatile("" : "+r"(i));
	return i < BPF_USDT_MAX_ARG_CNT ? &spec->args[i] : (void *)0;
}

/* How many bytes the argument has, or a negative errno. */
__weak __hidden int bpf_usdt_arg_size(struct pt_regs *ctx, __u64 arg_num)
{
	struct cleat_usdt_arg *arg;
	int err;

	arg = cleat_usdt_arg_at(ctx, arg_num, &err);
	return arg ? (int)(64u - arg->unused_bits) >> 3 : err;
}

/*
 * Argument number @arg_num, from 0, with its sign. Returns 0, or a negative errno with *res 0: -ENOENT
 * when there is no such argument, -EINVAL when it is where no program can read it (a floating point
 * register, say), -EFAULT when its memory is not there. A floating point number in memory is its bits.
 */
__weak __hidden int bpf_usdt_arg(struct pt_regs *ctx, __u64 arg_num, long *res)
{
	unsigned long value = 0, base = 0, index = 0;
	struct cleat_usdt_arg *arg;
	__u32 unused, bytes;
	int err;

	*res = 0;
	arg = cleat_usdt_arg_at(ctx, arg_num, &err);
	if (!arg)
		return err;
	unused = arg->unused_bits & 63;
	bytes = (64 - unused) >> 3;
	err = 0;
	switch (arg->kind) {
	case CLEAT_USDT_CONST:
		value = arg->value;
		break;
	case CLEAT_USDT_REG:
		err = bpf_probe_read_kernel(&value, sizeof(value), (void *)ctx + arg->reg);
		break;
	case CLEAT_USDT_INDEXED:
		err = bpf_probe_read_kernel(&index, sizeof(index),
					    (void *)ctx + CLEAT_USDT_INDEX(arg->index));
		index <<= CLEAT_USDT_SCALE(arg->index);
		/* fall through */
	case CLEAT_USDT_MEMORY:
		if (!err)
			err = bpf_probe_read_kernel(&base, sizeof(base), (void *)ctx + arg->reg);
		/* no more than the argument: what follows may not be there */
		if (!err)
			err = bpf_probe_read_user(&value, bytes,
						  (void *)(base + index + arg->value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		value >>= unused;
#endif
		break;
	default:
		return -CLEAT_USDT_EINVAL;
	}
	if (err)
		return err;
	value <<= unused;
	*res = arg->is_signed ? (long)value >> unused : (long)(value >> unused);
	return 0;
}

/* The cookie that was given when the program was attached; 0 when none was. */
__weak __hidden long bpf_usdt_cookie(struct pt_regs *ctx)
{
	struct cleat_usdt_spec *spec = cleat_usdt_spec(ctx);

	return spec ? (long)spec->cookie : 0;
}

/*
 * A program with the probe's arguments, up to 12, as its own; what cannot be read is 0.
 * int BPF_USDT(name, int fd, const char *path) { ... }
 */
/* clang-format off */
#define BPF_USDT(name, args...)                                                             \
	name(struct pt_regs *ctx);                                                          \
	static __always_inline typeof(name(0)) cleat_##name(struct pt_regs *ctx, ##args);   \
	typeof(name(0)) name(struct pt_regs *ctx)                                           \
	{                                                                                   \
		_Pragma("GCC diagnostic push")                                              \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                      \
		return cleat_##name(                                                        \
			ctx CLEAT_USDT_JOIN(CLEAT_USDT_ARGS_, CLEAT_USDT_COUNT(args)));     \
		_Pragma("GCC diagnostic pop")                                               \
	}                                                                                   \
	static __always_inline typeof(name(0)) cleat_##name(struct pt_regs *ctx, ##args)
/* clang-format on */

#define CLEAT_USDT_VALUE(i)                         \
	({                                          \
		long cleat_value;                   \
		bpf_usdt_arg(ctx, i, &cleat_value); \
		(void *)cleat_value;                \
	})
#define CLEAT_USDT_JOIN_(a, b) a##b
#define CLEAT_USDT_JOIN(a, b) CLEAT_USDT_JOIN_(a, b)
#define CLEAT_USDT_COUNT_(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, n, ...) n
#define CLEAT_USDT_COUNT(...) \
	CLEAT_USDT_COUNT_(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define CLEAT_USDT_ARGS_0
#define CLEAT_USDT_ARGS_1 , CLEAT_USDT_VALUE(0)
#define CLEAT_USDT_ARGS_2 CLEAT_USDT_ARGS_1, CLEAT_USDT_VALUE(1)
#define CLEAT_USDT_ARGS_3 CLEAT_USDT_ARGS_2, CLEAT_USDT_VALUE(2)
#define CLEAT_USDT_ARGS_4 CLEAT_USDT_ARGS_3, CLEAT_USDT_VALUE(3)
#define CLEAT_USDT_ARGS_5 CLEAT_USDT_ARGS_4, CLEAT_USDT_VALUE(4)
#define CLEAT_USDT_ARGS_6 CLEAT_USDT_ARGS_5, CLEAT_USDT_VALUE(5)
#define CLEAT_USDT_ARGS_7 CLEAT_USDT_ARGS_6, CLEAT_USDT_VALUE(6)
#define CLEAT_USDT_ARGS_8 CLEAT_USDT_ARGS_7, CLEAT_USDT_VALUE(7)
#define CLEAT_USDT_ARGS_9 CLEAT_USDT_ARGS_8, CLEAT_USDT_VALUE(8)
#define CLEAT_USDT_ARGS_10 CLEAT_USDT_ARGS_9, CLEAT_USDT_VALUE(9)
#define CLEAT_USDT_ARGS_11 CLEAT_USDT_ARGS_10, CLEAT_USDT_VALUE(10)
#define CLEAT_USDT_ARGS_12 CLEAT_USDT_ARGS_11, CLEAT_USDT_VALUE(11)

#endif
#endif
