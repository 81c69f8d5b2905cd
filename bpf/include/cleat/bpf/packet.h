/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet.h - packets, header by header, never over their end. A cursor goes through the packet; each
 * function checks that its header is there, goes past it, and returns it, or NULL.
 *
 *	struct pkt p = pkt_of(ctx);                         // XDP, tc: anything with data and data_end
 *	struct pkt_eth *eth = pkt_eth(&p, &type);           // VLAN tags are gone past
 *	if (type == PKT_IPV4 && (ip = pkt_ipv4(&p, &proto)) && proto == PKT_TCP)
 *		tcp = pkt_tcp(&p);
 *
 * Or all at once, as far as it goes: what is not there is NULL.
 *
 *	struct pkt_headers h;
 *	pkt_headers(&h, pkt_of(ctx));
 *	if (h.tcp && h.tcp->syn) ...
 *
 * Types and protocols come as numbers of the machine, members of headers are as in the packet (big
 * endian: bpf_ntohs()). IPv6 extension headers are gone past, up to eight; fragments but the first have
 * nothing behind the IP header (protocol PKT_FRAGMENT). Headers in packets, where the program may
 * write, can be changed; pkt_csum_...() keep checksums right.
 *
 * tc, cgroups and sockets have only the beginning of large packets there: bpf_skb_pull_data() first.
 * Linux 4.8 (direct access), 5.3 (the loop over extension headers).
 * Compiles for the machine too: for tests of what is built on it.
 */
#ifndef CLEAT_BPF_PACKET_H
#define CLEAT_BPF_PACKET_H

#ifdef __bpf__
#include <cleat/bpf.h>
#else
#include <linux/types.h>
#include <stddef.h>
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef barrier_var
#define barrier_var(v) asm volatile("" : "+r"(v))
#endif
#endif

#define CLEAT_PKT static __always_inline __attribute__((unused))

enum pkt_type {
	PKT_IPV4 = 0x0800,
	PKT_ARP = 0x0806,
	PKT_VLAN = 0x8100,
	PKT_IPV6 = 0x86dd,
	PKT_QINQ = 0x88a8,
};

enum pkt_protocol {
	PKT_HOP_BY_HOP = 0,
	PKT_ICMP = 1,
	PKT_TCP = 6,
	PKT_UDP = 17,
	PKT_ROUTING = 43,
	PKT_IPV6_FRAGMENT = 44,
	PKT_ESP = 50,
	PKT_AH = 51,
	PKT_ICMPV6 = 58,
	PKT_NO_NEXT = 59,
	PKT_DESTINATION = 60,
	PKT_SCTP = 132,
	PKT_MOBILITY = 135,
	PKT_FRAGMENT = 256, /* not a number in packets: a later part of one */
};

struct pkt_eth {
	__u8 to[6];
	__u8 from[6];
	__u16 type;
} __attribute__((packed));

struct pkt_vlan {
	__u16 tag; /* priority << 13 | drop << 12 | id */
	__u16 type;
} __attribute__((packed));

struct pkt_arp {
	__u16 hardware, protocol;
	__u8 hardware_size, protocol_size;
	__u16 operation;
	__u8 from_mac[6], from_ip[4], to_mac[6], to_ip[4];
} __attribute__((packed));

struct pkt_ipv4 {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	__u8 words : 4, version : 4;
#else
	__u8 version : 4, words : 4;
#endif
	__u8 service;
	__u16 bytes;
	__u16 id;
	__u16 fragment; /* don't << 14 | more << 13 | offset in 8 bytes */
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	union {
		__u8 from[4];
		__u32 from32;
	};
	union {
		__u8 to[4];
		__u32 to32;
	};
} __attribute__((packed));

struct pkt_ipv6 {
	__u32 version_class_flow;
	__u16 bytes; /* behind this header */
	__u8 next;
	__u8 hops;
	union {
		__u8 from[16];
		__u32 from32[4];
	};
	union {
		__u8 to[16];
		__u32 to32[4];
	};
} __attribute__((packed));

struct pkt_tcp {
	__u16 from, to;
	__u32 sequence, acknowledged;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	__u8 reserved : 4, words : 4;
	__u8 fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
#else
	__u8 words : 4, reserved : 4;
	__u8 cwr : 1, ece : 1, urg : 1, ack : 1, psh : 1, rst : 1, syn : 1, fin : 1;
#endif
	__u16 window;
	__u16 checksum;
	__u16 urgent;
} __attribute__((packed));

