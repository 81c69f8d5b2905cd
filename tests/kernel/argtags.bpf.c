// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * argtags.bpf.c - global functions that need to be told what their arguments are, called by
 * programs whose contexts have different names.
 */
#include <cleat/bpf.h>

struct task_struct {
	int tgid;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} argtags_seen SEC(".maps");

/* Only a context has a second word, as far as the verifier knows. */
__noinline int ctx_word(void *ctx __arg_ctx)
{
	__u32 key = 0;
	__u64 word = ((__u64 *)ctx)[1];

	bpf_map_update_elem(&argtags_seen, &key, &word, BPF_ANY);
	return 0;
}

/* Without the tag, as long as there is no comparison with NULL, this may not be read. */
__noinline int first_of(int *numbers __arg_nonnull)
{
	return *numbers;
}

__noinline int group_of(struct task_struct *task __arg_trusted)
{
	return task->tgid;
}

__noinline int is_there(struct task_struct *task __arg_trusted __arg_nullable)
{
	return task ? 1 : 0;
}

__noinline int untrusted(struct task_struct *task __arg_untrusted)
{
	return task->tgid;
}

__noinline int in_arena(int *page __arg_arena)
{
	return page ? 1 : 0;
}

SEC("raw_tp/sched_process_exec")
int by_raw(void *ctx)
{
	return ctx_word(ctx);
}

SEC("tp/sched/sched_process_exit")
int by_tracepoint(void *ctx)
{
	return ctx_word(ctx);
}

SEC("kprobe")
int by_kprobe(void *ctx)
{
	return ctx_word(ctx);
}

SEC("perf_event")
int by_perf_event(void *ctx)
{
	return ctx_word(ctx);
}

SEC("tp_btf/sched_process_exec")
int others(unsigned long long *ctx)
{
	__u32 key = 1;
	int numbers[2] = { 40, 2 };
	__u64 seen;

	seen = first_of(numbers);
	seen += is_there((struct task_struct *)ctx[0]);
	seen += group_of((struct task_struct *)ctx[0]) > 0;
	bpf_map_update_elem(&argtags_seen, &key, &seen, BPF_ANY);
	return 0;
}

__noinline int length_of(void *skb __arg_ctx)
{
	return (int)((struct __sk_buff *)skb)->len;
}

__noinline int verdict_of(struct __sk_buff *skb)
{
	volatile int verdict = 7;

	return skb ? verdict : 0;
}

SEC("?tc")
int replaced(struct __sk_buff *skb)
{
	return verdict_of(skb);
}

/* What the context is, only the program says whose function this replaces. */
SEC("?freplace/verdict_of")
int replacing(struct __sk_buff *skb)
{
	return length_of(skb);
}

/* The same, as all kernels have it that can do it at all. */
__noinline int plain_length_of(struct __sk_buff *skb)
{
	return (int)skb->len;
}

SEC("?freplace/verdict_of")
int replacing_plainly(struct __sk_buff *skb)
{
	return plain_length_of(skb);
}

SEC("?tp_btf/sched_process_exec")
int newer(unsigned long long *ctx)
{
	__u32 key = 2;
	__u64 seen = untrusted((struct task_struct *)ctx[0]) > 0;

	seen += in_arena((int *)bpf_get_current_pid_tgid());
	bpf_map_update_elem(&argtags_seen, &key, &seen, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
