/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - programs that are, and are not, functions of a struct of the kernel's.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct sock;

struct tcp_congestion_ops {
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

u64 tail;

SEC("struct_ops/cong_avoid")
void BPF_PROG(avoid, struct sock *sk, u32 ack, u32 acked)
{
	tail = ack;
}

SEC("struct_ops/ssthresh")
u32 BPF_PROG(two, struct sock *sk)
{
	return 2;
}

SEC("struct_ops")
u32 BPF_PROG(ten, struct sock *sk)
{
	return 10;
}

/* Nothing refers to it. */
SEC("?struct_ops/forgotten")
u32 BPF_PROG(forgotten, struct sock *sk)
{
	return 1;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops one = {
	.ssthresh = (void *)two,
	.cong_avoid = (void *)avoid,
	.name = "cleat_one",
	.undo_cwnd = (void *)ten,
};

/* A program is one member; so this is two programs' work. */
SEC("?.struct_ops.link")
struct tcp_congestion_ops twice = {
	.ssthresh = (void *)ten,
	.cong_avoid = (void *)avoid,
	.undo_cwnd = (void *)ten,
	.name = "cleat_twice",
};

/* A program of another kind. */
SEC("?socket")
int packets(void *ctx)
{
	return 0;
}

SEC("?.struct_ops.link")
struct tcp_congestion_ops mixed = {
	.ssthresh = (void *)packets,
	.cong_avoid = (void *)avoid,
	.undo_cwnd = (void *)ten,
	.name = "cleat_mixed",
};
