/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * print.h - text: for debugging, for who reads an iterator, into memory. Formats are a part of those
 * of printk: bpf-helpers(7) says which, at bpf_trace_printk and bpf_snprintf. For typed records with
 * levels there is <cleat/log.h>.
 *
 *	bpf_printk("%d opens %s", pid, path);              /sys/kernel/tracing/trace_pipe
 *	BPF_SEQ_PRINTF(ctx->meta->seq, "%d %s\n", ...);    iter programs, Linux 5.8
 *	BPF_SNPRINTF(text, sizeof(text), "%pI4", &ip);     Linux 5.13
 *
 * bpf_printk: any kernel with global variables (5.2), with more than three arguments Linux 5.16.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_PRINT_H
#define CLEAT_BPF_PRINT_H

#ifndef __BPF_HELPERS__
/* The kernel takes arguments as an array of 64 bits each; the first is there for when there is none. */
#define CLEAT_WITH_ARGS(fmt, args, call)                                                      \
	({                                                                                    \
		static const char cleat_fmt[] = fmt;                                          \
		CLEAT_QUIET_BEGIN                                                             \
		unsigned long long cleat_args[] = { CLEAT_UNWRAP args };                      \
		CLEAT_QUIET_END                                                               \
		const unsigned long long *cleat_values = cleat_args + 1;                      \
		__u32 cleat_bytes = sizeof(cleat_args) - sizeof(cleat_args[0]);               \
		call;                                                                         \
	})
#define CLEAT_UNWRAP(...) __VA_ARGS__

#define CLEAT_PRINTK_MANY(fmt, ...)               \
	CLEAT_WITH_ARGS(fmt, (0, ##__VA_ARGS__),  \
			bpf_trace_vprintk(cleat_fmt, sizeof(cleat_fmt), cleat_values, cleat_bytes))
#define CLEAT_PRINTK_FEW(fmt, ...)                                              \
	({                                                                      \
		static const char cleat_fmt[] = fmt;                            \
		bpf_trace_printk(cleat_fmt, sizeof(cleat_fmt), ##__VA_ARGS__);  \
	})
#define CLEAT_PRINTK_0 CLEAT_PRINTK_FEW
#define CLEAT_PRINTK_1 CLEAT_PRINTK_FEW
#define CLEAT_PRINTK_2 CLEAT_PRINTK_FEW
#define CLEAT_PRINTK_3 CLEAT_PRINTK_FEW
#define CLEAT_PRINTK_4 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_5 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_6 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_7 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_8 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_9 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_10 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_11 CLEAT_PRINTK_MANY
#define CLEAT_PRINTK_12 CLEAT_PRINTK_MANY

#define bpf_printk(fmt, args...) \
	CLEAT_JOIN(CLEAT_PRINTK_, CLEAT_COUNT(args))(fmt, ##args)

#define BPF_SEQ_PRINTF(seq, fmt, args...)                                                      \
	CLEAT_WITH_ARGS(fmt, (0, ##args),                                                      \
			bpf_seq_printf(seq, cleat_fmt, sizeof(cleat_fmt), cleat_values,        \
				       cleat_bytes))

/* Returns how many bytes the text takes with its end, also where there was no room for it all. */
#define BPF_SNPRINTF(out, out_size, fmt, args...)                                              \
	CLEAT_WITH_ARGS(fmt, (0, ##args),                                                      \
			bpf_snprintf(out, out_size, cleat_fmt, (void *)cleat_values, cleat_bytes))
#endif

#endif
