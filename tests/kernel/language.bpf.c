// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * language.bpf.c - what a compiler and its authors make of BPF: functions of every kind, pointers to
 * them, locks, timers, iterators, kernel objects, instructions of the newest CPU version. Each program
 * does one thing and returns a number that it could not know otherwise.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

/* Packets of the test begin with this byte: nothing is known at compile time. */
static __always_inline int seed(struct __sk_buff *skb)
{
	u8 byte = 0;

	bpf_skb_load_bytes(skb, 0, &byte, 1);
	return byte;
}

/* What syscall programs get. */
struct input {
	u64 address;
	u32 value;
};

/* ---- functions ------------------------------------------------------------------------------- */

static __noinline int twice(int x)
{
	barrier_var(x);
	return 2 * x;
}

__noinline int plus_one(int x)
{
	barrier_var(x);
	return x + 1;
}

__weak __noinline int plus_two(int x)
{
	barrier_var(x);
	return x + 2;
}

__hidden __noinline int plus_three(int x)
{
	barrier_var(x);
	return plus_one(plus_two(x));
}

/* Not where functions usually are, and called from two programs. */
SEC("elsewhere") __noinline int plus_four(int x)
{
	barrier_var(x);
	return plus_one(plus_three(x));
}

SEC("tc")
int functions(struct __sk_buff *skb)
{
	return twice(plus_four(plus_two(seed(skb)))); /* 2 * (seed + 6) */
}

SEC("tc")
int functions_again(struct __sk_buff *skb)
{
	return plus_four(twice(seed(skb))); /* 2 * seed + 4 */
}

/* ---- pointers to functions ------------------------------------------------------------------- */

static long add_index(u32 index, void *ctx)
{
	*(int *)ctx += (int)index;
	return 0;
}

static long multiply(u32 index, void *ctx)
{
	*(int *)ctx = twice(*(int *)ctx);
	return index == 2;
}

SEC("tc")
int loops(struct __sk_buff *skb)
{
	int sum = seed(skb);

	bpf_loop(5, add_index, &sum, 0); /* + 0 + 1 + 2 + 3 + 4 */
	bpf_loop(100, multiply, &sum, 0); /* * 8 */
	return sum;
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} four SEC(".maps");

static long count_element(void *map, const void *key, void *value, void *ctx)
{
	*(u32 *)ctx += 1 + *(const u32 *)key;
	return 0;
}

SEC("tc")
int each_element(struct __sk_buff *skb)
{
	u32 n = seed(skb);

	bpf_for_each_map_elem(&four, count_element, &n, 0); /* + 1 + 2 + 3 + 4 */
	return n;
}

struct alarm {
	struct bpf_timer timer;
	u32 rang;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct alarm);
} alarms SEC(".maps");

static int ring(void *map, u32 *key, struct alarm *alarm)
{
	alarm->rang++;
	return 0;
}

/* Run often: an early run sets the timer, a later one sees what it did. */
SEC("tc")
int timers(struct __sk_buff *skb)
{
	u32 zero = 0;
	struct alarm *alarm = bpf_map_lookup_elem(&alarms, &zero);

	if (!alarm)
		return -1;
	if (alarm->rang)
		return seed(skb);
	if (bpf_timer_init(&alarm->timer, &alarms, 1 /* CLOCK_MONOTONIC */) == 0)
		bpf_timer_set_callback(&alarm->timer, ring);
	bpf_timer_start(&alarm->timer, 0, 0);
	return 0;
}

/* ---- tail calls ------------------------------------------------------------------------------ */

SEC("tc")
int called_last(struct __sk_buff *skb)
{
	return seed(skb) + 1000;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(struct __sk_buff *));
} jumps SEC(".maps") = {
	.values = { [2] = (void *)&called_last },
};

SEC("tc")
int tail_call(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 1); /* empty */
	bpf_tail_call(skb, &jumps, 2);
	return -1;
}

/* ---- locks ----------------------------------------------------------------------------------- */

struct locked {
	struct bpf_spin_lock lock;
	u32 a, b;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct locked);
} pair SEC(".maps");

SEC("tc")
int spin_locks(struct __sk_buff *skb)
{
	u32 zero = 0, sum, n = seed(skb);
	struct locked *both = bpf_map_lookup_elem(&pair, &zero);

	if (!both)
		return -1;
	bpf_spin_lock(&both->lock);
	both->a += n;
	both->b += 2 * n;
	sum = both->a + both->b;
	bpf_spin_unlock(&both->lock);
	return sum;
}

/* ---- dynptrs --------------------------------------------------------------------------------- */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring_of_bytes SEC(".maps");

SEC("tc")
int dynptrs(struct __sk_buff *skb)
{
	u32 wrote = seed(skb) + 7, read = 0;
	struct bpf_dynptr p;

	if (bpf_ringbuf_reserve_dynptr(&ring_of_bytes, 64, 0, &p) == 0 &&
	    bpf_dynptr_write(&p, 60, &wrote, sizeof(wrote), 0) == 0)
		bpf_dynptr_read(&read, sizeof(read), &p, 60, 0);
	bpf_ringbuf_discard_dynptr(&p, 0);
	return read;
}

/* ---- kernel functions ------------------------------------------------------------------------ */

struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

struct numbers {
	u64 opaque;
} __attribute__((aligned(8)));

