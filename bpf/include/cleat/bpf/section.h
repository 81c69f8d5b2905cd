/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * section.h - where programs, maps and variables go in the object file, and what the compiler and the
 * verifier may take for granted of functions.
 *
 *	SEC("xdp")
 *	int drop(struct xdp_md *ctx) { return XDP_DROP; }
 *
 *	LICENSE("Dual BSD/GPL");
 *
 * The section says the program's kind and where it is attached: 'cleat plugins' lists them all.
 * Tags of arguments: Linux 6.8; on kernels before, cleat leaves them away and checks nothing.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_SECTION_H
#define CLEAT_BPF_SECTION_H

#ifndef __BPF_HELPERS__
/* 'used' says nothing of what is only declared, as maps of other files are: no word about that. */
#ifdef __clang__
#define SEC(name)                                                                                 \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"") \
		__attribute__((section(name), used)) _Pragma("GCC diagnostic pop")
#else
#define SEC(name) __attribute__((section(name), used))
#endif

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#undef __hidden
#define __hidden __attribute__((visibility("hidden")))
#endif

/* What the kernel asks before it lends functions for the GPL: "GPL", "Dual BSD/GPL", "Dual MIT/GPL". */
#define LICENSE(text) char cleat_license[] SEC("license") = text

#if CLEAT_HAS_ATTRIBUTE(btf_decl_tag)
#define CLEAT_DECL_TAG(text) __attribute__((btf_decl_tag(text)))
#else
#define CLEAT_DECL_TAG(text)
#endif
#if CLEAT_HAS_ATTRIBUTE(btf_type_tag)
#define CLEAT_TYPE_TAG(text) __attribute__((btf_type_tag(text)))
#else
#define CLEAT_TYPE_TAG(text)
#endif

/* Of the arguments of global functions, which the verifier checks one by one. */
#ifndef __arg_ctx
#define __arg_ctx CLEAT_DECL_TAG("arg:ctx")
#define __arg_nonnull CLEAT_DECL_TAG("arg:nonnull")
#define __arg_nullable CLEAT_DECL_TAG("arg:nullable")
#define __arg_trusted CLEAT_DECL_TAG("arg:trusted")
#define __arg_untrusted CLEAT_DECL_TAG("arg:untrusted")
#define __arg_arena CLEAT_DECL_TAG("arg:arena")
#endif

/* Pointers to kernel objects in the values of maps: Linux 5.19; per CPU 6.8, to memory of a task 6.13. */
#ifndef __kptr
#define __kptr CLEAT_TYPE_TAG("kptr")
#endif
#ifndef __kptr_untrusted
#define __kptr_untrusted CLEAT_TYPE_TAG("kptr_untrusted")
#endif
#ifndef __percpu_kptr
#define __percpu_kptr CLEAT_TYPE_TAG("percpu_kptr")
#endif
#ifndef __uptr
#define __uptr CLEAT_TYPE_TAG("uptr")
#endif

/* The compiler may not move accesses over this; may not guess a value that the verifier shall see. */
#ifndef barrier
#define barrier() asm volatile("" ::: "memory")
#endif
#ifndef barrier_var
#define barrier_var(v) asm volatile("" : "+r"(v))
#endif

/* The upper limit of an index, as an instruction that the compiler cannot argue away. */
#define bpf_at_most(value, limit)                                                        \
	({                                                                               \
		__u64 cleat_value = (value);                                             \
		barrier_var(cleat_value);                                                \
		cleat_value > (__u64)(limit) ? (__u64)(limit) : cleat_value;             \
	})

#endif
