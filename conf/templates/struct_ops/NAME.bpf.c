/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * @NAME@.bpf.c - @SUMMARY@.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct sock;

/* What is used of the kernel's struct; where the members are is looked up when it is loaded. */
struct tcp_congestion_ops {
	char name[16];
	u32 flags;
	void (*init)(struct sock *sk);
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
};

/* Read by @NAME@ while it runs. */
u64 seen;

SEC("struct_ops/init")
void BPF_PROG(on_init, struct sock *sk)
{
	__sync_fetch_and_add(&seen, 1);
}

SEC("struct_ops/ssthresh")
u32 BPF_PROG(on_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(on_cong_avoid, struct sock *sk, u32 ack, u32 acked)
{
}

SEC("struct_ops/undo_cwnd")
u32 BPF_PROG(on_undo_cwnd, struct sock *sk)
{
	return 10;
}

/* Registered while it is attached: sysctl net.ipv4.tcp_congestion_control=@ID@ chooses it. */
SEC(".struct_ops")
struct tcp_congestion_ops ops = {
	.name = "@ID@",
	.flags = 1, /* TCP_CONG_NON_RESTRICTED: not for the administrator alone */
	.init = (void *)on_init,
	.ssthresh = (void *)on_ssthresh,
	.cong_avoid = (void *)on_cong_avoid,
	.undo_cwnd = (void *)on_undo_cwnd,
};
