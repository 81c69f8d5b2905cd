/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ratelimit.bpf.c - so many bytes a second to each address, and no more: a bucket of tokens for each, which
 * fills with time and which packets empty. What finds it empty is dropped. Unit: ratelimit.ini.
 *
 * Shows: a value with a lock, which several CPUs change as one; tc programs at an interface's egress.
 * Linux 5.1 (spin locks), 6.6 for the place among others that the unit asks for.
 */
#include <cleat/bpf.h>
#include <cleat/bpf/packet.h>

#define A_SECOND 1000000000ull

struct in6_addr {
	u8 bytes[16];
};

struct bucket {
	struct bpf_spin_lock lock;
	u32 dropped;
	u64 tokens; /* bytes */
	u64 when; /* it was filled last */
};

/* Bytes a second (at most 300 MB), and how many at once when nothing was sent for a while. */
const volatile u64 rate = 1000000;
const volatile u64 burst = 100000;

/* By where to; IPv4 addresses as ::ffff:a.b.c.d. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct in6_addr);
	__type(value, struct bucket);
} buckets SEC(".maps");

static __always_inline bool address_of(const struct pkt_headers *h, struct in6_addr *to)
{
	if (h->ipv6) {
		__builtin_memcpy(to, h->ipv6->to, sizeof(*to));
		return true;
	}
	if (!h->ipv4)
		return false;
	*to = (struct in6_addr) { .bytes = { [10] = 0xff, [11] = 0xff } };
	__builtin_memcpy(to->bytes + 12, h->ipv4->to, 4);
	return true;
}

static __always_inline struct bucket *bucket_of(const struct in6_addr *to, u64 now)
{
	struct bucket full = { .tokens = burst, .when = now };
	struct bucket *b = bpf_map_lookup_elem(&buckets, to);

	if (b)
		return b;
	bpf_map_update_elem(&buckets, to, &full, BPF_NOEXIST);
	return bpf_map_lookup_elem(&buckets, to);
}

/* Fills the bucket up to now, and takes out the bytes, when they are there. */
static __always_inline bool take(struct bucket *b, u64 bytes, u64 now)
{
	bool taken = false;
	u64 since;

	bpf_locked(&b->lock) {
		/* Another CPU may have been here with a later time. */
		since = now > b->when ? now - b->when : 0;
		b->when += since;
		/* A minute fills any bucket, and the product stays within 64 bits. */
		if (since > 60 * A_SECOND)
			since = 60 * A_SECOND;
		b->tokens += since * rate / A_SECOND;
		if (b->tokens > burst)
			b->tokens = burst;
		if (b->tokens >= bytes) {
			b->tokens -= bytes;
			taken = true;
		} else {
			b->dropped++;
		}
	}
	return taken;
}

SEC("tc")
int limit(struct __sk_buff *skb)
{
	u64 now = bpf_ktime_get_ns();
	struct pkt_headers h;
	struct in6_addr to;
	struct bucket *b;

	pkt_headers(&h, pkt_of(skb));
	if (!address_of(&h, &to))
		return TCX_NEXT;
	b = bucket_of(&to, now);
	if (!b)
		return TCX_NEXT; /* more addresses than there is room for: they go free */
	return take(b, skb->len, now) ? TCX_NEXT : TCX_DROP;
}

LICENSE("Dual BSD/GPL");
