/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - who binds, connects or sends to one port gets another, and is told yet others: a
 * number for each hook, so that what came of it says which hook it was. A last port is refused.
 */
#include <cleat/bpf.h>

#define ASKED 8001
#define REAL 9001
#define REFUSED 8666

u64 hits;

static __always_inline int go(struct bpf_sock_addr *ctx, int from, int to)
{
	__sync_fetch_and_add(&hits, 1);
	if (ctx->user_port == bpf_htons(REFUSED))
		return 0;
	if (ctx->user_port == bpf_htons(from))
		ctx->user_port = bpf_htons(to);
	return 1;
}

/* The other side, or the port that was given by chance: all become one. */
static __always_inline int say(struct bpf_sock_addr *ctx, int port)
{
	__sync_fetch_and_add(&hits, 1);
	ctx->user_port = bpf_htons(port);
	return 1;
}

SEC("cgroup/bind4")
int bind4(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/recvmsg4")
int recvmsg4(struct bpf_sock_addr *ctx)
{
	return say(ctx, 5001);
}

SEC("cgroup/getpeername4")
int getpeername4(struct bpf_sock_addr *ctx)
{
	return say(ctx, 6001);
}

SEC("cgroup/getsockname4")
int getsockname4(struct bpf_sock_addr *ctx)
{
	return say(ctx, 7001);
}

SEC("cgroup/bind6")
int bind6(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *ctx)
{
	return go(ctx, ASKED, REAL);
}

SEC("cgroup/recvmsg6")
int recvmsg6(struct bpf_sock_addr *ctx)
{
	return say(ctx, 5001);
}

SEC("cgroup/getpeername6")
int getpeername6(struct bpf_sock_addr *ctx)
{
	return say(ctx, 6001);
}

SEC("cgroup/getsockname6")
int getsockname6(struct bpf_sock_addr *ctx)
{
	return say(ctx, 7001);
}

LICENSE("Dual BSD/GPL");
