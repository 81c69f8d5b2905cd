/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * iter.h - loops.
 *
 *	bpf_for(i, 0, n) { ... }                     Linux 6.4: n need not be known
 *	bpf_repeat(100) { if (...) break; }
 *	bpf_for_each(task, task, NULL, BPF_TASK_ITER_ALL_PROCS) { ... }    Linux 6.7
 *
 * The verifier looks at the body of such a loop once or twice, not once a turn. It may be left with
 * break, continue and return. bpf_for_each() takes any of the kernel's open-coded iterators:
 * bpf_iter_KIND_new(), _next() and _destroy(), which <cleat/bpf/kfuncs.h> declares.
 *
 *	while (i < n && can_loop) { ... }            Linux 6.9, clang 18: ends after some million turns
 *
 * Before 6.4: loops with a limit that is known (5.3), or bpf_loop() with a function (5.17).
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_ITER_H
#define CLEAT_BPF_ITER_H

struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __weak;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym __weak;

/*
 * The iterator lives as long as the loop. clang puts a function that is named in 'cleanup' alone not into
 * the BTF, so it is named once more.
 */
#ifndef bpf_for_each
#define bpf_for_each(kind, cur, args...)                                                          \
	for (struct bpf_iter_##kind cleat_it                                                      \
		     __attribute__((aligned(8), cleanup(bpf_iter_##kind##_destroy))),             \
	     *cleat_its __attribute__((unused)) =                                                 \
		     (bpf_iter_##kind##_new(&cleat_it, ##args), (void)bpf_iter_##kind##_destroy,  \
		      (struct bpf_iter_##kind *)0);                                               \
	     ((cur) = bpf_iter_##kind##_next(&cleat_it));)
#endif

/* A struct bpf_iter_num, which older headers of the kernel do not have. */
struct cleat_numbers {
	__u64 opaque;
} __attribute__((aligned(8)));

static __always_inline __attribute__((unused)) void cleat_numbers_end(struct cleat_numbers *it)
{
	bpf_iter_num_destroy((struct bpf_iter_num *)it);
}

#define CLEAT_NUMBERS(start, end)                                                                 \
	struct cleat_numbers cleat_it __attribute__((cleanup(cleat_numbers_end))),                \
		*cleat_its __attribute__((unused)) =                                              \
			(bpf_iter_num_new((struct bpf_iter_num *)&cleat_it, (start), (end)),      \
			 (struct cleat_numbers *)0)
#define CLEAT_NEXT_NUMBER bpf_iter_num_next((struct bpf_iter_num *)&cleat_it)

/* That i is within its limits is said once more, for the verifier: they are evaluated each turn. */
#ifndef bpf_for
#define bpf_for(i, start, end)                                                  \
	for (CLEAT_NUMBERS(start, end); ({                                      \
		     int *cleat_n = CLEAT_NEXT_NUMBER;                          \
		     cleat_n && ((i) = *cleat_n, (i) >= (typeof(i))(start) &&   \
						 (i) < (typeof(i))(end));       \
	     });)
#endif

#ifndef bpf_repeat
#define bpf_repeat(n) for (CLEAT_NUMBERS(0, n); CLEAT_NEXT_NUMBER;)
#endif

#if defined(__BPF_FEATURE_MAY_GOTO) && !defined(can_loop)
#define can_loop                                              \
	({                                                    \
		__label__ cleat_end, cleat_on;                \
		int cleat_more = 1;                           \
		asm volatile goto("may_goto %l[cleat_end]" :: \
				  :: cleat_end);              \
		goto cleat_on;                                \
	cleat_end:                                            \
		cleat_more = 0;                               \
	cleat_on:                                             \
		cleat_more;                                   \
	})
#endif

#endif