struct pkt_udp {
	__u16 from, to;
	__u16 bytes; /* with this header */
	__u16 checksum;
} __attribute__((packed));

/* ICMP and ICMPv6. */
struct pkt_icmp {
	__u8 type, code;
	__u16 checksum;
	union {
		struct {
			__u16 id, sequence;
		} __attribute__((packed)) echo;
		__u32 rest;
	};
} __attribute__((packed));

/* ---- the cursor ------------------------------------------------------------------------------------- */

struct pkt {
	void *at, *end;
};

#define pkt_of(ctx)                                              \
	((struct pkt){ .at = (void *)(unsigned long)(ctx)->data, \
		       .end = (void *)(unsigned long)(ctx)->data_end })

/* The next @bytes, and past them: a header of your own. NULL when the packet ends before. */
CLEAT_PKT void *pkt_take(struct pkt *p, unsigned long bytes)
{
	void *at = p->at;

	if (at + bytes > p->end)
		return NULL;
	p->at = at + bytes;
	return at;
}

/*
 * The same where the program learns from the packet how many they are, at most @limit (below 64 KB). The
 * verifier wants to see what is accessed: look into it with a cursor of its own, or not at all.
 */
CLEAT_PKT _Bool pkt_skip(struct pkt *p, unsigned long bytes, unsigned long limit)
{
	barrier_var(bytes);
	if (bytes > limit || p->at + bytes > p->end)
		return 0;
	p->at += bytes;
	return 1;
}

CLEAT_PKT __u16 pkt_u16(__u16 big_endian)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap16(big_endian);
#else
	return big_endian;
#endif
}

/* ---- header by header ------------------------------------------------------------------------------- */

/* Past a VLAN tag, when *type says that there is one. */
CLEAT_PKT _Bool pkt_untag(struct pkt *p, __u16 *type)
{
	struct pkt_vlan *vlan;

	if (*type != PKT_VLAN && *type != PKT_QINQ)
		return 1;
	vlan = pkt_take(p, sizeof(*vlan));
	if (vlan)
		*type = pkt_u16(vlan->type);
	return vlan;
}

/* *type is what is behind up to two VLAN tags. */
CLEAT_PKT struct pkt_eth *pkt_eth(struct pkt *p, __u16 *type)
{
	struct pkt_eth *eth = pkt_take(p, sizeof(*eth));

	if (!eth)
		return NULL;
	*type = pkt_u16(eth->type);
	return pkt_untag(p, type) && pkt_untag(p, type) ? eth : NULL;
}

/* *protocol is what is behind its options; PKT_FRAGMENT in a fragment that is not the first. */
CLEAT_PKT struct pkt_ipv4 *pkt_ipv4(struct pkt *p, __u16 *protocol)
{
	struct pkt_ipv4 *ip = pkt_take(p, sizeof(*ip));

	if (!ip || ip->version != 4 || ip->words < 5 || !pkt_skip(p, (ip->words - 5) * 4, 40))
		return NULL;
	*protocol = pkt_u16(ip->fragment) & 0x1fff ? PKT_FRAGMENT : ip->protocol;
	return ip;
}

/* An extension header that says how long it is: each kind but fragments (8) and AH (words of 4) in 8 bytes. */
struct pkt_extension {
	__u8 next, length;
	__u16 fragment; /* offset << 3 | more */
	__u32 id;
} __attribute__((packed));

CLEAT_PKT _Bool pkt_is_extension(__u16 protocol)
{
	switch (protocol) {
	case PKT_HOP_BY_HOP:
	case PKT_ROUTING:
	case PKT_IPV6_FRAGMENT:
	case PKT_AH:
	case PKT_DESTINATION:
	case PKT_MOBILITY:
		return 1;
	}
	return 0;
}

