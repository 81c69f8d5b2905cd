// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-value.c - values as text and JSON and back: each kind by example, hostile types, and random
 * types with random bytes that must survive the way there and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "btf/value.h"
#include "btf-make.h"

struct types {
	struct btf *b;
	uint32_t u8, s8, ch, u16, s16, u32, s32, u64, s64, u128, s128, boolean, f32, f64, f80;
	uint32_t be16, be32, ptr;
};

static int setup(void **state)
{
	struct types *t = calloc(1, sizeof(*t));
	struct btf *b;

	assert_non_null(t);
	assert_int_equal(btf_new(&t->b, NULL), 0);
	b = t->b;
	t->u8 = mk_int(b, "unsigned char", 1, 0);
	t->s8 = mk_int(b, "signed char", 1, BTF_INT_SIGNED);
	t->ch = mk_int(b, "char", 1, BTF_INT_SIGNED);
	t->u16 = mk_int(b, "unsigned short", 2, 0);
	t->s16 = mk_int(b, "short", 2, BTF_INT_SIGNED);
	t->u32 = mk_int(b, "unsigned int", 4, 0);
	t->s32 = mk_int(b, "int", 4, BTF_INT_SIGNED);
	t->u64 = mk_int(b, "unsigned long", 8, 0);
	t->s64 = mk_int(b, "long", 8, BTF_INT_SIGNED);
	t->u128 = mk_int(b, "unsigned __int128", 16, 0);
	t->s128 = mk_int(b, "__int128", 16, BTF_INT_SIGNED);
	t->boolean = mk_int(b, "_Bool", 1, BTF_INT_BOOL);
	t->f32 = mk_type(b, BTF_FLOAT, "float", false, 0, 4, NULL, 0);
	t->f64 = mk_type(b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	t->f80 = mk_type(b, BTF_FLOAT, "long double", false, 0, 16, NULL, 0);
	t->be16 = mk_ref(b, BTF_TYPEDEF, "__be16", mk_ref(b, BTF_TYPEDEF, "__u16", t->u16));
	t->be32 = mk_ref(b, BTF_TYPEDEF, "__be32", mk_ref(b, BTF_TYPEDEF, "__u32", t->u32));
	t->ptr = mk_ref(b, BTF_PTR, "", 0);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct types *t = *state;

	btf_free(t->b);
	free(t);
	return 0;
}

static char *show(struct types *t, uint32_t id, const void *data, size_t size, unsigned int flags,
		  int expect)
{
	struct buf out = { 0 };

	assert_int_equal(btf_value_format(&out, t->b, id, data, size, flags), expect);
	return buf_take(&out);
}

#define assert_shown(t, id, data, size, flags, expect)           \
	do {                                                     \
		char *text_ = show(t, id, data, size, flags, 0); \
		assert_string_equal(text_, expect);              \
		free(text_);                                     \
	} while (0)

/* @data shows as @text, and @text gives @data. */
#define assert_both(t, id, data, size, flags, text)                                        \
	do {                                                                               \
		uint8_t *back_ = malloc(size);                                             \
		assert_shown(t, id, data, size, flags, text);                              \
		assert_int_equal(btf_value_parse((t)->b, id, text, back_, size, NULL), 0); \
		assert_memory_equal(back_, data, size);                                    \
		free(back_);                                                               \
	} while (0)

/* @text gives @data, however that is shown. */
#define assert_parsed(t, id, text, data, size)                                             \
	do {                                                                               \
		uint8_t *back_ = malloc(size);                                             \
		assert_int_equal(btf_value_parse((t)->b, id, text, back_, size, NULL), 0); \
		assert_memory_equal(back_, data, size);                                    \
		free(back_);                                                               \
	} while (0)

static void assert_refused(struct types *t, uint32_t id, const char *text, size_t size,
			   const char *what)
{
	struct report *r = report_new();
	uint8_t *data = malloc(size);

	assert_int_equal(btf_value_parse(t->b, id, text, data, size, r), -EINVAL);
	assert_int_equal(report_errors(r), 1);
	assert_string_equal(report_get(r, 0)->what, what);
	free(data);
	report_free(r);
}

static void integers(void **state)
{
	struct types *t = *state;
	uint64_t max = UINT64_MAX;
	int64_t min = INT64_MIN;
	__int128 wide = -((__int128)1 << 100), low = (__int128)((unsigned __int128)1 << 127);

	assert_both(t, t->u8, "\xff", 1, 0, "255");
	assert_both(t, t->s8, "\xff", 1, 0, "-1");
	assert_both(t, t->ch, "a", 1, 0, "97");
	assert_both(t, t->u64, &max, 8, 0, "18446744073709551615");
	assert_both(t, t->s64, &min, 8, BTF_VALUE_JSON, "-9223372036854775808");
	assert_both(t, t->s128, &wide, 16, 0, "-1267650600228229401496703205376");
	assert_both(t, t->s128, &wide, 16, BTF_VALUE_JSON, "\"-1267650600228229401496703205376\"");
	assert_both(t, t->s128, &low, 16, 0, "-170141183460469231731687303715884105728");
	assert_both(t, t->boolean, "\1", 1, BTF_VALUE_JSON, "true");
	assert_both(t, t->boolean, "\0", 1, 0, "false");
	assert_both(t, t->boolean, "\7", 1, 0, "7");
	assert_both(t, t->ptr, &max, 8, 0, "0xffffffffffffffff");
	assert_both(t, t->ptr, &max, 8, BTF_VALUE_JSON, "\"0xffffffffffffffff\"");
	assert_parsed(t, t->u32, "4K", &(uint32_t) { 4096 }, 4);
	assert_parsed(t, t->u32, "1MiB", &(uint32_t) { 1 << 20 }, 4);
	assert_parsed(t, t->u32, " 0b101 ", &(uint32_t) { 5 }, 4);
	assert_parsed(t, t->u32, "0o17", &(uint32_t) { 15 }, 4);
	assert_parsed(t, t->u32, "017", &(uint32_t) { 15 }, 4);
	assert_parsed(t, t->u32, "1_000", &(uint32_t) { 1000 }, 4);
	assert_parsed(t, t->u32, "192.0.2.1", "\xc0\0\2\1", 4);
	assert_parsed(t, t->boolean, "yes", "\1", 1);
	assert_refused(t, t->u8, "256", 1, "at '256': a number from 0 to 255 was expected");
	assert_refused(t, t->s8, "-129", 1, "at '-129': a number from -128 to 127 was expected");
	assert_refused(t, t->u32, "-1", 4, "at '-1': a number from 0 to 4294967295 was expected");
	assert_refused(t, t->u32, "12x", 4, "at '12x': a number was expected");
	assert_refused(t, t->u32, "", 4, "at 'end of text': a value was expected");
	assert_refused(t, t->u32, "7 8", 4, "at '8': the value ends before this");
	assert_refused(t, t->u128, "340282366920938463463374607431768211456", 16,
		       "at '3402823669209384634633746074...': the number does not fit in 128 bits");
}

static void floats(void **state)
{
	struct types *t = *state;
	float tenth = 0.1f, third = 1.0f / 3;
	double pi = 3.141592653589793, huge = 1e300, inf = -1.0 / 0.0;

	assert_both(t, t->f32, &tenth, 4, 0, "0.1");
	assert_both(t, t->f32, &third, 4, 0, "0.33333334");
	assert_both(t, t->f64, &pi, 8, BTF_VALUE_JSON, "3.141592653589793");
	assert_both(t, t->f64, &huge, 8, 0, "1e+300");
	assert_both(t, t->f64, &inf, 8, BTF_VALUE_JSON, "\"-inf\"");
	assert_both(t, t->f80, "0123456789abcdef", 16, 0, "0x30313233343536373839616263646566");
	assert_refused(t, t->f64, "1,5", 8, "at ',5': the value ends before this");
	assert_refused(t, t->f64, "one", 8, "at 'one': a number was expected");
}

static void enums(void **state)
{
	struct types *t = *state;
	uint32_t action = MK_ENUM(t->b, "xdp_action", false, 4, { "XDP_ABORTED", 0 },
				  { "XDP_DROP", 1 }, { "XDP_PASS", 2 }, { "XDP_TX", 3 });
	uint32_t flags = MK_ENUM(t->b, "flags", false, 4, { "F_NONE", 0 }, { "F_A", 1 },
				 { "F_B", 2 }, { "F_C", 4 });
	uint32_t sign = MK_ENUM(t->b, "sign", true, 1, { "MINUS", -1 }, { "PLUS", 1 });
	uint32_t wide = MK_ENUM(t->b, "wide", false, 8, { "LOW", 1 }, { "HIGH", 1LL << 40 });
	uint64_t high = 1ULL << 40, both = high | 1;

	assert_both(t, action, &(uint32_t) { 2 }, 4, 0, "XDP_PASS");
	assert_both(t, action, &(uint32_t) { 2 }, 4, BTF_VALUE_JSON, "\"XDP_PASS\"");
	assert_both(t, action, &(uint32_t) { 7 }, 4, BTF_VALUE_JSON, "7");
	assert_both(t, flags, &(uint32_t) { 5 }, 4, 0, "F_A|F_C");
	assert_both(t, flags, &(uint32_t) { 5 }, 4, BTF_VALUE_JSON, "\"F_A|F_C\"");
	assert_both(t, flags, &(uint32_t) { 0 }, 4, 0, "F_NONE");
	assert_both(t, flags, &(uint32_t) { 9 }, 4, 0, "9");
	assert_both(t, sign, "\xff", 1, 0, "MINUS");
	assert_both(t, sign, "\xfe", 1, 0, "-2");
	assert_both(t, wide, &high, 8, 0, "HIGH");
	assert_both(t, wide, &both, 8, 0, "LOW|HIGH");
	assert_parsed(t, flags, "F_A | F_B |0x10", &(uint32_t) { 0x13 }, 4);
	assert_refused(t, action, "XDP_PAS", 4,
		       "at 'XDP_PAS': neither a number nor one of the names of 'xdp_action'");
	assert_refused(t, action, "XDP_PASS|", 4,
		       "at 'XDP_PASS|': neither a number nor one of the names of 'xdp_action'");
}

static void texts(void **state)
{
	struct types *t = *state;
	uint32_t comm = mk_array(t->b, t->ch, 8), two = mk_array(t->b, comm, 2);
	uint32_t bytes = mk_array(t->b, t->u8, 4);

	assert_both(t, comm, "sh\0\0\0\0\0\0", 8, 0, "\"sh\"");
	assert_both(t, comm, "sh\0\0\0\0\0\0", 8, BTF_VALUE_JSON, "\"sh\"");
	assert_both(t, comm, "12345678", 8, 0, "\"12345678\"");
	assert_both(t, comm, "a\"\\\n\t\033\0\0", 8, 0, "\"a\\\"\\\\\\n\\t\\x1b\"");
	assert_both(t, comm, "a\"\\\n\0\0\0\0", 8, BTF_VALUE_JSON, "\"a\\\"\\\\\\n\"");
	assert_both(t, comm, "gr\xc3\xbc\xc3\x9f\0\0", 8, BTF_VALUE_JSON, "\"gr\xc3\xbc\xc3\x9f\"");
	/* a character cut off at the end is still text, a stray byte is not */
	assert_both(t, comm, "1234567\xc3", 8, 0, "\"1234567\\xc3\"");
	assert_shown(t, comm, "1234567\xc3", 8, BTF_VALUE_JSON, "\"1234567\"");
	assert_both(t, comm, "\xc3zzzzzz\0", 8, 0, "[ -61, 122, 122, 122, 122, 122, 122, 0 ]");
	assert_both(t, comm, "\1\2\3\0\0\0\0\0", 8, BTF_VALUE_JSON, "[1,2,3,0,0,0,0,0]");
	assert_both(t, comm, "\0\0\0\0\0\0\0\0", 8, 0, "\"\"");
	assert_both(t, comm, "\0a\0\0\0\0\0\0", 8, 0, "[ 0, 97, 0, 0, 0, 0, 0, 0 ]");
	assert_shown(t, comm, "sh\0junk!", 8, 0, "\"sh\"");
	assert_both(t, two, "ab\0\0\0\0\0\0cd\0\0\0\0\0\0", 16, 0, "[ \"ab\", \"cd\" ]");
	assert_both(t, bytes, "\1\2\3\4", 4, 0, "[ 1, 2, 3, 4 ]");
	assert_parsed(t, comm, "a word ", "a word\0\0", 8);
	assert_parsed(t, comm, "\"\\u00e9\\ud83d\\ude00\"", "\xc3\xa9\xf0\x9f\x98\x80\0\0", 8);
	assert_parsed(t, comm, "0x6162630000000000", "abc\0\0\0\0\0", 8);
	assert_parsed(t, two, "[ab, cd]", "ab\0\0\0\0\0\0cd\0\0\0\0\0\0", 16);
	assert_parsed(t, bytes, "10.0.0.1", "\n\0\0\1", 4);
	assert_parsed(t, bytes, "0x0a000001", "\n\0\0\1", 4);
	assert_parsed(t, bytes, "[1 2,3]", "\1\2\3\0", 4);
	assert_refused(t, comm, "123456789", 8,
		       "at '123456789': the text has 9 bytes, the array 8");
	assert_refused(t, comm, "\"abc", 8, "at '\"abc': the closing '\"' is missing");
	assert_refused(t, comm, "\"\\q\"", 8, "at '\\q\"': an escape that is not known");
	assert_refused(t, bytes, "[1,2,3,4,5]", 4, "at '5]': the array has only 4 elements");
	assert_refused(t, bytes, "[1,2", 4, "at 'end of text': ']' is missing");
	assert_refused(t, bytes, "12", 4, "at '12': '[' was expected");
}

static void addresses(void **state)
{
	struct types *t = *state;
	uint32_t s_addr = MK_STRUCT(t->b, "in_addr", 4, { "s_addr", t->be32, 0, 0 });
	uint32_t in6 = MK_STRUCT(t->b, "in6_addr", 16, { "u8", mk_array(t->b, t->u8, 16), 0, 0 });
	uint32_t mac = mk_array(t->b, t->u8, 6), raw = mk_array(t->b, t->u8, 16);
	uint32_t four = mk_array(t->b, t->u32, 4);
	uint32_t flow = MK_STRUCT(t->b, "flow", 100, { "port", t->be16, 0, 0 },
				  { "from", t->be32, 32, 0 }, { "to", s_addr, 64, 0 },
				  { "to6", in6, 96, 0 }, { "remote_ip6", four, 224, 0 },
				  { "mac", mac, 352, 0 }, { "saddr", raw, 400, 0 },
				  { "id", raw, 528, 0 }, { "cookie", four, 672, 0 });
	uint8_t data[100] = { 0, 80, 0, 0, 10, 0, 0, 1, 192, 0, 2, 255 };

	data[27] = data[43] = data[65] = data[66] = data[84] = 1;
	data[49] = 2;
	assert_both(t, t->be16, "\0\x50", 2, 0, "80");
	assert_both(t, t->be32, "\n\0\0\1", 4, 0, "10.0.0.1");
	assert_parsed(t, t->be32, "0x0a000001", "\n\0\0\1", 4);
	assert_both(t, s_addr, "\n\0\0\1", 4, BTF_VALUE_JSON, "\"10.0.0.1\"");
	assert_both(t, flow, data, sizeof(data), 0,
		    "{ port = 80, from = 10.0.0.1, to = 192.0.2.255, to6 = ::1, remote_ip6 = ::1, "
		    "mac = 00:00:00:00:00:02, saddr = ::1, id = [ 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
		    "0, 0, 0, 0, 0, 0 ], cookie = [ 1, 0, 0, 0 ] }");
	assert_both(t, flow, data, sizeof(data), BTF_VALUE_JSON,
		    "{\"port\":80,\"from\":\"10.0.0.1\",\"to\":\"192.0.2.255\",\"to6\":\"::1\","
		    "\"remote_ip6\":\"::1\",\"mac\":\"00:00:00:00:00:02\",\"saddr\":\"::1\","
		    "\"id\":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],\"cookie\":[1,0,0,0]}");
	assert_refused(t, t->be32, "10.0.0.256", 4, "at '10.0.0.256': a number was expected");
	assert_refused(t, mac, "1:2:3", 6, "at '1:2:3': '[' was expected");
}

static uint32_t mk_event(struct types *t)
{
	uint32_t pos = MK_STRUCT(t->b, "pos", 8, { "x", t->s32, 0, 0 }, { "y", t->s32, 32, 0 });
	uint32_t either = MK_UNION(t->b, "", 4, { "word", t->u32, 0, 0 },
				   { "half", mk_array(t->b, t->u16, 2), 0, 0 });

	return MK_STRUCT(t->b, "event", 40, { "pid", t->u32, 0, 0 },
			 { "comm", mk_array(t->b, t->ch, 16), 32, 0 }, { "pos", pos, 160, 0 },
			 { "", either, 224, 0 }, { "ok", t->boolean, 256, 0 });
}

static void structs(void **state)
{
	struct types *t = *state;
	uint32_t event = mk_event(t);
	uint8_t data[40] = { 7, 0, 0, 0, 's', 'h' };

	data[20] = 1, data[24] = data[25] = data[26] = data[27] = 255;
	data[28] = 2, data[30] = 1, data[32] = 1;
	assert_both(t, event, data, 40, 0,
		    "{ pid = 7, comm = \"sh\", pos = { x = 1, y = -1 }, word = 65538, "
		    "half = [ 2, 1 ], ok = true }");
	assert_both(t, event, data, 40, BTF_VALUE_JSON,
		    "{\"pid\":7,\"comm\":\"sh\",\"pos\":{\"x\":1,\"y\":-1},\"word\":65538,"
		    "\"half\":[2,1],\"ok\":true}");
	assert_both(t, event, data, 40, BTF_VALUE_BARE,
		    "pid=7 comm=sh pos={ x = 1, y = -1 } word=65538 half=[ 2, 1 ] ok=true");
	assert_both(t, event, data, 40, BTF_VALUE_INDENT,
		    "{\n\tpid = 7,\n\tcomm = \"sh\",\n\tpos = {\n\t\tx = 1,\n\t\ty = -1\n\t},\n"
		    "\tword = 65538,\n\thalf = [ 2, 1 ],\n\tok = true\n}");
	assert_both(
		t, event, data, 40, BTF_VALUE_INDENT | BTF_VALUE_JSON,
		"{\n\t\"pid\": 7,\n\t\"comm\": \"sh\",\n\t\"pos\": {\n\t\t\"x\": 1,\n"
		"\t\t\"y\": -1\n\t},\n\t\"word\": 65538,\n\t\"half\": [2,1],\n\t\"ok\": true\n}");
	assert_parsed(t, event,
		      "{ .pid = 7 .comm = sh, pos.x = 1, pos.y = -1, half = {2, 1}, ok: on, }",
		      data, 40);
	memset(data, 0, sizeof(data));
	assert_parsed(t, event, "", data, 40);
	assert_parsed(t, event, "{}", data, 40);
	assert_refused(t, event, "{ pidd = 7 }", 40, "at 'pidd': 'event' has no such member");
	assert_refused(t, event, "{ pos = { z = 1 } }", 40, "at 'z': 'pos' has no such member");
	assert_refused(t, event, "{ pid.x = 1 }", 40, "at 'pid': is not a struct");
	assert_refused(t, event, "{ pos = { x = q } }", 40,
		       "at 'q } }': a number was expected, for 'x'");
	assert_refused(t, event, "{ pid = 7", 40, "at 'end of text': '}' is missing");
	assert_refused(t, event, "{ pid 7 }", 40, "at '7 }': '=' was expected after 'pid'");
	assert_refused(t, event, "7", 40, "at '7': '{' was expected");
	assert_refused(t, event, "{ pid = 7 }", 20,
		       "at '{ pid = 7 }': the value does not fit in 20 bytes");
}

/* Names that are no C identifiers, as other languages have them. */
static void odd_names(void **state)
{
	struct types *t = *state;
	uint32_t s =
		MK_STRUCT(t->b, "odd", 8, { "a \"b\"", t->u32, 0, 0 }, { "0.x", t->u32, 32, 0 });
	const uint8_t data[8] = { 1, 0, 0, 0, 2 };

	assert_both(t, s, data, 8, 0, "{ \"a \\\"b\\\"\" = 1, \"0.x\" = 2 }");
	assert_both(t, s, data, 8, BTF_VALUE_JSON, "{\"a \\\"b\\\"\":1,\"0.x\":2}");
	assert_both(t, s, data, 8, BTF_VALUE_BARE, "\"a \\\"b\\\"\"=1 \"0.x\"=2");
}

static void bit_fields(void **state)
{
	struct types *t = *state;
	uint32_t s = MK_STRUCT(t->b, "bits", 8, { "a", t->u32, 0, 3 }, { "b", t->s32, 3, 5 },
			       { "c", t->u32, 8, 17 }, { "d", t->boolean, 25, 1 },
			       { "e", t->u64, 26, 33 });
	struct {
		uint32_t a : 3;
		int32_t b : 5;
		uint32_t c : 17;
		uint32_t d : 1;
		uint64_t e : 33;
	} __attribute__((packed)) host = { 5, -9, 70000, 1, 0x123456789 };
	uint64_t data = 0;

	memcpy(&data, &host, sizeof(host));
	assert_both(t, s, &data, 8, 0, "{ a = 5, b = -9, c = 70000, d = true, e = 4886718345 }");
	assert_refused(t, s, "{ a = 8 }", 8,
		       "at '8 }': a number from 0 to 7 was expected, for 'a'");
	assert_refused(t, s, "{ b = 16 }", 8,
		       "at '16 }': a number from -16 to 15 was expected, for 'b'");
}

/* The same values in the other byte order, bit-fields too. */
static void foreign(void **state)
{
	struct types *t = *state;
	uint32_t s = MK_STRUCT(t->b, "swapped", 20, { "x", t->u32, 0, 0 }, { "y", t->be16, 32, 0 },
			       { "lo", t->u8, 48, 4 }, { "hi", t->u8, 52, 4 },
			       { "f", t->f64, 64, 0 }, { "z", t->u32, 128, 9 },
			       { "w", t->u32, 137, 23 });
	bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	const uint8_t be[] = { 0, 0, 1, 2, 0, 80, 0x12, 0,    0x3f, 0xf8,
			       0, 0, 0, 0, 0, 0,  0x80, 0xc0, 0,    7 };
	const uint8_t le[] = { 2, 1, 0, 0, 0,    80,   0x21, 0,    0, 0,
			       0, 0, 0, 0, 0xf8, 0x3f, 1,    0x0f, 0, 0x80 };

	assert_shown(t, s, be, 20, big ? 0 : BTF_VALUE_SWAP,
		     "{ x = 258, y = 80, lo = 1, hi = 2, f = 1.5, z = 257, w = 4194311 }");
	assert_shown(t, s, le, 20, big ? BTF_VALUE_SWAP : 0,
		     "{ x = 258, y = 80, lo = 1, hi = 2, f = 1.5, z = 257, w = 4194311 }");
}

static void truncated(void **state)
{
	struct types *t = *state;
	uint32_t event = mk_event(t);
	uint8_t data[40] = { 7, 0, 0, 0, 's', 'h' };
	char *text;

	text = show(t, event, data, 26, 0, -EMSGSIZE);
	assert_string_equal(text, "{ pid = 7, comm = \"sh\", pos = { x = 0 } }");
	free(text);
	text = show(t, event, data, 6, BTF_VALUE_JSON, -EMSGSIZE);
	assert_string_equal(text, "{\"pid\":7,\"comm\":\"sh\"}");
	free(text);
	text = show(t, event, data, 0, BTF_VALUE_JSON, -EMSGSIZE);
	assert_string_equal(text, "{}");
	free(text);
	text = show(t, t->u32, data, 3, 0, -EMSGSIZE);
	assert_string_equal(text, "0x070000");
	free(text);
	text = show(t, t->u32, data, 0, BTF_VALUE_JSON, -EMSGSIZE);
	assert_string_equal(text, "null");
	free(text);
	/* to their size; the rest of longer data belongs to nobody */
	assert_shown(t, t->u32, data, 40, 0, "7");
}

static void flexible(void **state)
{
	struct types *t = *state;
	uint32_t s = MK_STRUCT(t->b, "record", 4, { "len", t->u32, 0, 0 },
			       { "data", mk_array(t->b, t->u8, 0), 32, 0 });

	assert_both(t, s, "\2\0\0\0\x61\x62", 6, 0, "{ len = 2, data = [ 97, 98 ] }");
	assert_both(t, s, "\2\0\0\0", 4, BTF_VALUE_JSON, "{\"len\":2,\"data\":[]}");
}

static void sections(void **state)
{
	struct types *t = *state;
	uint32_t linkage = BTF_GLOBAL;
	uint32_t a = mk_type(t->b, BTF_VAR, "debug", false, 0, t->boolean, &linkage, 4);
	uint32_t c = mk_type(t->b, BTF_VAR, "limit", false, 0, t->u32, &linkage, 4);
	struct btf_secinfo info[] = { { a, 0, 1 }, { c, 4, 4 } };
	uint32_t sec = mk_type(t->b, BTF_DATASEC, ".data", false, 2, 8, info, sizeof(info));
	uint8_t data[8] = { 1, 0, 0, 0, 9 };

	assert_both(t, sec, data, 8, 0, "{ debug = true, limit = 9 }");
	assert_both(t, c, data + 4, 4, 0, "9");
	assert_parsed(t, sec, "limit=9 debug=yes", data, 8);
	assert_refused(t, sec, "limits=9", 8, "at 'limits': '.data' has no such member");
}

/* Types that a compiler would never write. */
static void hostile(void **state)
{
	struct types *t = *state;
	uint8_t data[64] = { 0 };
	uint32_t none = mk_members(t->b, BTF_STRUCT, "none", 0, NULL, 0), self, u, i;
	uint32_t many = mk_array(t->b, none, UINT32_MAX);
	uint32_t past = MK_STRUCT(t->b, "past", 4, { "x", t->u64, 0x7fffff00, 0 });
	struct buf out = { 0 };
	char *text;

	assert_shown(t, many, data, 64, BTF_VALUE_JSON, "[]");
	text = show(t, past, data, 64, BTF_VALUE_JSON, -EMSGSIZE);
	assert_string_equal(text, "{}");
	free(text);
	assert_int_equal(btf_value_format(&out, t->b, 0, data, 64, 0), -EINVAL);
	assert_int_equal(btf_value_format(&out, t->b, 12345, data, 64, 0), -EINVAL);
	assert_int_equal(btf_value_parse(t->b, 12345, "1", data, 64, NULL), -EINVAL);
	/* a struct in itself: ends, is not valid */
	self = MK_STRUCT(t->b, "self", 8, { "x", t->u32, 0, 0 },
			 { "again", btf_count(t->b), 0, 0 });
	btf_value_format(&out, t->b, self, data, 64, BTF_VALUE_JSON);
	assert_int_equal(btf_value_parse(t->b, self, "{again={again={x=1}}}", data, 8, NULL), 0);
	/* each level has the one below twice: 2^30 members out of 30 types */
	for (u = t->u32, i = 0; i < 30; i++)
		u = MK_UNION(t->b, "", 4, { i % 2 ? "a" : "", u, 0, 0 },
			     { i % 2 ? "b" : "", u, 0, 0 });
	btf_value_format(&out, t->b, u, data, 64, BTF_VALUE_JSON);
	assert_true(out.len < 256u << 20);
	buf_free(&out);
	/* text that nests as deep as one likes */
	text = malloc(100001);
	memset(text, '[', 100000);
	text[100000] = '\0';
	u = t->u8;
	for (i = 0; i < 40; i++)
		u = mk_array(t->b, u, 1);
	assert_int_equal(btf_value_parse(t->b, u, text, data, 1, NULL), -EINVAL);
	free(text);
}

/* --- random types, random bytes --------------------------------------------------------------- */

static uint32_t seed = 12345;

static uint32_t rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static uint32_t rnd_type(struct types *t, int depth);

static uint32_t rnd_struct(struct types *t, int depth, const char *prefix)
{
	static int serial;
	struct mk_member m[8];
	char names[8][32];
	uint32_t n = 1 + rnd(7), i, bit = 0, end = 0;
	bool uni = !rnd(4);

	for (i = 0; i < n; i++) {
		bool anonymous = depth > 0 && !rnd(6);
		int64_t size, align;

		snprintf(names[i], sizeof(names[i]), "%s%d", prefix, serial++);
		m[i] = (struct mk_member) { names[i], 0, 0, 0 };
		if (!rnd(4)) {
			uint32_t base[] = { t->u8, t->s16, t->u32, t->s64, t->boolean };

			m[i].type = base[rnd(5)];
			m[i].bits = m[i].type == t->boolean
					    ? 1
					    : 1 + rnd((uint32_t)btf_size(t->b, m[i].type) * 8);
			m[i].bit = uni ? 0 : bit;
			bit = m[i].bit + m[i].bits;
		} else {
			m[i].type = anonymous ? rnd_struct(t, depth - 1, prefix)
					      : rnd_type(t, depth - 1);
			if (anonymous)
				m[i].name = "";
			size = btf_size(t->b, m[i].type);
			align = btf_align(t->b, m[i].type);
			assert_true(size >= 0 && align > 0);
			bit = (bit + (uint32_t)align * 8 - 1) / ((uint32_t)align * 8) *
			      ((uint32_t)align * 8);
			m[i].bit = uni ? 0 : bit;
			bit = m[i].bit + (uint32_t)size * 8;
		}
		end = MAX(end, bit);
	}
	return mk_members(t->b, uni ? BTF_UNION : BTF_STRUCT, depth == 3 ? "top" : "",
			  (end + 127) / 128 * 16, m, n);
}

static uint32_t rnd_type(struct types *t, int depth)
{
	uint32_t ints[] = { t->u8,  t->s8,  t->ch,  t->u16,  t->s16,  t->u32,
			    t->s32, t->u64, t->s64, t->u128, t->s128, t->boolean,
			    t->f32, t->f64, t->f80, t->be16, t->be32, t->ptr };

	switch (depth > 0 ? rnd(7) : 6) {
	case 0:
		return mk_array(t->b, rnd_type(t, depth - 1), 1 + rnd(6));
	case 1:
		return mk_array(t->b, t->ch, 1 + rnd(20));
	case 2:
		return rnd_struct(t, depth, "m");
	case 3:
		return mk_ref(t->b, BTF_TYPEDEF, "alias", rnd_type(t, depth - 1));
	case 4:
		return MK_ENUM(t->b, "e", rnd(2), 1u << rnd(4), { "E_ZERO", 0 }, { "E_A", 1 },
			       { "E_B", 2 }, { "E_C", 4 }, { "E_D", 64 });
	case 5:
		return mk_array(t->b, t->u8, rnd(2) ? 6 : 16);
	default:
		return ints[rnd(ARRAY_SIZE(ints))];
	}
}

/* A reader of JSON that checks and keeps nothing. */
static const char *json_end(const char *s)
{
	char close;

	switch (*s) {
	case '{':
	case '[':
		close = *s == '{' ? '}' : ']';
		while (*++s == ' ' || *s == '\n' || *s == '\t')
			;
		if (*s == close)
			return s + 1;
		for (;; s++) {
			while (*s == ' ' || *s == '\n' || *s == '\t')
				s++;
			if (close == '}') {
				if (*s != '"' || !(s = json_end(s)) || *s++ != ':')
					return NULL;
				s += *s == ' ';
			}
			s = json_end(s);
			if (!s)
				return NULL;
			while (*s == ' ' || *s == '\n' || *s == '\t')
				s++;
			if (*s == close)
				return s + 1;
			if (*s != ',')
				return NULL;
		}
	case '"':
		for (s++; *s != '"'; s++) {
			if ((uint8_t)*s < 0x20)
				return NULL;
			if (*s == '\\' && !strchr("\"\\/bfnrtu", *++s))
				return NULL;
		}
		return s + 1;
	default:
		if (has_prefix(s, "true") || has_prefix(s, "null"))
			return s + 4;
		if (has_prefix(s, "false"))
			return s + 5;
		s += *s == '-';
		if (*s < '0' || *s > '9' || (s[0] == '0' && s[1] >= '0' && s[1] <= '9'))
			return NULL;
		return s + strspn(s, "0123456789.e+-");
	}
}

static void assert_member(struct types *t, uint32_t id, uint32_t i, const void *data, size_t size,
			  int expect, const char *name, const char *value)
{
	struct buf out = { 0 };
	const char *got = NULL;

	assert_int_equal(btf_value_format_member(&out, t->b, id, i, data, size, &got), expect);
	if (expect != -ENOENT)
		assert_string_equal(got, name);
	assert_string_equal(out.data ? out.data : "", value);
	buf_free(&out);
}

/* One at a time, those of an anonymous struct among them. */
static void members(void **state)
{
	struct types *t = *state;
	uint32_t inner = MK_STRUCT(t->b, "", 4, { "x", t->u8, 0, 3 }, { "y", t->u8, 3, 5 });
	uint32_t id = MK_STRUCT(t->b, "m", 20, { "pid", t->u32, 0, 0 },
				{ "name", mk_array(t->b, t->ch, 8), 32, 0 }, { "", inner, 96, 0 },
				{ "ip", t->be32, 128, 0 }, { "rest", mk_array(t->b, t->ch, 0), 160, 0 });
	static const uint8_t data[24] = { 7, 0, 0, 0, 'a', ' ', '\n', '"', 0, 9, 9, 9,
					  5 | 6 << 3, 0, 0, 0, 10, 0, 0, 1, 'e', 'n', 'd', 0 };

	assert_member(t, id, 0, data, 24, 0, "pid", "7");
	assert_member(t, id, 1, data, 24, 0, "name", "a \n\"");
	assert_member(t, id, 2, data, 24, 0, "x", "5");
	assert_member(t, id, 3, data, 24, 0, "y", "6");
	assert_member(t, id, 4, data, 24, 0, "ip", "10.0.0.1");
	assert_member(t, id, 5, data, 24, 0, "rest", "end");
	assert_member(t, id, 6, data, 24, -ENOENT, "", "");
	/* cut off: of text what is there, of a number nothing */
	assert_member(t, id, 5, data, 20, 0, "rest", "");
	assert_member(t, id, 4, data, 19, -EMSGSIZE, "ip", "");
	assert_member(t, id, 1, data, 5, 0, "name", "a");
	assert_member(t, id, 0, data, 0, -EMSGSIZE, "pid", "");
	assert_member(t, t->u32, 0, data, 24, -ENOENT, "", "");
}

static void round_trips(void **state)
{
	static const unsigned int forms[] = {
		0,
		BTF_VALUE_JSON,
		BTF_VALUE_INDENT,
		BTF_VALUE_BARE,
		BTF_VALUE_JSON | BTF_VALUE_INDENT,
	};
	struct types *t = *state;
	int round;

	for (round = 0; round < 3000; round++) {
		unsigned int form = forms[rnd(ARRAY_SIZE(forms))];
		uint32_t id = rnd_type(t, 3);
		size_t size = (size_t)btf_size(t->b, id), i;
		uint8_t *x = malloc(size), *y = malloc(size), *z = malloc(size);
		char *first, *second;
		uint32_t zeros = rnd(4);

		for (i = 0; i < size; i++)
			x[i] = rnd(4) < zeros ? 0
			       : rnd(3)       ? (uint8_t)(32 + rnd(95))
					      : (uint8_t)rnd(256);
		first = show(t, id, x, size, form, 0);
		if (form & BTF_VALUE_JSON) {
			const char *end = json_end(first);

			if (!end || *end)
				fail_msg("not JSON: %s", first);
		}
		if (btf_value_parse(t->b, id, first, y, size, NULL))
			fail_msg("cannot be parsed: %s", first);
		second = show(t, id, y, size, form, 0);
		assert_string_equal(first, second);
		/* once without padding, the bytes stay as they are */
		assert_int_equal(btf_value_parse(t->b, id, second, z, size, NULL), 0);
		assert_memory_equal(y, z, size);
		/* less data than the type has: still well-formed, never past the end */
		if (size) {
			size_t part = rnd((uint32_t)size);
			uint8_t *cut = malloc(part ? part : 1);
			struct buf out = { 0 };

			memcpy(cut, x, part);
			assert_int_equal(btf_value_format(&out, t->b, id, cut, part, form),
					 -EMSGSIZE);
			if (form & BTF_VALUE_JSON) {
				const char *end = json_end(out.data);

				if (!end || *end)
					fail_msg("not JSON: %s", out.data);
			}
			buf_free(&out);
			free(cut);
		}
		/* broken text is refused or taken, and nothing else */
		if (first[0])
			first[rnd((uint32_t)strlen(first))] = (char)rnd(256);
		btf_value_parse(t->b, id, first, y, size, NULL);
		free(first);
		free(second);
		free(x);
		free(y);
		free(z);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(integers, setup, teardown),
		cmocka_unit_test_setup_teardown(floats, setup, teardown),
		cmocka_unit_test_setup_teardown(enums, setup, teardown),
		cmocka_unit_test_setup_teardown(texts, setup, teardown),
		cmocka_unit_test_setup_teardown(addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(structs, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_names, setup, teardown),
		cmocka_unit_test_setup_teardown(bit_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign, setup, teardown),
		cmocka_unit_test_setup_teardown(truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(flexible, setup, teardown),
		cmocka_unit_test_setup_teardown(sections, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile, setup, teardown),
		cmocka_unit_test_setup_teardown(members, setup, teardown),
		cmocka_unit_test_setup_teardown(round_trips, setup, teardown),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
