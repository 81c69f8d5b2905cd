/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bpf.h - what a BPF program includes: sections, maps, helpers, CO-RE reads, byte order.
 *
 * The kernel's BPF interface (contexts, flags, return values) comes from <cleat/uapi.h>. Kernel
 * structs are declared by the program itself, with just the members it uses, inside
 * CLEAT_KERNEL_TYPES_BEGIN/END: CO-RE finds where they are on the kernel that runs it. No
 * vmlinux.h is needed; with one, include it first and this header takes its types.
 */
#ifndef CLEAT_BPF_H
#define CLEAT_BPF_H

#ifndef __VMLINUX_H__
#include <cleat/uapi.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
#define true 1
#define false 0
#endif

#ifndef NULL
#define NULL ((void *)0)
#endif

/* ---- sections and functions ---------------------------------------------------------------- */

/* 'used' says nothing of what is only declared, as maps of other files are: no word about that. */
#ifdef __clang__
#define SEC(name)                                                                                 \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"") \
		__attribute__((section(name), used)) _Pragma("GCC diagnostic pop")
#else
#define SEC(name) __attribute__((section(name), used))
#endif
#define LICENSE(text) char cleat_license[] SEC("license") = text

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#define __hidden __attribute__((visibility("hidden")))

/* What the verifier may take for granted of an argument of a global function. */
#ifndef __arg_ctx
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))
#endif

/* Externs that the loader resolves: the kernel's configuration, its symbols and functions. */
#define __kconfig __attribute__((section(".kconfig")))
#define __ksym __attribute__((section(".ksyms")))

/* The verifier must see this value as it is, the compiler must not guess it. */
#define barrier_var(v) asm volatile("" : "+r"(v))

/* ---- maps ---------------------------------------------------------------------------------- */

/*
 * struct {
 *	__uint(type, BPF_MAP_TYPE_HASH);
 *	__uint(max_entries, 1024);
 *	__type(key, u32);
 *	__type(value, u64);
 * } counts SEC(".maps");
 */
#define __uint(name, number) int(*name)[number]
#define __ulong(name, number) enum { cleat_unique(name, __COUNTER__) = number } name
#define __type(name, type_of_it) typeof(type_of_it) *name
#define __array(name, type_of_it) typeof(type_of_it) *name[]

/*
 * The type of the records in a ring or perf buffer: whoever reads them can decode them. Other loaders
 * hand it to the kernel, which wants none: for them, compile with CLEAT_PLAIN_RINGS.
 */
#ifndef CLEAT_PLAIN_RINGS
#define __record(type_of_it) __type(value, type_of_it)
#else
#define __record(type_of_it)
#endif

#define cleat_unique(a, b) cleat_unique_(a, b)
#define cleat_unique_(a, b) cleat_##a##_##b

/* ---- kernel types and CO-RE ---------------------------------------------------------------- */

#define CLEAT_KERNEL_TYPES_BEGIN \
	_Pragma("clang attribute push (__attribute__((preserve_access_index)), apply_to = record)")
#define CLEAT_KERNEL_TYPES_END _Pragma("clang attribute pop")

/* Does this kernel have the field, the type, the enumerator. Known before the program runs. */
#define core_field_exists(field) __builtin_preserve_field_info(field, 2)
#define core_field_size(field) __builtin_preserve_field_info(field, 1)
#define core_field_offset(field) __builtin_preserve_field_info(field, 0)
#define core_type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)
#define core_type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)
#define core_type_matches(type) __builtin_preserve_type_info(*(typeof(type) *)0, 2)
#define core_enum_exists(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 0)
#define core_enum_value(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 1)

/* Read kernel memory: core_read(&to, &from->field); one pointer after the other: CORE_READ(a, b, c). */
#define core_read(to, from) bpf_probe_read_kernel(to, sizeof(*(to)), (const void *)(from))
#define core_read_str(to, size, from) bpf_probe_read_kernel_str(to, size, (const void *)(from))

#define CORE_READ_1(p, a)                           \
	({                                          \
		typeof((p)->a) cleat_value = { 0 }; \
		core_read(&cleat_value, &(p)->a);   \
		cleat_value;                        \
	})
#define CORE_READ_2(p, a, b) CORE_READ_1(CORE_READ_1(p, a), b)
#define CORE_READ_3(p, a, b, c) CORE_READ_1(CORE_READ_2(p, a, b), c)
#define CORE_READ_4(p, a, b, c, d) CORE_READ_1(CORE_READ_3(p, a, b, c), d)
#define CORE_READ_N(_1, _2, _3, _4, n, ...) n
/* CORE_READ(task, real_parent, tgid) is task->real_parent->tgid. */
#define CORE_READ(p, ...)                                                                       \
	CORE_READ_N(__VA_ARGS__, CORE_READ_4, CORE_READ_3, CORE_READ_2, CORE_READ_1)            \
	(p, __VA_ARGS__)

/* ---- byte order ---------------------------------------------------------------------------- */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define bpf_htons(x) __builtin_bswap16(x)
#define bpf_htonl(x) __builtin_bswap32(x)
#else
#define bpf_htons(x) (x)
#define bpf_htonl(x) (x)
#endif
#define bpf_ntohs(x) bpf_htons(x)
#define bpf_ntohl(x) bpf_htonl(x)

