/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * calm.bpf.c - a congestion control for TCP: as Reno, but never with more packets under way than a limit
 * says. Unit: calm.ini.
 *
 * Shows: a struct of functions that the kernel calls (struct_ops), which become programs; members of the
 * kernel's structs that such programs may write. Linux 5.6, registered by a link 6.4.
 */
#include <cleat/bpf.h>

/* Packets of a connection that may be under way. */
const volatile u32 limit = 32;

/* How often the kernel asked. */
u64 acknowledgements;
u64 losses;

CLEAT_KERNEL_TYPES_BEGIN
struct sock;

struct tcp_sock {
	u32 snd_cwnd; /* packets that may be under way */
	u32 snd_cwnd_cnt; /* acknowledged since that grew last */
	u32 snd_ssthresh; /* up to there it grows fast */
	u32 prior_cwnd; /* before the last loss */
};
CLEAT_KERNEL_TYPES_END

struct tcp_congestion_ops {
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

/* The verifier knows that the socket of these programs is one of TCP. */
static __always_inline struct tcp_sock *tcp_of(struct sock *sk)
{
	return (struct tcp_sock *)sk;
}

/* A packet was lost: half as many from now on. */
SEC("struct_ops")
u32 BPF_PROG(calm_ssthresh, struct sock *sk)
{
	u32 half = tcp_of(sk)->snd_cwnd / 2;

	bpf_atomic_add(&losses, 1);
	return half > 2 ? half : 2;
}

/* Packets were acknowledged: as many more at first, and one more each round later. */
SEC("struct_ops")
void BPF_PROG(calm_cong_avoid, struct sock *sk, u32 ack, u32 acked)
{
	struct tcp_sock *tcp = tcp_of(sk);
	u32 window = tcp->snd_cwnd, count = tcp->snd_cwnd_cnt;

	bpf_atomic_add(&acknowledgements, 1);
	if (window < tcp->snd_ssthresh) {
		window += acked;
	} else {
		count += acked;
		if (count >= window) {
			count = 0;
			window++;
		}
	}
	tcp->snd_cwnd = window < limit ? window : limit;
	tcp->snd_cwnd_cnt = count;
}

/* It was not lost, only late. */
SEC("struct_ops")
u32 BPF_PROG(calm_undo_cwnd, struct sock *sk)
{
	struct tcp_sock *tcp = tcp_of(sk);

	return tcp->prior_cwnd > tcp->snd_cwnd ? tcp->prior_cwnd : tcp->snd_cwnd;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops calm = {
	.ssthresh = (void *)calm_ssthresh,
	.cong_avoid = (void *)calm_cong_avoid,
	.undo_cwnd = (void *)calm_undo_cwnd,
	.name = "cleat_calm",
};

LICENSE("GPL"); /* the kernel asks for it here */
