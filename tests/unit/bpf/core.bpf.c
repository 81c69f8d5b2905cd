// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * core.bpf.c - accesses that a compiler records for CO-RE. The types are wrong on purpose: members
 * are where no kernel has them, so that an access that was not relocated shows.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
	struct list_head *next, *prev;
};

struct mm_struct {
	char pad[3];
	union {
		struct {
			u64 start_stack;
			u64 env_end;
		};
	};
};

struct task_struct {
	char comm[16];
	int tgid;
	int pid;
	int no_such_member;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct list_head children;
};

struct task_struct___flavour {
	int pid;
};

struct sk_buff {
	u32 len;
	u8 pkt_type : 2;
	u8 ip_summed : 1;
};

struct trace_event_raw_sys_enter {
	long id;
	unsigned long args[6];
};

struct no_such_struct {
	int x;
};

union bpf_attr {
	u32 max_entries;
};

#pragma clang attribute pop

enum bpf_map_type {
	BPF_MAP_TYPE_RINGBUF = 1000,
	BPF_MAP_TYPE_NO_SUCH = 1001,
};

enum field_info {
	OFFSET,
	SIZE,
	EXISTS,
	SIGNED,
	LSHIFT,
	RSHIFT,
};

enum type_info {
	TYPE_EXISTS,
	TYPE_SIZE,
	TYPE_MATCHES,
};

/* Each result is stored, so that nothing is optimized away; the test knows the order. */
u64 out[64];

SEC("tc")
int offsets(void *ctx)
{
	struct task_struct *task = ctx;

	out[0] = task->pid;
	out[1] = task->tgid;
	out[2] = task->comm[5];
	out[3] = (u64)task->real_parent;
	out[4] = (u64)task->children.prev;
	out[5] = task->no_such_member;
	out[6] = ((struct task_struct___flavour *)ctx)->pid;
	out[7] = ((struct mm_struct *)ctx)->env_end;
	out[8] = ((struct trace_event_raw_sys_enter *)ctx)->args[3];
	out[9] = ((union bpf_attr *)ctx)->max_entries;
	out[10] = ((struct no_such_struct *)ctx)->x;
	return 0;
}

#define INFO(expr, kind) __builtin_preserve_field_info(expr, kind)

SEC("tc")
int fields(void *ctx)
{
	struct task_struct *task = ctx;
	struct sk_buff *skb = ctx;

	out[0] = INFO(task->pid, OFFSET);
	out[1] = INFO(task->comm, SIZE);
	out[2] = INFO(task->comm, EXISTS);
	out[3] = INFO(task->no_such_member, EXISTS);
	out[4] = INFO(task->pid, SIGNED);
	out[5] = INFO(task->pid, LSHIFT);
	out[6] = INFO(task->pid, RSHIFT);
	out[7] = INFO(skb->ip_summed, OFFSET);
	out[8] = INFO(skb->ip_summed, SIZE);
	out[9] = INFO(skb->ip_summed, LSHIFT);
	out[10] = INFO(skb->ip_summed, RSHIFT);
	out[11] = INFO(skb->ip_summed, SIGNED);
	return 0;
}

SEC("tc")
int types(void *ctx)
{
	out[0] = __builtin_preserve_type_info(*(struct task_struct *)0, TYPE_EXISTS);
	out[1] = __builtin_preserve_type_info(*(struct task_struct *)0, TYPE_SIZE);
	out[2] = __builtin_preserve_type_info(*(struct no_such_struct *)0, TYPE_EXISTS);
	out[3] = __builtin_preserve_type_info(*(struct no_such_struct *)0, TYPE_SIZE);
	out[4] = __builtin_btf_type_id(*(struct task_struct *)0, 0);
	out[5] = __builtin_btf_type_id(*(struct task_struct *)0, 1);
	out[6] = __builtin_preserve_enum_value(*(enum bpf_map_type *)BPF_MAP_TYPE_RINGBUF, 0);
	out[7] = __builtin_preserve_enum_value(*(enum bpf_map_type *)BPF_MAP_TYPE_NO_SUCH, 0);
	out[8] = __builtin_preserve_enum_value(*(enum bpf_map_type *)BPF_MAP_TYPE_RINGBUF, 1);
	out[9] = __builtin_preserve_enum_value(*(enum bpf_map_type *)BPF_MAP_TYPE_NO_SUCH, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
