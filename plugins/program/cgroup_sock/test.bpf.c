/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * test.bpf.c - refuses datagram sockets, marks the others, counts those that go, refuses a port.
 */
#include <cleat/bpf.h>

#define SOCK_DGRAM 2

const volatile u32 port = 4444;
u64 made, released, bound;

static __always_inline int create(struct bpf_sock *sk)
{
	__sync_fetch_and_add(&made, 1);
	if (sk->type == SOCK_DGRAM)
		return 0;
	sk->mark = 0x1234;
	sk->priority = 5;
	return 1;
}

SEC("cgroup/sock_create")
int creating(struct bpf_sock *sk)
{
	return create(sk);
}

SEC("cgroup/sock")
int any(struct bpf_sock *sk)
{
	return create(sk);
}

SEC("cgroup/sock_release")
int releasing(struct bpf_sock *sk)
{
	__sync_fetch_and_add(&released, 1);
	return 1;
}

static __always_inline int bind(struct bpf_sock *sk)
{
	__sync_fetch_and_add(&bound, 1);
	return sk->src_port != port;
}

SEC("cgroup/post_bind4")
int binding4(struct bpf_sock *sk)
{
	return bind(sk);
}

SEC("cgroup/post_bind6")
int binding6(struct bpf_sock *sk)
{
	return bind(sk);
}

LICENSE("Dual BSD/GPL");
