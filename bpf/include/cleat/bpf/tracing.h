/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tracing.h - programs at functions, with the function's arguments as their own, up to eight (twelve
 * where the context is an array). The name before the arguments is the program's; 'ctx' is there too.
 *
 *	SEC("kprobe/do_unlinkat")
 *	int BPF_KPROBE(on_unlink, int directory, struct filename *name) { ... }
 *
 *	BPF_PROG(name, args...)          tp_btf, fentry, fexit (what is returned comes last), fmod_ret,
 *	                                 lsm, struct_ops: Linux 5.5
 *	BPF_PROG2(name, type, arg, ...)  the same where arguments are structs: Linux 6.0
 *	BPF_KPROBE, BPF_KRETPROBE        kprobe, kretprobe; at the end the value that is returned
 *	BPF_UPROBE, BPF_URETPROBE        uprobe, uretprobe
 *	BPF_KSYSCALL, BPF_KRETSYSCALL    ksyscall: arguments wherever this kernel has them, up to six
 *	BPF_USDT                         usdt, in <cleat/usdt.h>
 *
 * Those that need registers (all but the first two) need the machine's: see <cleat/bpf/regs.h>.
 * Floating point arguments cannot be had. gcc takes up to four: to it, five in all are a function's limit.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_TRACING_H
#define CLEAT_BPF_TRACING_H

/* gcc does not take this back at the end of a macro. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wint-conversion"
#endif

#ifndef __BPF_TRACING_H__
/* The program is called with the context, and calls what the user wrote with its values. */
#define CLEAT_PROGRAM(name, context, values, args...)                                 \
	name(context *ctx);                                                           \
	static __always_inline typeof(name(0)) cleat_##name(context *ctx, ##args);    \
	typeof(name(0)) name(context *ctx)                                            \
	{                                                                             \
		CLEAT_QUIET_BEGIN                                                     \
		return cleat_##name(ctx values);                                      \
		CLEAT_QUIET_END                                                       \
	}                                                                             \
	static __always_inline typeof(name(0)) cleat_##name(                          \
		context *ctx __attribute__((unused)), ##args)

/* ---- the context is an array of 64 bits each ---------------------------------------------------- */

