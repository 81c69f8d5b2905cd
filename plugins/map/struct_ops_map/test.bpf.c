/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - TCP congestion control that counts: with a link, without one, only when asked for, and
 * in ways that cannot be. The structs have the members that are used, in an order of their own: where
 * they are in the kernel's is found by name.
 */
#include <cleat/bpf.h>

LICENSE("GPL");

struct sock;

struct tcp_congestion_ops {
	char name[16];
	u32 flags;
	u32 not_in_any_kernel;
	void (*init)(struct sock *sk);
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	void (*release)(struct sock *sk);
};

/* Its flavour is no part of a type's name. */
struct tcp_congestion_ops___odd {
	char name[16];
	u32 (*no_such_function)(struct sock *sk);
};

struct tcp_congestion_ops___wide {
	char name[16];
	u64 flags;
};

struct no_ops_of_this_kernel {
	void (*call)(void);
};

u64 inits, slows, avoids, extras;

SEC("struct_ops/init")
void BPF_PROG(on_init, struct sock *sk)
{
	inits++;
}

SEC("struct_ops/ssthresh")
u32 BPF_PROG(on_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/cong_avoid")
void BPF_PROG(on_cong_avoid, struct sock *sk, u32 ack, u32 acked)
{
	avoids++;
}

SEC("struct_ops")
u32 BPF_PROG(on_undo_cwnd, struct sock *sk)
{
	return 10;
}

SEC("struct_ops/init")
void BPF_PROG(on_other_init, struct sock *sk)
{
	extras++;
}

#define USUAL                                                                 \
	.ssthresh = (void *)on_ssthresh, .cong_avoid = (void *)on_cong_avoid, \
	.undo_cwnd = (void *)on_undo_cwnd

SEC(".struct_ops.link")
struct tcp_congestion_ops linked = {
	.name = "cleat_linked",
	.init = (void *)on_init,
	USUAL,
};

SEC(".struct_ops")
struct tcp_congestion_ops plain = {
	.name = "cleat_plain",
	.init = (void *)on_init,
	USUAL,
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops extra = {
	.name = "cleat_extra",
	.init = (void *)on_other_init,
	USUAL,
};

/* Which member a program is, it is told when it is loaded: it can be one alone. */
SEC("?.struct_ops.link")
struct tcp_congestion_ops twice = {
	.name = "cleat_twice",
	.init = (void *)on_other_init,
	.release = (void *)on_other_init,
	USUAL,
};

/* The kernel wants a name that nobody has. */
SEC("?.struct_ops.link")
struct tcp_congestion_ops same_name = {
	.name = "cleat_linked",
	USUAL,
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops unfinished = {
	.name = "cleat_short",
	.init = (void *)on_init,
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops too_new = {
	.name = "cleat_new",
	.not_in_any_kernel = 1,
	USUAL,
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops___odd odd = {
	.name = "cleat_odd",
	.no_such_function = (void *)on_ssthresh,
};

SEC("?.struct_ops.link")
struct tcp_congestion_ops___wide wide = {
	.name = "cleat_wide",
	.flags = 1,
};

SEC("?.struct_ops")
struct no_ops_of_this_kernel strange = { 0 };
