/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * egress.bpf.c - what the processes of a cgroup may send to: everything but the addresses on the
 * list is refused and reported. Unit: egress.ini.
 *
 * Kernel 5.8 and later (ring buffer).
 */
#include <cleat/bpf.h>
#include <cleat/bpf/packet.h>

enum policy {
	DENY,
	ALLOW,
};

struct ipv4_prefix {
	u32 length;
	u8 address[4];
};

struct denied {
	u32 uid;
	struct in_addr {
		u32 s_addr;
	} to;
	u8 protocol;
};

/* For addresses that are not on the list. */
const volatile enum policy otherwise = DENY;

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct ipv4_prefix);
	__type(value, enum policy);
} addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
	__record(struct denied);
} refusals SEC(".maps");

/* Packets by decision. */
u64 allowed;
u64 refused;

static __always_inline void report(struct __sk_buff *skb, const struct pkt_ipv4 *ip)
{
	struct denied *d = bpf_ringbuf_reserve(&refusals, sizeof(*d), 0);

	if (!d)
		return;
	d->uid = bpf_get_socket_uid(skb);
	__builtin_memcpy(&d->to, ip->to, sizeof(d->to));
	d->protocol = ip->protocol;
	bpf_ringbuf_submit(d, 0);
}

/* 1 lets the packet go, 0 refuses it: the sender gets EPERM. */
SEC("cgroup_skb/egress")
int egress(struct __sk_buff *skb)
{
	struct ipv4_prefix key = { .length = 32 };
	enum policy *policy, decision = otherwise;
	struct pkt_ipv4 ip;

	if (skb->protocol != bpf_htons(PKT_IPV4) || bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return 1;
	__builtin_memcpy(key.address, ip.to, sizeof(key.address));
	policy = bpf_map_lookup_elem(&addresses, &key);
	if (policy)
		decision = *policy;
	if (decision == ALLOW) {
		bpf_atomic_add(&allowed, 1);
		return 1;
	}
	bpf_atomic_add(&refused, 1);
	report(skb, &ip);
	return 0;
}

LICENSE("Dual BSD/GPL");
