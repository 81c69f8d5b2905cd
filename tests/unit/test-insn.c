// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-insn.c - reading instructions of both byte orders, and writing them for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "elf/insn.h"

static void test_read(void **state _unused_)
{
	/* call with dst 1, src 2, off 0x0304, imm 0x05060708, in both orders, at an odd address */
	static const uint8_t little[] = { 0xee, 0x85, 0x21, 0x04, 0x03, 0x08, 0x07, 0x06, 0x05 };
	static const uint8_t big[] = { 0xee, 0x85, 0x12, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08 };
	bool big_host = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct insn i[2] = { 0 };
	int round;

	for (round = 0; round < 2; round++) {
		bool is_big = round == 1;

		insn_read(i, (is_big ? big : little) + 1, 1, is_big != big_host);
		assert_int_equal(i[0].code, 0x85);
		assert_int_equal(i[0].dst, 1);
		assert_int_equal(i[0].src, 2);
		assert_int_equal(i[0].off, 0x0304);
		assert_int_equal(i[0].imm, 0x05060708);
		assert_int_equal(i[1].code, 0);
	}
	insn_read(NULL, NULL, 0, true);
	assert_true(insn_is_kfunc_call(&i[0]));
	assert_false(insn_is_local_call(&i[0]));
	i[0].src = 1;
	assert_true(insn_is_local_call(&i[0]));
	i[0].code = 0x18;
	assert_true(insn_is_lddw(&i[0]));
}

static const struct {
	uint8_t code, dst, src;
	int16_t off;
	int32_t imm;
	const char *text;
} cases[] = {
	{ 0xb7, 1, 0, 0, 5, "r1 = 5" },
	{ 0xc2, 0, 0, 0, 0, "nospec" },
	{ 0xb4, 1, 0, 0, -5, "w1 = -5" },
	{ 0xbf, 6, 1, 0, 0, "r6 = r1" },
	{ 0xbc, 6, 1, 0, 0, "w6 = w1" },
	{ 0xbf, 6, 1, 8, 0, "r6 = (s8)r1" },
	{ 0xbf, 6, 1, 32, 0, "r6 = (s32)r1" },
	{ 0xbc, 6, 1, 16, 0, "w6 = (s16)w1" },
	{ 0xbf, 1, 2, 1, 1, "r1 = addr_space_cast(r2, 0, 1)" },
	{ 0xbf, 1, 2, 1, 0x10000, "r1 = addr_space_cast(r2, 1, 0)" },
	{ 0xbf, 1, 2, -1, 0, "r1 = &(void __percpu *)(r2)" },
	{ 0x07, 1, 0, 0, -8, "r1 += -8" },
	{ 0x0f, 1, 2, 0, 0, "r1 += r2" },
	{ 0x1c, 1, 2, 0, 0, "w1 -= w2" },
	{ 0x37, 1, 0, 0, 3, "r1 /= 3" },
	{ 0x37, 1, 0, 1, 3, "r1 s/= 3" },
	{ 0x9f, 1, 2, 1, 0, "r1 s%= r2" },
	{ 0x9c, 1, 2, 0, 0, "w1 %= w2" },
	{ 0x87, 3, 0, 0, 0, "r3 = -r3" },
	{ 0x84, 3, 0, 0, 0, "w3 = -w3" },
	{ 0xc7, 1, 0, 0, 32, "r1 s>>= 32" },
	{ 0xd4, 1, 0, 0, 16, "r1 = le16 r1" },
	{ 0xdc, 1, 0, 0, 64, "r1 = be64 r1" },
	{ 0xd7, 1, 0, 0, 32, "r1 = bswap32 r1" },
	{ 0x61, 1, 2, 8, 0, "r1 = *(u32 *)(r2 +8)" },
	{ 0x79, 1, 10, -16, 0, "r1 = *(u64 *)(r10 -16)" },
	{ 0x91, 1, 2, 0, 0, "r1 = *(s8 *)(r2 +0)" },
	{ 0x89, 1, 2, 0, 0, "r1 = *(s16 *)(r2 +0)" },
	{ 0x81, 1, 2, 0, 0, "r1 = *(s32 *)(r2 +0)" },
	{ 0x99, 1, 2, 0, 0, "unknown instruction 0x99" },
	{ 0x7b, 10, 1, -8, 0, "*(u64 *)(r10 -8) = r1" },
	{ 0x62, 10, 0, -4, 7, "*(u32 *)(r10 -4) = 7" },
	{ 0x30, 0, 0, 0, 12, "r0 = *(u8 *)skb[12]" },
	{ 0x48, 0, 7, 0, 12, "r0 = *(u16 *)skb[r7 + 12]" },
	{ 0xdb, 1, 2, 0, 0x00, "lock *(u64 *)(r1 +0) += r2" },
	{ 0xc3, 1, 2, 4, 0x50, "lock *(u32 *)(r1 +4) &= r2" },
	{ 0xdb, 1, 2, 0, 0x01, "r2 = atomic64_fetch_add((u64 *)(r1 +0), r2)" },
	{ 0xc3, 1, 2, 0, 0xa1, "r2 = atomic_fetch_xor((u32 *)(r1 +0), r2)" },
	{ 0xdb, 1, 2, 0, 0xe1, "r2 = atomic64_xchg((u64 *)(r1 +0), r2)" },
	{ 0xdb, 1, 2, 8, 0xf1, "r0 = atomic64_cmpxchg((u64 *)(r1 +8), r0, r2)" },
	{ 0xdb, 1, 2, 8, 0x100, "r1 = load_acquire((u64 *)(r2 +8))" },
	{ 0xd3, 1, 2, 8, 0x110, "store_release((u8 *)(r1 +8), r2)" },
	{ 0xdb, 1, 2, 0, 0x10, "unknown instruction 0xdb" },
	{ 0xdb, 1, 2, 0, -1, "unknown instruction 0xdb" },
	{ 0xdb, 1, 2, 0, 0x200, "unknown instruction 0xdb" },
	{ 0x05, 0, 0, 4, 0, "goto pc+4" },
	{ 0x05, 0, 0, -4, 0, "goto pc-4" },
	{ 0x06, 0, 0, 0, 70000, "gotol pc+70000" },
	{ 0xe5, 0, 0, 3, 0, "may_goto pc+3" },
	{ 0xe5, 0, 1, 3, 0, "unknown instruction 0xe5" },
	{ 0x0d, 7, 0, 0, 0, "gotox r7" },
	{ 0x15, 1, 0, 2, 6, "if r1 == 0x6 goto pc+2" },
	{ 0x16, 1, 0, 2, -1, "if w1 == 0xffffffff goto pc+2" },
	{ 0x6d, 1, 2, -2, 0, "if r1 s> r2 goto pc-2" },
	{ 0x4e, 1, 2, 2, 0, "if w1 & w2 goto pc+2" },
	{ 0xd5, 1, 0, 2, 0, "if r1 s<= 0x0 goto pc+2" },
	{ 0x85, 0, 0, 0, 14, "call #14" },
	{ 0x85, 0, 1, 0, -3, "call pc-3" },
	{ 0x85, 0, 2, 0, 1234, "call kfunc#1234" },
	{ 0x85, 0, 3, 0, 1, "unknown instruction 0x85" },
	{ 0x8d, 3, 0, 0, 0, "callx r3" },
	{ 0x95, 0, 0, 0, 0, "exit" },
	{ 0x00, 0, 0, 0, 0, "unknown instruction 0x00" },
	{ 0xff, 15, 15, -1, -1, "unknown instruction 0xff" },
};