/* ---- arguments of tracing programs ----------------------------------------------------------- */

/*
 * tp_btf, fentry, fexit, fmod_ret: the context is an array of u64.
 * int BPF_PROG(name, struct task_struct *p, int flags) { ... }
 */
#define CLEAT_COUNT_(_0, _1, _2, _3, _4, _5, _6, n, ...) n
#define CLEAT_COUNT(...) CLEAT_COUNT_(_, ##__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define CLEAT_CTX_0
#define CLEAT_CTX_1 , (void *)ctx[0]
#define CLEAT_CTX_2 CLEAT_CTX_1, (void *)ctx[1]
#define CLEAT_CTX_3 CLEAT_CTX_2, (void *)ctx[2]
#define CLEAT_CTX_4 CLEAT_CTX_3, (void *)ctx[3]
#define CLEAT_CTX_5 CLEAT_CTX_4, (void *)ctx[4]
#define CLEAT_CTX_6 CLEAT_CTX_5, (void *)ctx[5]
#define CLEAT_JOIN_(a, b) a##b
#define CLEAT_JOIN(a, b) CLEAT_JOIN_(a, b)

#define BPF_PROG(name, args...)                                                             \
	name(unsigned long long *ctx);                                                      \
	static __always_inline typeof(name(0)) cleat_##name(unsigned long long *ctx, ##args); \
	typeof(name(0)) name(unsigned long long *ctx)                                       \
	{                                                                                   \
		_Pragma("GCC diagnostic push")                                              \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                      \
		return cleat_##name(ctx CLEAT_JOIN(CLEAT_CTX_, CLEAT_COUNT(args)));         \
		_Pragma("GCC diagnostic pop")                                               \
	}                                                                                   \
	static __always_inline typeof(name(0)) cleat_##name(unsigned long long *ctx, ##args)

/* Registers at a kprobe or uprobe, for the machine that the object is built for. */
#if defined(__TARGET_ARCH_x86)
#ifdef __VMLINUX_H__
#define PT_REGS_PARM1(r) ((r)->di)
#define PT_REGS_PARM2(r) ((r)->si)
#define PT_REGS_PARM3(r) ((r)->dx)
#define PT_REGS_PARM4(r) ((r)->cx)
#define PT_REGS_PARM5(r) ((r)->r8)
#define PT_REGS_RC(r) ((r)->ax)
#define PT_REGS_SP(r) ((r)->sp)
#define PT_REGS_IP(r) ((r)->ip)
#else
struct pt_regs {
	unsigned long r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	unsigned long orig_rax, rip, cs, eflags, rsp, ss;
};
#define PT_REGS_PARM1(r) ((r)->rdi)
#define PT_REGS_PARM2(r) ((r)->rsi)
#define PT_REGS_PARM3(r) ((r)->rdx)
#define PT_REGS_PARM4(r) ((r)->rcx)
#define PT_REGS_PARM5(r) ((r)->r8)
#define PT_REGS_RC(r) ((r)->rax)
#define PT_REGS_SP(r) ((r)->rsp)
#define PT_REGS_IP(r) ((r)->rip)
#endif
#elif defined(__TARGET_ARCH_arm64)
#ifndef __VMLINUX_H__
struct pt_regs {
	unsigned long regs[31], sp, pc, pstate;
};
#endif
#define PT_REGS_PARM1(r) ((r)->regs[0])
#define PT_REGS_PARM2(r) ((r)->regs[1])
#define PT_REGS_PARM3(r) ((r)->regs[2])
#define PT_REGS_PARM4(r) ((r)->regs[3])
#define PT_REGS_PARM5(r) ((r)->regs[4])
#define PT_REGS_RC(r) ((r)->regs[0])
#define PT_REGS_SP(r) ((r)->sp)
#define PT_REGS_IP(r) ((r)->pc)
#elif defined(__TARGET_ARCH_s390)
#ifdef __VMLINUX_H__
#define PT_REGS_IP(r) ((r)->psw.addr)
#else
struct pt_regs {
	unsigned long args[1], psw_mask, psw_addr, gprs[16];
};
#define PT_REGS_IP(r) ((r)->psw_addr)
#endif
#define PT_REGS_PARM1(r) ((r)->gprs[2])
#define PT_REGS_PARM2(r) ((r)->gprs[3])
#define PT_REGS_PARM3(r) ((r)->gprs[4])
#define PT_REGS_PARM4(r) ((r)->gprs[5])
#define PT_REGS_PARM5(r) ((r)->gprs[6])
#define PT_REGS_RC(r) ((r)->gprs[2])
#define PT_REGS_SP(r) ((r)->gprs[15])
#endif

#if defined(PT_REGS_IP) && !defined(__VMLINUX_H__)
/* The context of perf_event programs. */
struct bpf_perf_event_data {
	struct pt_regs regs;
	__u64 sample_period;
	__u64 addr;
};
#endif