#define BPF_PROG(name, args...) \
	CLEAT_PROGRAM(name, unsigned long long, CLEAT_JOIN(CLEAT_CTX_, CLEAT_COUNT(args)), ##args)
#define CLEAT_CTX_0
#define CLEAT_CTX_1 , (void *)ctx[0]
#define CLEAT_CTX_2 CLEAT_CTX_1, (void *)ctx[1]
#define CLEAT_CTX_3 CLEAT_CTX_2, (void *)ctx[2]
#define CLEAT_CTX_4 CLEAT_CTX_3, (void *)ctx[3]
#define CLEAT_CTX_5 CLEAT_CTX_4, (void *)ctx[4]
#define CLEAT_CTX_6 CLEAT_CTX_5, (void *)ctx[5]
#define CLEAT_CTX_7 CLEAT_CTX_6, (void *)ctx[6]
#define CLEAT_CTX_8 CLEAT_CTX_7, (void *)ctx[7]
#define CLEAT_CTX_9 CLEAT_CTX_8, (void *)ctx[8]
#define CLEAT_CTX_10 CLEAT_CTX_9, (void *)ctx[9]
#define CLEAT_CTX_11 CLEAT_CTX_10, (void *)ctx[10]
#define CLEAT_CTX_12 CLEAT_CTX_11, (void *)ctx[11]

/*
 * BPF_PROG2(name, struct big, b, int, n): a struct of more than 8 bytes takes two places. Each argument is
 * found by the sizes of the types before it. Up to six.
 */
#define BPF_PROG2(name, pairs...)                                                    \
	CLEAT_PROGRAM(name, unsigned long long,                                      \
		      CLEAT_JOIN(CLEAT_PAIRS_, CLEAT_COUNT(pairs))(0, ##pairs),      \
		      CLEAT_JOIN(CLEAT_DECLARE_, CLEAT_COUNT(pairs))(pairs))
#define CLEAT_WORDS(type) ((sizeof(type) + 7) / 8)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define CLEAT_WORD(type, word) (word)
#else
#define CLEAT_WORD(type, word) ((word) << (sizeof(type) < 8 ? 64 - 8 * sizeof(type) : 0))
#endif
#define CLEAT_PAIR(at, type)                                                         \
	({                                                                           \
		union {                                                              \
			__u64 words[2];                                              \
			type value;                                                  \
		} cleat_pair = { .words = { CLEAT_WORD(type, ctx[at]) } };           \
		if (sizeof(type) > 8)                                                \
			cleat_pair.words[1] = ctx[(at) + 1];                         \
		cleat_pair.value;                                                    \
	})
#define CLEAT_PAIRS_2(at, type, arg) , CLEAT_PAIR(at, type)
#define CLEAT_PAIRS_4(at, type, arg, more...) \
	, CLEAT_PAIR(at, type) CLEAT_PAIRS_2((at) + CLEAT_WORDS(type), more)
#define CLEAT_PAIRS_6(at, type, arg, more...) \
	, CLEAT_PAIR(at, type) CLEAT_PAIRS_4((at) + CLEAT_WORDS(type), more)
#define CLEAT_PAIRS_8(at, type, arg, more...) \
	, CLEAT_PAIR(at, type) CLEAT_PAIRS_6((at) + CLEAT_WORDS(type), more)
#define CLEAT_PAIRS_10(at, type, arg, more...) \
	, CLEAT_PAIR(at, type) CLEAT_PAIRS_8((at) + CLEAT_WORDS(type), more)
#define CLEAT_PAIRS_12(at, type, arg, more...) \
	, CLEAT_PAIR(at, type) CLEAT_PAIRS_10((at) + CLEAT_WORDS(type), more)
#define CLEAT_DECLARE_2(type, arg) type arg
#define CLEAT_DECLARE_4(type, arg, more...) type arg, CLEAT_DECLARE_2(more)
#define CLEAT_DECLARE_6(type, arg, more...) type arg, CLEAT_DECLARE_4(more)
#define CLEAT_DECLARE_8(type, arg, more...) type arg, CLEAT_DECLARE_6(more)
#define CLEAT_DECLARE_10(type, arg, more...) type arg, CLEAT_DECLARE_8(more)
#define CLEAT_DECLARE_12(type, arg, more...) type arg, CLEAT_DECLARE_10(more)

/* ---- the context has registers ------------------------------------------------------------------- */

/* Becomes whatever the parameter is, quietly. */
#define CLEAT_ARG(reg) (void *)(unsigned long)(reg)

#define BPF_KPROBE(name, args...) \
	CLEAT_PROGRAM(name, struct pt_regs, CLEAT_JOIN(CLEAT_PARM_, CLEAT_COUNT(args)), ##args)
#define CLEAT_PARM_0
#define CLEAT_PARM_1 , CLEAT_ARG(PT_REGS_PARM1(ctx))
#define CLEAT_PARM_2 CLEAT_PARM_1, CLEAT_ARG(PT_REGS_PARM2(ctx))
#define CLEAT_PARM_3 CLEAT_PARM_2, CLEAT_ARG(PT_REGS_PARM3(ctx))
#define CLEAT_PARM_4 CLEAT_PARM_3, CLEAT_ARG(PT_REGS_PARM4(ctx))
#define CLEAT_PARM_5 CLEAT_PARM_4, CLEAT_ARG(PT_REGS_PARM5(ctx))
#define CLEAT_PARM_6 CLEAT_PARM_5, CLEAT_ARG(PT_REGS_PARM6(ctx))
#define CLEAT_PARM_7 CLEAT_PARM_6, CLEAT_ARG(PT_REGS_PARM7(ctx))
#define CLEAT_PARM_8 CLEAT_PARM_7, CLEAT_ARG(PT_REGS_PARM8(ctx))

#define BPF_KRETPROBE(name, args...) \
	CLEAT_PROGRAM(name, struct pt_regs, CLEAT_JOIN(CLEAT_RC_, CLEAT_COUNT(args)), ##args)
#define CLEAT_RC_0
#define CLEAT_RC_1 , CLEAT_ARG(PT_REGS_RC(ctx))

#define BPF_KSYSCALL(name, args...) \
	CLEAT_PROGRAM(name, struct pt_regs, CLEAT_JOIN(CLEAT_SYSCALL_, CLEAT_COUNT(args)), ##args)
#define CLEAT_SYSCALL_0
#define CLEAT_SYSCALL_1 , CLEAT_SYSCALL_ARG(1)
#define CLEAT_SYSCALL_2 CLEAT_SYSCALL_1, CLEAT_SYSCALL_ARG(2)
#define CLEAT_SYSCALL_3 CLEAT_SYSCALL_2, CLEAT_SYSCALL_ARG(3)
#define CLEAT_SYSCALL_4 CLEAT_SYSCALL_3, CLEAT_SYSCALL_ARG(4)
#define CLEAT_SYSCALL_5 CLEAT_SYSCALL_4, CLEAT_SYSCALL_ARG(5)
#define CLEAT_SYSCALL_6 CLEAT_SYSCALL_5, CLEAT_SYSCALL_ARG(6)

/*
 * Where system calls have wrappers, these get a pointer to the caller's registers, and otherwise the
 * arguments as any function does. The loader knows which, so that one of both is code that cannot run.
 */
#ifdef CLEAT_REG_1
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig __weak;

#ifdef CLEAT_REG_6
#define CLEAT_DIRECT_6(ctx) PT_REGS_PARM6(ctx)
#else
#define CLEAT_DIRECT_6(ctx) PT_REGS_PARM6_SYSCALL(ctx)
#endif
#ifdef CLEAT_REG_5
#define CLEAT_DIRECT_5(ctx) PT_REGS_PARM5(ctx)
#else
#define CLEAT_DIRECT_5(ctx) PT_REGS_PARM5_SYSCALL(ctx)
#endif
#define CLEAT_DIRECT_4(ctx) PT_REGS_PARM4(ctx)
#define CLEAT_DIRECT_3(ctx) PT_REGS_PARM3(ctx)
#define CLEAT_DIRECT_2(ctx) PT_REGS_PARM2(ctx)
#define CLEAT_DIRECT_1(ctx) PT_REGS_PARM1(ctx)

#define CLEAT_SYSCALL_ARG(n)                                                           \
	(void *)(LINUX_HAS_SYSCALL_WRAPPER ?                                                 \
			 (unsigned long)PT_REGS_PARM##n##_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx)) : \
			 (unsigned long)CLEAT_DIRECT_##n(ctx))
#endif

#endif

#ifndef BPF_UPROBE
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)
#endif
#ifndef BPF_KRETSYSCALL
#define BPF_KRETSYSCALL(name, args...) BPF_KRETPROBE(name, ##args)
#endif

#endif