static void check(const struct insn *i, const struct insn *next, const char *want)
{
	_buf_free_ struct buf b = { 0 };

	insn_format(&b, i, next);
	assert_false(b.failed);
	assert_string_equal(b.data, want);
}

static void test_format(void **state _unused_)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(cases); n++) {
		struct insn i = {
			.code = cases[n].code,
			.off = cases[n].off,
			.imm = cases[n].imm,
		};

		i.dst = cases[n].dst & 15;
		i.src = cases[n].src & 15;
		check(&i, NULL, cases[n].text);
	}
}

static void test_lddw(void **state _unused_)
{
	static const char *const want[] = {
		"r1 = 0x5fffffffe",
		"r1 = map[fd:4294967294]",
		"r1 = map[fd:4294967294][0]+5",
		"r1 = btf[id:4294967294]",
		"r1 = subprog[-2]",
		"r1 = map[idx:4294967294]",
		"r1 = map[idx:4294967294][0]+5",
	};
	struct insn i = { .code = 0x18, .dst = 1, .imm = -2 }, next = { .imm = 5 };
	unsigned int src;

	for (src = 0; src < ARRAY_SIZE(want); src++) {
		i.src = src & 15;
		check(&i, &next, want[src]);
	}
	i.src = 0;
	check(&i, NULL, "r1 = 0x????????fffffffe");
}

static void test_every_opcode(void **state _unused_)
{
	struct insn i = { 0 };
	unsigned int code, src;

	for (code = 0; code < 256; code++) {
		for (src = 0; src < 16; src++) {
			_buf_free_ struct buf b = { 0 };

			i.code = (uint8_t)code;
			i.src = src & 15;
			i.off = (int16_t)(src - 1);
			i.imm = INT32_MIN;
			insn_format(&b, &i, NULL);
			assert_non_null(b.data);
			assert_true(b.len > 0);
			assert_null(strstr(b.data, "(null)"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_lddw),
		cmocka_unit_test(test_every_opcode),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
