/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcplife.bpf.c - a record for each TCP connection when it is over: whose it was, between whom, how long,
 * and how much went both ways. Unit: tcplife.ini.
 *
 * Shows: one tracepoint that sees all states of a socket, a life that is kept by the socket's address,
 * a kernel struct read through a pointer that the verifier does not know (CORE_READ). Linux 5.8.
 */
#include <cleat/bpf.h>

struct in6_addr {
	u8 bytes[16];
};

struct connection {
	u32 pid; /* of who connected, or closed it first */
	char comm[16];
	struct in6_addr local, remote; /* IPv4 addresses as ::ffff:a.b.c.d */
	u16 local_port, remote_port;
	u64 sent_bytes, received_bytes; /* what begins and ends a connection counts as one each */
	u64 took_ms;
};

/* 0: any; else connections with this port on one side or the other. */
const volatile u16 only_port;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__record(struct connection);
} connections SEC(".maps");

/* Records that found the ring full. */
u64 lost;

struct life {
	u64 since;
	u32 pid;
	char comm[16];
};

/* By the socket's address in the kernel. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, struct life);
} lives SEC(".maps");

CLEAT_KERNEL_TYPES_BEGIN
struct tcp_sock {
	u64 bytes_received, bytes_acked;
};
CLEAT_KERNEL_TYPES_END

enum {
	ESTABLISHED = 1,
	SYN_SENT = 2,
	SYN_RECV = 3,
	FIN_WAIT1 = 4,
	CLOSED = 7,
	CLOSE_WAIT = 8,
	LAST_ACK = 9,
	PROTOCOL_TCP = 6,
};

/* As in events/sock/inet_sock_set_state/format of tracefs. */
struct state_change {
	u64 common;
	u64 sock;
	s32 before, now;
	u16 local_port, remote_port;
	u16 family;
	u16 protocol;
	u8 local_v4[4], remote_v4[4];
	struct in6_addr local, remote;
};

static __always_inline void report(struct state_change *ctx, const struct life *life)
{
	struct tcp_sock *tcp = (void *)ctx->sock;
	struct connection *c = bpf_ringbuf_reserve(&connections, sizeof(*c), 0);

	if (!c) {
		bpf_atomic_add(&lost, 1);
		return;
	}
	c->pid = life->pid;
	__builtin_memcpy(c->comm, life->comm, sizeof(c->comm));
	__builtin_memcpy(&c->local, &ctx->local, sizeof(c->local));
	__builtin_memcpy(&c->remote, &ctx->remote, sizeof(c->remote));
	c->local_port = ctx->local_port;
	c->remote_port = ctx->remote_port;
	c->sent_bytes = CORE_READ(tcp, bytes_acked);
	c->received_bytes = CORE_READ(tcp, bytes_received);
	c->took_ms = (bpf_ktime_get_ns() - life->since) / 1000000;
	bpf_ringbuf_submit(c, 0);
}

SEC("tp/sock/inet_sock_set_state")
int on_state(struct state_change *ctx)
{
	struct life new = { .pid = 0 }, *life;
	u64 key = ctx->sock;

	/* The protocol has had 16 bits since Linux 5.6, and 8 before. */
	if ((u8)ctx->protocol != PROTOCOL_TCP)
		return 0;
	life = bpf_map_lookup_elem(&lives, &key);
	if (ctx->now == SYN_SENT || ctx->now == SYN_RECV || (ctx->now == ESTABLISHED && !life)) {
		new.since = bpf_ktime_get_ns();
		if (ctx->now == SYN_SENT) {
			new.pid = bpf_get_current_pid_tgid() >> 32;
			bpf_get_current_comm(new.comm, sizeof(new.comm));
		}
		bpf_map_update_elem(&lives, &key, &new, BPF_ANY);
		return 0;
	}
	if (!life)
		return 0;
	/* A process closes its side; all else is seen in whichever process the packet found running. */
	if (!life->pid &&
	    (ctx->now == FIN_WAIT1 || ctx->now == LAST_ACK || ctx->before == CLOSE_WAIT)) {
		life->pid = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(life->comm, sizeof(life->comm));
	}
	if (ctx->now == CLOSED) {
		if (!only_port || ctx->local_port == only_port || ctx->remote_port == only_port)
			report(ctx, life);
		bpf_map_delete_elem(&lives, &key);
	}
	return 0;
}

LICENSE("Dual BSD/GPL");
