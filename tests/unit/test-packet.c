/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Unit tests of <cleat/bpf/packet.h>, compiled for this machine: headers are found where they are, and
 * a packet that ends early, at any byte, gives NULL and no access behind its end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* As clang does for BPF, where nobody asks for that warning. */
#pragma GCC diagnostic ignored "-Wpointer-arith"
#include "../../bpf/include/cleat/bpf/packet.h"

/* A packet that is written piece by piece. */
struct writer {
	uint8_t bytes[512];
	size_t n;
};

static void put(struct writer *w, const void *what, size_t n)
{
	assert_true(w->n + n <= sizeof(w->bytes));
	memcpy(w->bytes + w->n, what, n);
	w->n += n;
}

#define PUT(w, ...) put(w, (uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))
#define MACS 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

static void put_ipv4(struct writer *w, uint8_t words, uint16_t fragment, uint8_t protocol)
{
	static const uint8_t options[40];

	PUT(w, 0x40 | words, 0, 0, 99, 0, 1, fragment >> 8, fragment & 0xff, 64, protocol, 0, 0, 10, 0, 0,
	    1, 10, 0, 0, 2);
	if (words > 5)
		put(w, options, (words - 5) * 4);
}

static void put_ipv6(struct writer *w, uint8_t next)
{
	PUT(w, 0x60, 0, 0, 0, 0, 99, next, 64);
	PUT(w, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
	PUT(w, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
}

static void put_tcp(struct writer *w, uint8_t words, uint8_t flags)
{
	static const uint8_t options[40];

	PUT(w, 0x12, 0x34, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, words << 4, flags, 1, 0, 0, 0, 0, 0);
	if (words > 5)
		put(w, options, (words - 5) * 4);
}

/* From memory of exactly that size, so that sanitizers and valgrind see what is read behind it. */
static struct pkt_headers parse(const struct writer *w, size_t n, uint8_t **copy)
{
	struct pkt_headers h;
	uint8_t *bytes = malloc(n ? n : 1);

	assert_non_null(bytes);
	memcpy(bytes, w->bytes, n);
	pkt_headers(&h, (struct pkt){ .at = bytes, .end = bytes + n });
	*copy = bytes;
	return h;
}

static void test_tcp_in_ipv4_with_options_and_tags(void **state)
{
	struct writer w = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;

	(void)state;
	PUT(&w, MACS, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 9, 8, 0);
	put_ipv4(&w, 7, 0x4000, 6);
	put_tcp(&w, 8, 0x12);
	PUT(&w, 'h', 'i');
	h = parse(&w, w.n, &bytes);
	assert_int_equal(h.type, PKT_IPV4);
	assert_int_equal(h.protocol, PKT_TCP);
	assert_non_null(h.ipv4);
	assert_int_equal(h.ipv4->ttl, 64);
	assert_int_equal(h.ipv4->to[3], 2);
	assert_non_null(h.tcp);
	assert_int_equal(pkt_u16(h.tcp->from), 0x1234);
	assert_int_equal(pkt_u16(h.tcp->to), 80);
	assert_true(h.tcp->syn && h.tcp->ack && !h.tcp->fin && !h.tcp->rst);
	assert_int_equal((char *)h.payload.end - (char *)h.payload.at, 2);
	assert_memory_equal(h.payload.at, "hi", 2);
	assert_null(h.ipv6);
	assert_null(h.udp);
	free(bytes);
}

static void test_three_tags_are_one_too_many(void **state)
{
	struct writer w = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;

	(void)state;
	PUT(&w, MACS, 0x81, 0, 0, 7, 0x81, 0, 0, 9, 0x81, 0, 0, 1, 8, 0);
	put_ipv4(&w, 5, 0, 17);
	h = parse(&w, w.n, &bytes);
	assert_int_equal(h.type, PKT_VLAN);
	assert_null(h.ipv4);
	free(bytes);
}

static void test_ipv6_extension_headers(void **state)
{
	struct writer w = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;

	(void)state;
	PUT(&w, MACS, 0x86, 0xdd);
	put_ipv6(&w, 0);
	PUT(&w, 43, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); /* hop by hop, 16 bytes */
	PUT(&w, 51, 0, 0, 0, 0, 0, 0, 0);			  /* routing, 8 */
	PUT(&w, 44, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0); /* AH, 24 */
	PUT(&w, 60, 0, 0, 1, 0, 0, 0, 5);			  /* first fragment */
	PUT(&w, 58, 0, 0, 0, 0, 0, 0, 0);			  /* destination options */
	PUT(&w, 128, 0, 0xab, 0xcd, 0, 7, 0, 1);
	h = parse(&w, w.n, &bytes);
	assert_int_equal(h.protocol, PKT_ICMPV6);
	assert_non_null(h.icmpv6);
	assert_null(h.icmp);
	assert_int_equal(h.icmpv6->type, 128);
	assert_int_equal(pkt_u16(h.icmpv6->echo.id), 7);
	assert_ptr_equal(h.payload.at, h.payload.end);
	free(bytes);
}

static void test_nine_extension_headers_are_one_too_many(void **state)
{
	struct writer w = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;
	int i;

	(void)state;
	PUT(&w, MACS, 0x86, 0xdd);
	put_ipv6(&w, 60);
	for (i = 0; i < 8; i++)
		PUT(&w, 60, 0, 0, 0, 0, 0, 0, 0);
	PUT(&w, 17, 0, 0, 0, 0, 0, 0, 0);
	PUT(&w, 0, 1, 0, 2, 0, 8, 0, 0);
	h = parse(&w, w.n, &bytes);
	assert_int_equal(h.protocol, PKT_DESTINATION);
	assert_null(h.udp);
	free(bytes);
}

static void test_later_fragments_have_nothing_behind(void **state)
{
	struct writer four = { .n = 0 }, six = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;

	(void)state;
	PUT(&four, MACS, 8, 0);
	put_ipv4(&four, 5, 0x2001, 6);
	put_tcp(&four, 5, 2);
	h = parse(&four, four.n, &bytes);
	assert_int_equal(h.protocol, PKT_FRAGMENT);
	assert_non_null(h.ipv4);
	assert_null(h.tcp);
	free(bytes);

	PUT(&six, MACS, 0x86, 0xdd);
	put_ipv6(&six, 44);
	PUT(&six, 17, 0, 0, 8, 0, 0, 0, 5);
	PUT(&six, 0, 1, 0, 2, 0, 8, 0, 0);
	h = parse(&six, six.n, &bytes);
	assert_int_equal(h.protocol, PKT_FRAGMENT);
	assert_non_null(h.ipv6);
	assert_null(h.udp);
	free(bytes);
}

static void test_arp(void **state)
{
	struct writer w = { .n = 0 };
	struct pkt_headers h;
	uint8_t *bytes;

	(void)state;
	PUT(&w, MACS, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 1, 1, 1, 1, 1, 1, 10, 0, 0, 1, 2, 2, 2, 2, 2, 2, 10,
	    0, 0, 2);
	h = parse(&w, w.n, &bytes);
	assert_non_null(h.arp);
	assert_int_equal(pkt_u16(h.arp->operation), 1);
	assert_int_equal(h.arp->to_ip[3], 2);
	free(bytes);
}

/* What lies about its own length, or its version. */
static void test_lies(void **state)
{
	static const uint8_t version_words[] = { 0x44, 0x40, 0x65, 0x4f };
	struct pkt_headers h;
	uint8_t *bytes;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(version_words); i++) {
		struct writer w = { .n = 0 };

		PUT(&w, MACS, 8, 0);
		put_ipv4(&w, 5, 0, 17);
		w.bytes[14] = version_words[i];
		PUT(&w, 0, 1, 0, 2, 0, 8, 0, 0);
		h = parse(&w, w.n, &bytes);
		assert_null(h.ipv4);
		assert_null(h.udp);
		free(bytes);
	}
	for (i = 0; i < 5; i++) {
		struct writer w = { .n = 0 };

		PUT(&w, MACS, 8, 0);
		put_ipv4(&w, 5, 0, 6);
		put_tcp(&w, i, 2);
		h = parse(&w, w.n, &bytes);
		assert_non_null(h.ipv4);
		assert_null(h.tcp);
		free(bytes);
	}
}

/* Cut off after each byte: never more headers than there are, each of them within. */
static void test_every_length(void **state)
{
	struct writer w = { .n = 0 };
	size_t n, seen = 0;
	uint8_t *bytes;

	(void)state;
	PUT(&w, MACS, 0x81, 0, 0, 9, 0x86, 0xdd);
	put_ipv6(&w, 0);
	PUT(&w, 60, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT(&w, 6, 0, 0, 0, 0, 0, 0, 0);
	put_tcp(&w, 15, 0x10);
	for (n = 0; n <= w.n; n++) {
		struct pkt_headers h = parse(&w, n, &bytes);
		size_t found = !!h.eth + !!h.ipv6 + !!h.tcp;

		assert_true(found >= seen);
		seen = found;
		assert_true((uint8_t *)h.payload.at <= bytes + n || !h.payload.at);
		if (h.eth)
			assert_true(n >= 18);
		if (h.ipv6)
			assert_true(n >= 18 + 40 + 24 + 8);
		if (h.tcp)
			assert_int_equal(n, w.n);
		free(bytes);
	}
	assert_int_equal(seen, 3);
}

/* Against the sum of all the words, as RFC 1071 has it. */
static uint16_t whole_sum(const uint16_t *words, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void test_checksums(void **state)
{
	uint16_t words[8] = { 0x4500, 0x1234, 0xffff, 0, 0x8001, 0x7fff, 1, 0xfffe };
	uint16_t sum, to;
	uint32_t from32, to32;
	unsigned int i, seed = 1;

	(void)state;
	for (i = 0; i < 10000; i++) {
		sum = whole_sum(words, 8);
		seed = seed * 1103515245u + 12345u;
		to = seed >> 16;
		pkt_csum_replace16(&sum, words[i % 8], to);
		words[i % 8] = to;
		assert_int_equal(sum, whole_sum(words, 8));

		memcpy(&from32, words + 4, 4);
		to32 = seed ^ 0x5a5a1234;
		pkt_csum_replace32(&sum, from32, to32);
		memcpy(words + 4, &to32, 4);
		assert_int_equal(sum, whole_sum(words, 8));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp_in_ipv4_with_options_and_tags),
		cmocka_unit_test(test_three_tags_are_one_too_many),
		cmocka_unit_test(test_ipv6_extension_headers),
		cmocka_unit_test(test_nine_extension_headers_are_one_too_many),
		cmocka_unit_test(test_later_fragments_have_nothing_behind),
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_checksums),
	};

	return cmocka_run_group_tests_name("packet", tests, NULL, NULL);
}
