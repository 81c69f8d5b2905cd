/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * call.h - programs in several parts.
 *
 * A static function is checked wherever it is called, with what is known there (Linux 4.16). A global
 * one, not static and not inlined, is checked once, for any arguments: it makes large programs cheap to
 * load (5.6). What it may take for granted of its arguments is said by tags:
 *
 *	__noinline int judge(struct xdp_md *ctx __arg_ctx, struct flow *flow __arg_nonnull)
 *
 * Programs of other tools may replace a global function (section "freplace", 5.6). A weak one may be
 * given by another object file (cleat link).
 *
 * A tail call goes to another program and does not come back (4.2; with functions 5.10 on x86): the
 * next one runs on the same context, up to 33 of them, each with 512 bytes of stack.
 *
 *	TAIL_CALLS(stages, struct xdp_md *, 8, [PARSE_V6] = &parse_v6);
 *	...
 *	bpf_tail_call_static(ctx, &stages, PARSE_V6);
 *	return XDP_ABORTED;                          // there is no such program
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_CALL_H
#define CLEAT_BPF_CALL_H

/* A map of programs, filled when it is loaded with what is listed; a unit's [map] section can fill it too. */
#define TAIL_CALLS(name, context, slots, ...)          \
	struct {                                       \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); \
		__uint(max_entries, slots);            \
		__type(key, __u32);                    \
		__array(values, int(context));         \
	} name SEC(".maps") = { .values = { __VA_ARGS__ } }

/*
 * A tail call to a slot that is known: the kernel makes a jump of it (5.5 on x86). Map and slot go into
 * the registers right here, so that the compiler does not merge two calls into one with a slot that is
 * not known any more.
 */
#ifndef __BPF_HELPERS__
static __always_inline __attribute__((unused)) void
bpf_tail_call_static(void *ctx, const void *map, const __u32 slot)
{
#ifdef __clang__
	asm volatile("r1 = %0\n\t"
		     "r2 = %1\n\t"
		     "r3 = %2\n\t"
		     "call 12"
		     :
		     : "r"(ctx), "r"(map), "i"(slot)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");
#else
	bpf_tail_call(ctx, (void *)map, slot);
#endif
}
#endif

#endif
