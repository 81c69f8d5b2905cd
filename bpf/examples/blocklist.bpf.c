/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * blocklist.bpf.c - drops packets from the addresses on a list, before the kernel's network stack
 * sees them, and counts what passes. Unit: blocklist.ini, which fills the list from a text file.
 *
 * Kernel 4.18 and later (XDP, prefix tries); global variables need 5.2.
 */
#include <cleat/bpf.h>

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd

enum verdict {
	PASSED,
	DROPPED,
	NOT_IP,
	VERDICTS,
};

struct counter {
	u64 packets;
	u64 bytes;
};

struct ipv4_prefix {
	u32 length;
	u8 address[4];
};

struct ipv6_prefix {
	u32 length;
	u8 address[16];
};

/* What happens to packets from an address on the list: XDP_PASS for a trial run. */
const volatile enum xdp_action action = XDP_DROP;

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct ipv4_prefix);
	__type(value, u32);
} blocked_v4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct ipv6_prefix);
	__type(value, u32);
} blocked_v6 SEC(".maps");

/* By verdict. (The kernel wants an integer type as the key of an array.) */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VERDICTS);
	__type(key, u32);
	__type(value, struct counter);
} counters SEC(".maps");

struct ethernet {
	u8 to[6];
	u8 from[6];
	u16 type;
} __attribute__((packed));

struct ipv4 {
	u8 version_length;
	u8 service;
	u16 bytes;
	u16 id;
	u16 fragment;
	u8 ttl;
	u8 protocol;
	u16 checksum;
	u8 from[4];
	u8 to[4];
};

struct ipv6 {
	u32 version_class_flow;
	u16 bytes;
	u8 next;
	u8 hops;
	u8 from[16];
	u8 to[16];
};

static __always_inline void count(u32 verdict, u64 bytes)
{
	struct counter *c = bpf_map_lookup_elem(&counters, &verdict);

	if (c) {
		c->packets++;
		c->bytes += bytes;
	}
}

static __always_inline enum verdict judge(void *data, void *end)
{
	struct ethernet *eth = data;

	if ((void *)(eth + 1) > end)
		return NOT_IP;
	if (eth->type == bpf_htons(ETHERTYPE_IPV4)) {
		struct ipv4 *ip = (void *)(eth + 1);
		struct ipv4_prefix key = { .length = 32 };

		if ((void *)(ip + 1) > end)
			return NOT_IP;
		__builtin_memcpy(key.address, ip->from, sizeof(key.address));
		return bpf_map_lookup_elem(&blocked_v4, &key) ? DROPPED : PASSED;
	}
	if (eth->type == bpf_htons(ETHERTYPE_IPV6)) {
		struct ipv6 *ip = (void *)(eth + 1);
		struct ipv6_prefix key = { .length = 128 };

		if ((void *)(ip + 1) > end)
			return NOT_IP;
		__builtin_memcpy(key.address, ip->from, sizeof(key.address));
		return bpf_map_lookup_elem(&blocked_v6, &key) ? DROPPED : PASSED;
	}
	return NOT_IP;
}

SEC("xdp")
int blocklist(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	enum verdict verdict = judge(data, end);

	count(verdict, end - data);
	return verdict == DROPPED ? action : XDP_PASS;
}

LICENSE("Dual BSD/GPL");
