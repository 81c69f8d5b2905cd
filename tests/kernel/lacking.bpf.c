// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * lacking.bpf.c - programs that use what kernels have not always had, and can do without: global
 * variables that are mapped, bpf_probe_read_kernel(), types, names, links.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct seen {
	u32 number, copy;
};

/* under its number what each program has seen; other keys are the test's */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, struct seen);
} table SEC(".maps");

u32 only_pid;
u32 number = 5;
u32 verdict;

static __noinline void write(u32 program)
{
	struct seen s = { .number = number };

	bpf_probe_read_kernel(&s.copy, sizeof(s.copy), &s.number);
	bpf_map_update_elem(&table, &program, &s, BPF_ANY);
}

SEC("raw_tp/sys_enter")
int raw(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == only_pid)
		write(9001);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_kill")
int traced(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == only_pid)
		write(9002);
	return 0;
}

SEC("?kprobe/do_nanosleep")
int probe(void *ctx)
{
	return 0;
}

SEC("xdp")
int packets(struct xdp_md *ctx)
{
	return verdict ? (int)verdict : XDP_PASS;
}

SEC("cgroup_skb/egress")
int sending(struct __sk_buff *skb)
{
	return 0;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	return BPF_OK;
}

SEC("raw_tp/sys_enter")
int long_one(void *ctx)
{
	u64 n = 0;

	asm volatile(".rept 5000\n%0 += 1\n.endr" : "+r"(n));
	return (int)n;
}
