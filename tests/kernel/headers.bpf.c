/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * headers.bpf.c - what the headers for BPF programs offer, run by the kernel: each program leaves what it
 * found in global variables. All are called when a program is started (headers.sh); those whose name
 * begins with what a kernel may lack are optional there.
 */
#include <cleat/bpf.h>
#include <cleat/bpf/dynptr.h>
#include <cleat/bpf/kfuncs.h>

LICENSE("GPL");

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int tgid;
	struct task_struct *group_leader, *real_parent;
	unsigned int sched_reset_on_fork : 1;
	char comm[16];
};
CLEAT_KERNEL_TYPES_END

/* The test's own programs alone: this shell's children. */
const volatile int parent;
/* So that the compiler cannot know it. */
const volatile u32 ten = 10;

static __always_inline struct task_struct *wanted(struct task_struct *task)
{
	return CORE_READ(task, real_parent, tgid) == parent ? task : NULL;
}

/* ---- CO-RE ----------------------------------------------------------------------------------------- */

u32 chain, through_pointers, bit, bit_by_pointer, in_another, size_is_right;
char name[16];

SEC("tp_btf/sched_process_exec")
int BPF_PROG(core, struct task_struct *started)
{
	struct task_struct *task = wanted(started), *none = NULL;

	if (!task)
		return 0;
	chain = CORE_READ(task, group_leader, group_leader, real_parent, tgid);
	through_pointers = task->group_leader->real_parent->tgid;
	CORE_READ_STR_INTO(&name, task, group_leader, comm);
	bit = CORE_READ_BITFIELD(task, sched_reset_on_fork);
	bit_by_pointer = core_bitfield(task, sched_reset_on_fork);
	in_another = CORE_READ(none, real_parent, real_parent, tgid) + 1;
	size_is_right = core_field_size(task->comm) == 16 &&
			core_field_exists(struct task_struct, tgid);
	return 0;
}

/* ---- atomic operations, tail calls ------------------------------------------------------------------- */

u64 number;
u32 before_add, before_exchange, before_compare, came_here, came_back;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(atomics, struct task_struct *started)
{
	if (!wanted(started))
		return 0;
	number = 5;
	before_add = bpf_atomic_fetch_add(&number, 3);
	before_exchange = bpf_atomic_xchg(&number, 20);
	before_compare = bpf_atomic_cmpxchg(&number, 20, 21);
	bpf_atomic_add(&number, 1);
	bpf_atomic_or(&number, 64);
	return 0;
}

int second(unsigned long long *ctx);
TAIL_CALLS(stages, unsigned long long *, 4, [2] = &second);

SEC("tp_btf/sched_process_exec")
int second(unsigned long long *ctx)
{
	came_here++;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int first(unsigned long long *ctx)
{
	if (!wanted((struct task_struct *)ctx[0]))
		return 0;
	bpf_tail_call_static(ctx, &stages, 1); /* there is none */
	came_here = 0;
	bpf_tail_call_static(ctx, &stages, 2);
	came_back = 1;
	return 0;
}

/* ---- locks ------------------------------------------------------------------------------------------- */

struct guarded {
	struct bpf_spin_lock lock;
	u32 entered, left;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct guarded);
} values SEC(".maps");

u32 entered, left;

SEC("tc")
int locked(struct __sk_buff *skb)
{
	u32 zero = 0;
	struct guarded *g = bpf_map_lookup_elem(&values, &zero);

	if (!g)
		return 1;
	bpf_locked(&g->lock) {
		g->entered++;
		if (ten == 10)
			break; /* the lock goes all the same: the verifier would say so */
		g->left++;
	}
	entered = g->entered;
	left = g->left;
	return 7;
}

/* ---- loops, what holds something, lists of the kernel's ----------------------------------------------- */

u32 sum, turns, processes, me, rcu_parent, no_preempt;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(loops, struct task_struct *started)
{
	u32 i, s = 0, t = 0;

	if (!wanted(started))
		return 0;
	bpf_for(i, 0, ten)
		s += i;
	bpf_repeat(ten) {
		if (++t == 7)
			break;
	}
	sum = s;
	turns = t;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(rcu, struct task_struct *started)
{
	struct task_struct *task = wanted(started);

	if (!task)
		return 0;
	bpf_rcu() {
		rcu_parent = task->real_parent->tgid;
		if (ten == 10)
			return 0; /* and is not held any more */
		rcu_parent = 0;
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(preempt, struct task_struct *started)
{
	if (!wanted(started))
		return 0;
	bpf_no_preempt()
		no_preempt++;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(tasks, struct task_struct *started)
{
	struct task_struct *task, *self = wanted(started);
	u32 n = 0, mine = 0;

	if (!self)
		return 0;
	bpf_rcu() {
		bpf_for_each(task, task, NULL, BPF_TASK_ITER_ALL_PROCS) {
			n++;
			if (task->tgid == self->tgid)
				mine++;
		}
	}
	processes = n;
	me = mine;
	return 0;
}

/* ---- records of any size ------------------------------------------------------------------------------- */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

u32 written, read_back;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(dynptr, struct task_struct *started)
{
	struct bpf_dynptr record;
	u32 value = 77, back = 0;

	if (!wanted(started))
		return 0;
	if (bpf_ringbuf_record(&records, ten * 4, &record)) {
		written = !bpf_dynptr_write(&record, ten, &value, sizeof(value), 0);
		bpf_dynptr_read(&back, sizeof(back), &record, ten, 0);
		read_back = back;
	}
	bpf_record_discard(&record);
	return 0;
}
