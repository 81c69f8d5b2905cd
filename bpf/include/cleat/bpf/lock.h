/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lock.h - blocks that hold something until they end, however they are left.
 *
 *	struct value {
 *		struct bpf_spin_lock lock;
 *		u64 tokens, when;
 *	};
 *	bpf_locked(&value->lock) {
 *		value->tokens--;
 *	}
 *
 *	bpf_rcu() { parent = task->real_parent; ... }          Linux 6.2, kfuncs
 *	bpf_no_preempt() { ... }                               Linux 6.10, kfuncs
 *
 * Spin locks: Linux 5.1, in values of hashes, arrays and local storage that BTF types describe, one a
 * value; no calls of functions within (kfuncs of lists and trees may be), and not in programs that
 * trace or are sleepable before 6.2.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_LOCK_H
#define CLEAT_BPF_LOCK_H

/* A block that is entered once; 'leave' is called with the variable's address at its end. */
#define CLEAT_BLOCK(type, leave, enter, value)                                                 \
	for (int cleat_once = 1; cleat_once; cleat_once = 0)                                   \
		for (type cleat_held __attribute__((cleanup(leave), unused)) = (enter, value); \
		     cleat_once; cleat_once = 0)
#define CLEAT_LEAVE static __always_inline __attribute__((unused)) void

CLEAT_LEAVE cleat_unlock(struct bpf_spin_lock **lock)
{
	bpf_spin_unlock(*lock);
}

#define bpf_locked(lock) \
	CLEAT_BLOCK(struct bpf_spin_lock *, cleat_unlock, bpf_spin_lock(lock), lock)

extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void bpf_preempt_disable(void) __ksym __weak;
extern void bpf_preempt_enable(void) __ksym __weak;

CLEAT_LEAVE cleat_rcu_unlock(int *held __attribute__((unused)))
{
	bpf_rcu_read_unlock();
}

CLEAT_LEAVE cleat_preempt_enable(int *held __attribute__((unused)))
{
	bpf_preempt_enable();
}

#define bpf_rcu() CLEAT_BLOCK(int, cleat_rcu_unlock, bpf_rcu_read_lock(), 0)
#define bpf_no_preempt() CLEAT_BLOCK(int, cleat_preempt_enable, bpf_preempt_disable(), 0)

#endif