/*
 * kprobe, uprobe: the function's arguments, up to five, none of them a floating point number.
 * int BPF_KPROBE(name, struct file *file, int flags) { ... }
 */
#define CLEAT_REG_0
#define CLEAT_REG_1 , (void *)PT_REGS_PARM1(ctx)
#define CLEAT_REG_2 CLEAT_REG_1, (void *)PT_REGS_PARM2(ctx)
#define CLEAT_REG_3 CLEAT_REG_2, (void *)PT_REGS_PARM3(ctx)
#define CLEAT_REG_4 CLEAT_REG_3, (void *)PT_REGS_PARM4(ctx)
#define CLEAT_REG_5 CLEAT_REG_4, (void *)PT_REGS_PARM5(ctx)
#define BPF_KPROBE(name, args...) CLEAT_REGS_PROGRAM(name, CLEAT_REG_, args)

/* kretprobe, uretprobe: what the function returns. int BPF_KRETPROBE(name, long result) { ... } */
#define CLEAT_RC_0
#define CLEAT_RC_1 , (void *)PT_REGS_RC(ctx)
#define BPF_KRETPROBE(name, args...) CLEAT_REGS_PROGRAM(name, CLEAT_RC_, args)

/*
 * ksyscall: the system call's arguments, up to five, wherever the kernel has put them.
 * int BPF_KSYSCALL(name, int fd, void *buffer) { ... }
 */
#define BPF_KSYSCALL(name, args...) CLEAT_REGS_PROGRAM(name, CLEAT_SYS_, args)
#define CLEAT_SYS_0
#define CLEAT_SYS_1 , (void *)cleat_syscall_arg(ctx, 1)
#define CLEAT_SYS_2 CLEAT_SYS_1, (void *)cleat_syscall_arg(ctx, 2)
#define CLEAT_SYS_3 CLEAT_SYS_2, (void *)cleat_syscall_arg(ctx, 3)
#define CLEAT_SYS_4 CLEAT_SYS_3, (void *)cleat_syscall_arg(ctx, 4)
#define CLEAT_SYS_5 CLEAT_SYS_4, (void *)cleat_syscall_arg(ctx, 5)
#define BPF_KRETSYSCALL(name, args...) BPF_KRETPROBE(name, ##args)

#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)

#define CLEAT_REGS_PROGRAM(name, how, args...)                                             \
	name(struct pt_regs *ctx);                                                         \
	static __always_inline typeof(name(0)) cleat_##name(struct pt_regs *ctx, ##args);  \
	typeof(name(0)) name(struct pt_regs *ctx)                                          \
	{                                                                                  \
		_Pragma("GCC diagnostic push")                                             \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                     \
		return cleat_##name(ctx CLEAT_JOIN(how, CLEAT_COUNT(args)));               \
		_Pragma("GCC diagnostic pop")                                              \
	}                                                                                  \
	static __always_inline typeof(name(0)) cleat_##name(struct pt_regs *ctx, ##args)

#include <cleat/helpers.h>

/*
 * Where system calls have wrappers, these get a pointer to the caller's registers, and otherwise the
 * arguments.
 */
#ifdef PT_REGS_PARM1
#ifdef __TARGET_ARCH_x86
#define CLEAT_SYSCALL_PARM4(r) ((r)->r10)
#else
#define CLEAT_SYSCALL_PARM4(r) PT_REGS_PARM4(r)
#endif

extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig __weak;

static __always_inline unsigned long cleat_syscall_arg(struct pt_regs *ctx, int n)
{
	struct pt_regs *regs = (struct pt_regs *)PT_REGS_PARM1(ctx);
	unsigned long value = 0;

	if (!LINUX_HAS_SYSCALL_WRAPPER)
		return n == 1 ? PT_REGS_PARM1(ctx) :
		       n == 2 ? PT_REGS_PARM2(ctx) :
		       n == 3 ? PT_REGS_PARM3(ctx) :
		       n == 4 ? PT_REGS_PARM4(ctx) :
				PT_REGS_PARM5(ctx);
	bpf_probe_read_kernel(&value, sizeof(value),
			      n == 1 ? &PT_REGS_PARM1(regs) :
			      n == 2 ? &PT_REGS_PARM2(regs) :
			      n == 3 ? &PT_REGS_PARM3(regs) :
			      n == 4 ? &CLEAT_SYSCALL_PARM4(regs) :
				       &PT_REGS_PARM5(regs));
	return value;
}
#endif

/* iter: a line of text. BPF_SEQ_PRINTF(ctx->meta->seq, "%d %s\n", task->tgid, task->comm); */
#define BPF_SEQ_PRINTF(seq, fmt, args...)                                                  \
	({                                                                                 \
		static const char cleat_fmt[] = fmt;                                       \
		_Pragma("GCC diagnostic push")                                             \
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")                     \
		unsigned long long cleat_args[] = { 0, ##args };                           \
		_Pragma("GCC diagnostic pop")                                              \
		bpf_seq_printf(seq, cleat_fmt, sizeof(cleat_fmt), cleat_args + 1,          \
			       sizeof(cleat_args) - sizeof(cleat_args[0]));                \
	})

#endif
