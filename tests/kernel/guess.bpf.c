// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* guess.bpf.c - what an application would have to say before this loads, for guess.sh. */
#include <cleat/bpf.h>

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
} sized_later SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(__u32));
} stacks_later SEC(".maps");

SEC("part") __attribute__((noinline)) int half(__u32 x)
{
	return x / 2;
}

/* Nothing but its context says what it is. */
SEC("loadbalancer")
int balance(struct __sk_buff *skb)
{
	__u32 key = half(skb->len);
	__u64 *value = bpf_map_lookup_elem(&sized_later, &key);

	return value ? (int)*value : 0;
}

/* Its section's first word does. */
SEC("xdp_mine")
int mine(struct xdp_md *ctx)
{
	return ctx->data == ctx->data_end ? XDP_DROP : XDP_PASS;
}

SEC("kprobe")
int traced(void *ctx)
{
	return bpf_get_stackid(ctx, &stacks_later, 0) < 0;
}

u64 seen;

/* What LIMIT is the application says. */
SEC("socket")
int limited(struct __sk_buff *skb)
{
	u64 limit;

	asm volatile("%0 = LIMIT ll" : "=r"(limit));
	seen = limit;
	return 0;
}

/* Neither: and as none of the usual ones may it read beyond its context. */
SEC("mystery")
int refused(void *ctx)
{
	return *((volatile __u32 *)ctx + 100000);
}