SEC("tc")
int iterators(struct __sk_buff *skb)
{
	struct bpf_iter_num *it;
	struct numbers room;
	int sum = seed(skb), *n;

	it = (void *)&room;
	bpf_iter_num_new(it, 1, 11);
	while ((n = bpf_iter_num_next(it)))
		sum += *n;
	bpf_iter_num_destroy(it);
	return sum; /* + 55 */
}

CLEAT_KERNEL_TYPES_BEGIN
struct task_struct {
	int pid;
};
CLEAT_KERNEL_TYPES_END

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

/* By a name of its own: clang 14 forgets tags of pointers to structs. */
typedef struct task_struct task_to_keep;
struct kept {
	task_to_keep __attribute__((btf_type_tag("kptr"))) * task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct kept);
} kept_task SEC(".maps");

/* The task that runs this goes into the map and comes out again. */
SEC("syscall")
int kptrs(struct input *in)
{
	u32 zero = 0;
	int pid = (int)(bpf_get_current_pid_tgid() >> 32), kept_pid;
	struct kept *kept = bpf_map_lookup_elem(&kept_task, &zero);
	struct task_struct *task = bpf_task_from_pid(pid), *old;

	if (!task)
		return -2;
	if (!kept) {
		bpf_task_release(task);
		return -3;
	}
	old = bpf_kptr_xchg(&kept->task, task);
	if (old)
		bpf_task_release(old);
	task = bpf_kptr_xchg(&kept->task, NULL);
	if (!task)
		return -4;
	kept_pid = task->pid;
	bpf_task_release(task);
	return kept_pid - pid + in->value;
}

/* ---- exceptions ------------------------------------------------------------------------------ */

extern void bpf_throw(u64 cookie) __ksym __weak;

__noinline int thrown(u64 cookie)
{
	return (int)cookie + 5;
}

static __noinline int deep(int x)
{
	barrier_var(x);
	if (x != 255)
		bpf_throw(x);
	return x;
}

SEC("tc")
__attribute__((btf_decl_tag("exception_callback:thrown"))) int exceptions(struct __sk_buff *skb)
{
	deep(seed(skb));
	return 1;
}

SEC("tc")
int exceptions_plain(struct __sk_buff *skb)
{
	deep(seed(skb));
	return 1;
}

/* ---- objects of a program's own types -------------------------------------------------------- */

extern void *bpf_obj_new_impl(u64 local_type_id, void *meta) __ksym __weak;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym __weak;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				    void *meta, u64 off) __ksym __weak;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym __weak;

struct item {
	struct bpf_list_node node;
	u32 number;
};

/* A lock and what it guards, in a section of their own that nobody maps. */
#define guarded SEC(".data.guarded") __hidden __attribute__((aligned(8)))
guarded struct bpf_spin_lock list_lock;
guarded struct bpf_list_head list __attribute__((btf_decl_tag("contains:item:node")));

SEC("tc")
int own_objects(struct __sk_buff *skb)
{
	struct item *item = bpf_obj_new_impl(__builtin_btf_type_id(*(struct item *)0, 0), NULL);
	struct bpf_list_node *node;
	int number;

	if (!item)
		return -1;
	item->number = seed(skb) + 3;
	bpf_spin_lock(&list_lock);
	bpf_list_push_front_impl(&list, &item->node, NULL, 0);
	node = bpf_list_pop_back(&list);
	bpf_spin_unlock(&list_lock);
	if (!node)
		return -2;
	item = (void *)node; /* the node is its first member */
	number = (int)item->number;
	bpf_obj_drop_impl(item, NULL);
	return number;
}

/* ---- sleeping -------------------------------------------------------------------------------- */

SEC("syscall")
int sleepable(struct input *in)
{
	u32 value = 0;

	return bpf_copy_from_user(&value, sizeof(value), (void *)in->address) == -14 /* EFAULT */
		       ? in->value + 1
		       : 0;
}

/* ---- instructions of CPU version 4, which older compilers do not know ------------------------ */

#define insn(op, regs, off, imm) ".byte " #op ", " #regs "; .2byte " #off "; .4byte " #imm "; "

SEC("tc")
int cpu_v4(struct __sk_buff *skb)
{
	long n = -(long)seed(skb) - 200, r;

	/* n = -207 for a seed of 7 */
	asm volatile("r1 = %[n];"
		     "r0 = r1;" insn(0x37, 0x00, 1, 2) /* r0 s/= 2: -103 */
		     insn(0xbf, 0x02, 8, 0) /* r2 = (s8)r0 */
		     "if r0 == 77 goto +1;" insn(0x06, 0x00, 0, 1) /* gotol +1 */
		     "r2 = 0;" insn(0xd7, 0x01, 0, 16) /* r1 = bswap16(r1): 0xff31 -> 0x31ff */
		     "r0 = r2;"
		     "r0 += r1;"
		     "%[r] = r0;"
		     : [r] "=r"(r)
		     : [n] "r"(n)
		     : "r0", "r1", "r2");
	return (int)r; /* 0x31ff - 103 */
}

SEC("tc")
int cpu_v4_load(struct __sk_buff *skb)
{
	volatile u8 byte = (u8)(seed(skb) + 240); /* 247: -9 */
	long r;

	asm volatile("r1 = %[p];" insn(0x91, 0x10, 0, 0) /* r0 = *(s8 *)(r1 + 0) */
		     "%[r] = r0;"
		     : [r] "=r"(r)
		     : [p] "r"(&byte)
		     : "r0", "r1", "memory");
	return (int)r;
}
