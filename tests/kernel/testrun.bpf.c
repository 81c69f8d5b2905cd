/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * testrun.bpf.c - what the programs return is made of the packet and of the context that they are
 * run with; and one on a function that the kernel has to be called by that command.
 */
#include <cleat/bpf.h>

#define NF_ACCEPT 1

/* The third byte of the IPv4 header and what follows: the length that the packet says it has. */
static __always_inline int look(struct __sk_buff *skb, int from)
{
	u8 length[2] = { 0 };

	if (bpf_skb_load_bytes(skb, from + 2, length, sizeof(length)))
		return -1;
	return length[0] << 8 | length[1];
}

SEC("socket")
int filter(struct __sk_buff *skb)
{
	return look(skb, 0);
}

SEC("tc")
int classifier(struct __sk_buff *skb)
{
	return look(skb, 14) + (int)skb->mark;
}

SEC("cgroup_skb/egress")
int sending(struct __sk_buff *skb)
{
	return look(skb, 0) == 28 && skb->mark == 7;
}

SEC("lwt_xmit")
int leaving(struct __sk_buff *skb)
{
	return look(skb, 0);
}

SEC("xdp")
int ping(struct xdp_md *ctx)
{
	u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 34 > end || data[17] != 28)
		return XDP_PASS;
	data[17] = 29; /* seen in what comes out */
	return XDP_TX;
}

/* Run with live frames, its packets reach whatever would have come behind it. */
SEC("xdp")
int letting(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	struct bpf_flow_keys *keys = skb->flow_keys;

	return keys->nhoff == 14 ? BPF_OK : BPF_DROP;
}

SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	return ctx->local_port == 7777 ? SK_DROP : SK_PASS;
}

SEC("netfilter")
int look_on(void *ctx)
{
	return NF_ACCEPT;
}

/* The arguments of a tracepoint, two of them: an address would not say more than a number. */
SEC("raw_tp/sys_enter")
int traced(struct bpf_raw_tracepoint_args *ctx)
{
	return (int)(ctx->args[0] * 100 + ctx->args[1]);
}

struct sum {
	u32 a, b, sum;
};

SEC("syscall")
int add(struct sum *s)
{
	s->sum = s->a + s->b;
	return s->sum;
}

u64 entered;

/* Its argument is 1. */
SEC("?fentry/bpf_fentry_test1")
int BPF_PROG(entry, int a)
{
	entered += a;
	return 0;
}

LICENSE("Dual BSD/GPL");
