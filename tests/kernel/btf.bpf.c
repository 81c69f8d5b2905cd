// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * btf.bpf.c - types, many more than the kernel needs: some that only CO-RE asks for, and some that
 * must be there to the last member.
 */
#include <cleat/bpf.h>

char LICENSE[] SEC("license") = "GPL";

#define TIMES_4(m, n) m(n##0) m(n##1) m(n##2) m(n##3)
#define TIMES_16(m, n) TIMES_4(m, n##0) TIMES_4(m, n##1) TIMES_4(m, n##2) TIMES_4(m, n##3)
#define TIMES_64(m, n) TIMES_16(m, n##0) TIMES_16(m, n##1) TIMES_16(m, n##2) TIMES_16(m, n##3)

#define DECLARE_PART(n)                                   \
	struct part##n {                                  \
		__u64 first_member##n, second_member##n;  \
		__u64 another_member##n, and_one_more##n; \
		__u32 third_member##n, fourth_member##n;  \
	};
#define MEMBER(n) struct part##n member##n;

TIMES_64(DECLARE_PART, _)
TIMES_64(DECLARE_PART, _more_)

/* No kernel has it, and nobody reads it. */
struct of_no_use {
	TIMES_64(MEMBER, _)
	TIMES_64(MEMBER, _more_)
};

/* A global function may read as much as its argument's type is long. (CO-RE: not only declared.) */
struct argument {
	__u64 pad[6];
	__u64 last;
};

struct value {
	struct bpf_spin_lock lock;
	__u32 number;
	struct argument *unknown;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct value);
} locked SEC(".maps");

__u32 only_pid;
__u64 fired, seen;
bool unwanted = true;

__attribute__((noinline)) int last_of(struct argument *arg)
{
	return arg ? (int)arg->last : 0;
}

SEC("raw_tp/sys_enter")
int fires(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 != only_pid)
		return 0;
	unwanted = core_type_exists(struct of_no_use);
	fired++;
	return 0;
}

/* Linux 5.12: before, a global function takes numbers and the context. */
SEC("raw_tp/sys_enter")
int calls(void *ctx)
{
	struct argument arg = { .last = 7 };

	if (bpf_get_current_pid_tgid() >> 32 == only_pid)
		seen = core_type_exists(struct argument) ? 99 : last_of(&arg);
	return 0;
}

static long (*spin_lock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_lock;
static long (*spin_unlock)(struct bpf_spin_lock *lock) = (void *)BPF_FUNC_spin_unlock;

/* Without the types of the value the verifier knows of no lock in it. */
SEC("xdp")
int locks(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct value *value = bpf_map_lookup_elem(&locked, &key);

	if (!value)
		return XDP_PASS;
	spin_lock(&value->lock);
	value->number++;
	spin_unlock(&value->lock);
	return XDP_PASS;
}

/* Refused: the kernel's words name this file and line. */
SEC("?raw_tp/sys_enter")
int refused(void *ctx)
{
	return *(volatile int *)(ctx + 100000);
}
