/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * shortcut.bpf.c - a proxy for connections between processes of this machine: what one sends is put into
 * the other's socket at once, without packets, the loopback interface or a process in between. Unit:
 * shortcut.ini, which says for which cgroup.
 *
 * Shows: a program that sees connections come up (sockops) and puts them into a map, and one that decides on
 * each message of the sockets in the map (sk_msg). Linux 4.18; connections of IPv4.
 */
#include <cleat/bpf.h>

#define INET 2 /* AF_INET */

/* One side of a connection, as it sees it. */
struct side {
	u32 local, remote;
	u32 local_port, remote_port;
};

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 65536);
	__type(key, struct side);
	__type(value, u64);
} sides SEC(".maps");

/* Messages and bytes that took the short way. */
u64 messages;
u64 bytes;

/*
 * Both sides of a connection to this machine are seen here, since both are processes of the cgroup; the
 * map has no other side for those to elsewhere.
 */
SEC("sockops")
int on_connection(struct bpf_sock_ops *ops)
{
	struct side side;

	if (ops->family != INET)
		return 1;
	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		side = (struct side) {
			.local = ops->local_ip4,
			.remote = ops->remote_ip4,
			.local_port = ops->local_port,
			.remote_port =
				bpf_ntohl(ops->remote_port), /* big endian, unlike the other */
		};
		bpf_sock_hash_update(ops, &sides, &side, BPF_ANY);
	}
	return 1;
}

SEC("sk_msg")
int on_message(struct sk_msg_md *msg)
{
	/* The other side has the same numbers the other way round. */
	struct side other = {
		.local = msg->remote_ip4,
		.remote = msg->local_ip4,
		.local_port = bpf_ntohl(msg->remote_port),
		.remote_port = msg->local_port,
	};

	/* Into what the other side receives; what is not in the map goes its usual way. */
	if (bpf_msg_redirect_hash(msg, &sides, &other, BPF_F_INGRESS) == SK_PASS) {
		bpf_atomic_add(&messages, 1);
		bpf_atomic_add(&bytes, msg->size);
	}
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
