/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * atomic.h - numbers that several CPUs change: of 4 or 8 bytes, in the values of maps and in variables.
 *
 *	bpf_atomic_add(&hits, 1);                              any kernel
 *	if (!bpf_atomic_fetch_add(&users, 1)) ...              Linux 5.12, -mcpu=v3
 *	if (bpf_atomic_cmpxchg(&owner, 0, me) == 0) ...
 *
 * Those that return something give the value from before. All order memory as the kernel's own do, but
 * for bpf_atomic_add() and its like, which order nothing. Who counts much takes a per-CPU map instead.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_ATOMIC_H
#define CLEAT_BPF_ATOMIC_H

/* The compiler reads, or writes, exactly once and all of it. */
#ifndef READ_ONCE
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#endif
#ifndef WRITE_ONCE
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))
#endif

#define bpf_atomic_add(p, n) ((void)__sync_fetch_and_add(p, n))
#define bpf_atomic_sub(p, n) ((void)__sync_fetch_and_sub(p, n))
#define bpf_atomic_and(p, bits) ((void)__sync_fetch_and_and(p, bits))
#define bpf_atomic_or(p, bits) ((void)__sync_fetch_and_or(p, bits))
#define bpf_atomic_xor(p, bits) ((void)__sync_fetch_and_xor(p, bits))

#define bpf_atomic_fetch_add(p, n) __sync_fetch_and_add(p, n)
#define bpf_atomic_fetch_sub(p, n) __sync_fetch_and_sub(p, n)
#define bpf_atomic_fetch_and(p, bits) __sync_fetch_and_and(p, bits)
#define bpf_atomic_fetch_or(p, bits) __sync_fetch_and_or(p, bits)
#define bpf_atomic_fetch_xor(p, bits) __sync_fetch_and_xor(p, bits)
#ifdef __clang__
#define bpf_atomic_xchg(p, value) __sync_lock_test_and_set(p, value)
#else
#define bpf_atomic_xchg(p, value) __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST)
#endif
#define bpf_atomic_cmpxchg(p, old, value) __sync_val_compare_and_swap(p, old, value)

/* What was written before the release is seen after the acquire: Linux 6.15, clang 21, -mcpu=v4. */
#ifdef __BPF_FEATURE_LOAD_ACQ_STORE_REL
#define bpf_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define bpf_store_release(p, value) __atomic_store_n(p, value, __ATOMIC_RELEASE)
#endif

#endif
