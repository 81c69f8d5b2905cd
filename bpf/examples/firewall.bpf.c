/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * firewall.bpf.c - a firewall that keeps no state: connections come in only at ports that are open, before
 * the kernel's network stack sees them, and the machine's own connections get their answers. Unit:
 * firewall.ini, which says which ports.
 *
 * Shows: packets header by header, within their bounds (VLAN tags, options, extension headers); rules as a
 * map that can be changed while it runs; counters by verdict. Linux 5.3.
 */
#include <cleat/bpf.h>
#include <cleat/bpf/packet.h>

enum protocol {
	TCP = PKT_TCP,
	UDP = PKT_UDP,
};

struct service {
	enum protocol protocol;
	u32 port;
};

enum verdict {
	PASSED,
	DROPPED,
	BROKEN, /* headers that contradict themselves, or end too early */
	VERDICTS,
};

/* What happens to what is not wanted: XDP_PASS for a trial run, with the counters to look at. */
const volatile enum xdp_action action = XDP_DROP;
/* Answers to datagrams come to ports from here on (net.ipv4.ip_local_port_range). */
const volatile u16 own_ports_from = 32768;

/* Packets that came for each service; that it is there says that it is open. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct service);
	__type(value, u64);
} open_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VERDICTS);
	__type(key, u32);
	__type(value, u64);
} verdicts SEC(".maps");

static __always_inline bool is_open(enum protocol protocol, u16 port)
{
	struct service service = { .protocol = protocol, .port = bpf_ntohs(port) };
	u64 *packets = bpf_map_lookup_elem(&open_ports, &service);

	if (packets)
		bpf_atomic_add(packets, 1);
	return packets;
}

static __always_inline enum verdict judge(const struct pkt_headers *h)
{
	if (!h->eth || (h->type == PKT_IPV4 && !h->ipv4) || (h->type == PKT_IPV6 && !h->ipv6))
		return BROKEN;
	switch (h->protocol) {
	case PKT_TCP:
		if (!h->tcp)
			return BROKEN;
		/* The first packet of a connection decides; the others are of one, or get a reset. */
		if (h->tcp->syn && !h->tcp->ack && !is_open(TCP, h->tcp->to))
			return DROPPED;
		return PASSED;
	case PKT_UDP:
		if (!h->udp)
			return BROKEN;
		if (bpf_ntohs(h->udp->to) < own_ports_from && !is_open(UDP, h->udp->to))
			return DROPPED;
		return PASSED;
	}
	return PASSED; /* ARP, ICMP, later fragments: useless without what is dropped */
}

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	struct pkt_headers h;
	u32 verdict;
	u64 *count;

	pkt_headers(&h, pkt_of(ctx));
	verdict = judge(&h);
	count = bpf_map_lookup_elem(&verdicts, &verdict);
	if (count)
		*count += 1; /* a CPU has its own */
	return verdict == PASSED ? XDP_PASS : action;
}

LICENSE("Dual BSD/GPL");
