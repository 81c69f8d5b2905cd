/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * steer.bpf.c - one server for many ports and addresses: connections to them are given to its socket,
 * wherever it listens. Unit: steer.ini, which says which ports, and which socket.
 *
 * Shows: the choice of a socket before the kernel looks for one (sk_lookup), and references to sockets,
 * which are given back. Linux 5.9.
 */
#include <cleat/bpf.h>

/* Ports that the server has, and how many connections came to each. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u64);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} server SEC(".maps");

SEC("sk_lookup")
int steer(struct bpf_sk_lookup *ctx)
{
	u32 port = ctx->local_port, zero = 0;
	u64 *connections = bpf_map_lookup_elem(&ports, &port);
	struct bpf_sock *sk;
	long error;

	if (!connections)
		return SK_PASS; /* as if this program were not there */
	sk = bpf_map_lookup_elem(&server, &zero);
	if (!sk)
		return SK_PASS;
	error = bpf_sk_assign(ctx, sk, 0);
	bpf_sk_release(sk);
	if (error)
		return SK_DROP; /* UDP for a TCP server, IPv6 for one of IPv4: a clear answer */
	bpf_atomic_add(connections, 1);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