/* *protocol is what is behind the extension headers. */
CLEAT_PKT struct pkt_ipv6 *pkt_ipv6(struct pkt *p, __u16 *protocol)
{
	struct pkt_ipv6 *ip = pkt_take(p, sizeof(*ip));
	struct pkt_extension *x;
	unsigned long more;
	__u16 this;
	int i;

	if (!ip || *(__u8 *)ip >> 4 != 6)
		return NULL;
	*protocol = ip->next;
	for (i = 0; i < 8 && pkt_is_extension(*protocol); i++) {
		x = pkt_take(p, sizeof(*x));
		if (!x)
			return NULL;
		this = *protocol;
		*protocol = x->next;
		if (this == PKT_IPV6_FRAGMENT) {
			if (pkt_u16(x->fragment) & 0xfff8)
				*protocol = PKT_FRAGMENT;
			continue;
		}
		more = this == PKT_AH ? x->length * 4ul : x->length * 8ul;
		if (!pkt_skip(p, more, 255 * 8))
			return NULL;
	}
	return ip;
}

CLEAT_PKT struct pkt_arp *pkt_arp(struct pkt *p)
{
	return pkt_take(p, sizeof(struct pkt_arp));
}

/* Past its options. */
CLEAT_PKT struct pkt_tcp *pkt_tcp(struct pkt *p)
{
	struct pkt_tcp *tcp = pkt_take(p, sizeof(*tcp));

	if (!tcp || tcp->words < 5 || !pkt_skip(p, (tcp->words - 5) * 4, 40))
		return NULL;
	return tcp;
}

CLEAT_PKT struct pkt_udp *pkt_udp(struct pkt *p)
{
	return pkt_take(p, sizeof(struct pkt_udp));
}

CLEAT_PKT struct pkt_icmp *pkt_icmp(struct pkt *p)
{
	return pkt_take(p, sizeof(struct pkt_icmp));
}

/* ---- all at once ------------------------------------------------------------------------------------ */

struct pkt_headers {
	struct pkt_eth *eth;
	struct pkt_arp *arp;
	struct pkt_ipv4 *ipv4;
	struct pkt_ipv6 *ipv6;
	struct pkt_tcp *tcp;
	struct pkt_udp *udp;
	struct pkt_icmp *icmp;	 /* in IPv4 */
	struct pkt_icmp *icmpv6; /* in IPv6 */
	struct pkt payload;	 /* what is behind the last header that was found */
	__u16 type;		 /* enum pkt_type, behind VLAN tags */
	__u16 protocol;		 /* enum pkt_protocol, behind extension headers */
};

/* From the IP header on: what programs without an Ethernet header see (cgroups, sockets, routes). */
CLEAT_PKT void pkt_headers_from_ip(struct pkt_headers *h, struct pkt p, __u16 type)
{
	h->type = type;
	h->protocol = PKT_NO_NEXT;
	if (type == PKT_ARP)
		h->arp = pkt_arp(&p);
	else if (type == PKT_IPV4)
		h->ipv4 = pkt_ipv4(&p, &h->protocol);
	else if (type == PKT_IPV6)
		h->ipv6 = pkt_ipv6(&p, &h->protocol);
	if (h->ipv4 || h->ipv6) {
		if (h->protocol == PKT_TCP)
			h->tcp = pkt_tcp(&p);
		else if (h->protocol == PKT_UDP)
			h->udp = pkt_udp(&p);
		else if (h->protocol == PKT_ICMP && h->ipv4)
			h->icmp = pkt_icmp(&p);
		else if (h->protocol == PKT_ICMPV6 && h->ipv6)
			h->icmpv6 = pkt_icmp(&p);
	}
	h->payload = p;
}

CLEAT_PKT void pkt_headers(struct pkt_headers *h, struct pkt p)
{
	__u16 type = 0;

	__builtin_memset(h, 0, sizeof(*h));
	h->eth = pkt_eth(&p, &type);
	if (h->eth)
		pkt_headers_from_ip(h, p, type);
}

/* ---- checksums: what one must be when a field, as it is in the packet, becomes another (RFC 1624) ------ */

CLEAT_PKT __u16 pkt_csum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)sum;
}

CLEAT_PKT void pkt_csum_replace32(__u16 *checksum, __u32 from, __u32 to)
{
	__u64 sum = (__u16)~*checksum;

	*checksum = ~pkt_csum_fold(sum + (__u32)~from + to);
}

CLEAT_PKT void pkt_csum_replace16(__u16 *checksum, __u16 from, __u16 to)
{
	__u64 sum = (__u16)~*checksum;

	*checksum = ~pkt_csum_fold(sum + (__u16)~from + to);
}

#endif
