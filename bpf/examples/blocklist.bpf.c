/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * blocklist.bpf.c - drops packets from the addresses on a list, before the kernel's network stack
 * sees them, and counts what passes. Unit: blocklist.ini, which fills the list from a text file.
 *
 * Kernel 5.3 and later (loops over IPv6 extension headers).
 */
#include <cleat/bpf.h>
#include <cleat/bpf/packet.h>

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

static __always_inline void count(u32 verdict, u64 bytes)
{
	struct counter *c = bpf_map_lookup_elem(&counters, &verdict);

	if (c) {
		c->packets++;
		c->bytes += bytes;
	}
}

static __always_inline enum verdict judge(struct pkt packet)
{
	struct ipv4_prefix v4 = { .length = 32 };
	struct ipv6_prefix v6 = { .length = 128 };
	struct pkt_headers h;

	pkt_headers(&h, packet);
	if (h.ipv4) {
		__builtin_memcpy(v4.address, h.ipv4->from, sizeof(v4.address));
		return bpf_map_lookup_elem(&blocked_v4, &v4) ? DROPPED : PASSED;
	}
	if (h.ipv6) {
		__builtin_memcpy(v6.address, h.ipv6->from, sizeof(v6.address));
		return bpf_map_lookup_elem(&blocked_v6, &v6) ? DROPPED : PASSED;
	}
	return NOT_IP;
}

SEC("xdp")
int blocklist(struct xdp_md *ctx)
{
	struct pkt packet = pkt_of(ctx);
	enum verdict verdict = judge(packet);

	count(verdict, packet.end - packet.at);
	return verdict == DROPPED ? action : XDP_PASS;
}

LICENSE("Dual BSD/GPL");
