// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-filter.c - conditions on members: each relation on each sort of member, how 'and', 'or' and
 * 'not' bind, records that end early, and every way to write a condition wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "btf/filter.h"
#include "btf-make.h"

/* What the types of setup() describe. */
struct event {
	uint32_t pid;
	int32_t number;
	char comm[16];
	uint32_t saddr; /* __be32 */
	uint16_t port;	/* __be16 */
	uint8_t ok;
	uint8_t bits; /* low : 3, high : 5 */
	int32_t what; /* enum */
	uint32_t daddr; /* u32 that has an address */
	uint64_t where; /* pointer */
	uint8_t mac[6];
	uint16_t pad;
	uint8_t ip6_dst[16];
	struct {
		uint32_t uid;
		uint32_t gids[3];
	} cred;
	uint32_t anonymous;
	float real;
	char path[];
};

struct types {
	struct btf *b;
	uint32_t event, u32;
};

#define AT(member) (offsetof(struct event, member) * 8)

static int setup(void **state)
{
	struct types *t = calloc(1, sizeof(*t));
	uint32_t u8, u16, s32, ch, flag, be16, be32, what, cred, inner, real;
	struct btf *b;

	assert_non_null(t);
	assert_int_equal(btf_new(&t->b, NULL), 0);
	b = t->b;
	u8 = mk_int(b, "unsigned char", 1, 0);
	u16 = mk_int(b, "unsigned short", 2, 0);
	t->u32 = mk_int(b, "unsigned int", 4, 0);
	s32 = mk_int(b, "int", 4, BTF_INT_SIGNED);
	ch = mk_int(b, "char", 1, BTF_INT_SIGNED);
	flag = mk_int(b, "_Bool", 1, BTF_INT_BOOL);
	be16 = mk_ref(b, BTF_TYPEDEF, "__be16", u16);
	be32 = mk_ref(b, BTF_TYPEDEF, "__be32", t->u32);
	real = mk_type(b, BTF_FLOAT, "float", false, 0, 4, NULL, 0);
	what = MK_ENUM(b, "what", true, 4, { "EXEC", 1 }, { "OPEN", 2 }, { "EXIT", 4 }, { "ODD", -1 });
	cred = MK_STRUCT(b, "cred", 16, { "uid", t->u32, 0, 0 },
			 { "gids", mk_array(b, t->u32, 3), 32, 0 });
	inner = MK_STRUCT(b, "", 4, { "anonymous", t->u32, 0, 0 });
	t->event = MK_STRUCT(
		b, "event", sizeof(struct event), { "pid", t->u32, AT(pid), 0 },
		{ "number", s32, AT(number), 0 }, { "comm", mk_array(b, ch, 16), AT(comm), 0 },
		{ "saddr", be32, AT(saddr), 0 }, { "port", be16, AT(port), 0 },
		{ "ok", flag, AT(ok), 0 }, { "low", u8, AT(bits), 3 }, { "high", u8, AT(bits) + 3, 5 },
		{ "what", what, AT(what), 0 }, { "daddr", t->u32, AT(daddr), 0 },
		{ "where", mk_ref(b, BTF_PTR, "", 0), AT(where), 0 },
		{ "mac", mk_array(b, u8, 6), AT(mac), 0 },
		{ "ip6_dst", mk_array(b, u8, 16), AT(ip6_dst), 0 }, { "cred", cred, AT(cred), 0 },
		{ "", inner, AT(anonymous), 0 }, { "real", real, AT(real), 0 },
		{ "path", mk_array(b, ch, 0), offsetof(struct event, path) * 8, 0 });
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

static const struct event sample = {
	.pid = 4711,
	.number = -5,
	.comm = "sshd",
	.ok = 1,
	.bits = 5 | 9 << 3,
	.what = 2,
	.where = 0xffff888000000000,
	.mac = { 2, 0, 0, 0, 0, 1 },
	.ip6_dst = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
	.cred = { 1000, { 7, 8, 9 } },
	.anonymous = 3,
};

/* The sample with a path behind it, in the byte orders that BTF says. */
static size_t make_record(uint8_t *data, size_t room)
{
	static const uint8_t addr[4] = { 10, 1, 2, 3 }, port[2] = { 0x01, 0xbb };
	static const char path[] = "/etc/passwd";

	assert_true(room >= sizeof(sample) + sizeof(path));
	memcpy(data, &sample, sizeof(sample));
	memcpy(data + offsetof(struct event, saddr), addr, 4);
	memcpy(data + offsetof(struct event, daddr), addr, 4);
	memcpy(data + offsetof(struct event, port), port, 2);
	memcpy(data + offsetof(struct event, path), path, sizeof(path));
	return offsetof(struct event, path) + sizeof(path);
}

static bool match_of(struct types *t, const char *text, size_t size)
{
	uint8_t data[256], *exact;
	struct report *r = report_new();
	struct btf_filter *f;
	bool matches;
	int err = btf_filter_new(&f, t->b, t->event, text, r);

	if (err)
		fail_msg("%s: %s", text, report_get(r, 0)->what);
	size = MIN(size, make_record(data, sizeof(data)));
	/* Of exactly that size, for the sanitizer. */
	exact = malloc(size ? size : 1);
	memcpy(exact, data, size);
	matches = btf_filter_match(f, exact, size);
	assert_int_equal(btf_filter_match(f, exact, size), matches);
	free(exact);
	btf_filter_free(f);
	report_free(r);
	return matches;
}

static void assert_match(struct types *t, const char *text, bool expect)
{
	if (match_of(t, text, SIZE_MAX) != expect)
		fail_msg("%s: %s", expect ? "does not hold" : "holds", text);
}

#define assert_holds(t, text) assert_match(t, text, true)
#define assert_not(t, text) assert_match(t, text, false)

/* Each holds for the sample, and none when all is turned over. */
static void each_holds(struct types *t, const char *const *texts, size_t n)
{
	char not[256];

	for (size_t i = 0; i < n; i++) {
		assert_holds(t, texts[i]);
		snprintf(not, sizeof(not), "not (%s)", texts[i]);
		assert_not(t, not);
	}
}

static void numbers(void **state)
{
	static const char *const hold[] = {
		"pid == 4711", "pid = 4711", "pid==0x1267", "pid != 4712", "pid > 4710",
		"pid >= 4711", "pid < 4712", "pid <= 4711", "pid & 1", "pid & 0x1000", "pid",
		"number == -5", "number < 0", "number > -6", "number <= -5", "number != 5",
		"number >= -2147483648", "pid > 0", "pid < 5K",
		"ok", "ok == true", "ok == yes", "ok != false", "what == OPEN", "what == 2",
		"what > EXEC", "what & OPEN|EXIT", "what != ODD", "what > ODD", "low == 5",
		"high == 9", "high > 5", "where",
		"where == 0xffff888000000000", "where != null", "where > 0xffff000000000000",
		"port == 443", "port < 1024", "cred.uid == 1000", "cred.gids[0] == 7",
		"cred.gids[2] == 9", "anonymous == 3", "anonymous & 2",
	};

	each_holds(*state, hold, ARRAY_SIZE(hold));
}

static void texts(void **state)
{
	static const char *const hold[] = {
		"comm == sshd", "comm == \"sshd\"", "comm != ssh", "comm != sshd2", "comm",
		"comm like ssh*", "comm like \"s??d\"", "comm like [r-t]*", "comm like *",
		"comm in (bash, sshd)", "comm in sshd", "path == /etc/passwd", "path like \"/etc/*\"",
		"path", "path != \"\"", "comm == \"\\x73shd\"",
	};

	each_holds(*state, hold, ARRAY_SIZE(hold));
	assert_not(*state, "comm like ssh");
	assert_not(*state, "comm == \"\"");
}

static void addresses(void **state)
{
	static const char *const hold[] = {
		"saddr == 10.1.2.3", "saddr in 10.0.0.0/8", "saddr in 10.1.2.2/31",
		"saddr in (192.168.0.0/16, 10.1.0.0/16)", "saddr in 0.0.0.0/0", "saddr in 10.1.2.3/32",
		"saddr > 10.0.0.0", "saddr < 11.0.0.0", "daddr == 10.1.2.3", "daddr in 10.0.0.0/9",
		"daddr in (10.1.2.3)", "ip6_dst == 2001:db8::1", "ip6_dst in 2001:db8::/32",
		"ip6_dst in 2000::/3", "ip6_dst", "mac == 02:00:00:00:00:01", "mac == 0x020000000001",
		"mac != 02:00:00:00:00:02", "mac in (02:00:00:00:00:01)",
	};

	each_holds(*state, hold, ARRAY_SIZE(hold));
	assert_not(*state, "saddr in 10.128.0.0/9");
	assert_not(*state, "saddr in 10.1.2.2/32");
	assert_not(*state, "ip6_dst in 2001:db9::/32");
	assert_not(*state, "ip6_dst in 2001:db8::2/127");
}

static void logic(void **state)
{
	static const char *const hold[] = {
		"pid and ok", "pid && ok", "not what == EXEC", "!low == 4", "!(pid == 1)",
		/* 'and' before 'or', 'not' before both */
		"pid == 4711 or pid == 1 and pid == 2", "pid == 1 and pid == 2 or pid == 4711",
		"(pid == 1 || ok) && comm == sshd", "not pid == 1 and ok", "not (not (ok))",
		"pid == 1 or pid == 2 or pid == 3 or ok", "ok and pid and what and not anonymous == 4",
		"pid in (1, 2, 4711) and number in (-5)", "not pid in (1, 2)", "pid in 4711",
		"what in (EXEC, OPEN)", "pid==4711&&comm==sshd||pid==1", "\tok\n and \r ok ",
		"pid == 1 or (pid in (1, 4711) and not (what == EXEC or what == EXIT))",
	};

	each_holds(*state, hold, ARRAY_SIZE(hold));
	assert_not(*state, "pid == 4711 and pid == 1 or pid == 2");
	assert_not(*state, "(pid == 4711 or pid == 1) and pid == 2");
	assert_not(*state, "ok and pid and what and anonymous == 4");
}

/* All truth tables of three tests, against C. */
static void truth(void **state)
{
	static const char *const yes = "ok", *const no = "pid == 1";
	char text[128];

	for (int i = 0; i < 8; i++) {
		bool a = i & 1, b = i & 2, c = i & 4;

#define CHECK(format, expect)                                                                 \
	do {                                                                                  \
		snprintf(text, sizeof(text), format, a ? yes : no, b ? yes : no, c ? yes : no); \
		assert_int_equal(match_of(*state, text, SIZE_MAX), expect);                   \
	} while (0)
		CHECK("%s and %s and %s", a && b && c);
		CHECK("%s or %s or %s", a || b || c);
		CHECK("%s and %s or %s", (a && b) || c);
		CHECK("%s or %s and %s", a || (b && c));
		CHECK("(%s or %s) and %s", (a || b) && c);
		CHECK("%s and (%s or %s)", a && (b || c));
		CHECK("not (%s) and not (%s) or %s", (!a && !b) || c);
		CHECK("not (%s or %s and not (%s))", !(a || (b && !c)));
#undef CHECK
	}
}

/* What is not there is not compared. */
static void cut_short(void **state)
{
	struct types *t = *state;

	for (size_t size = 0; size <= sizeof(struct event); size++) {
		assert_int_equal(match_of(t, "pid == 4711", size), size >= 4);
		assert_int_equal(match_of(t, "pid != 1", size), size >= 4);
		assert_int_equal(match_of(t, "number < 0", size), size >= 8);
		assert_int_equal(match_of(t, "high == 9", size), size > offsetof(struct event, bits));
		assert_int_equal(match_of(t, "mac", size), size >= offsetof(struct event, mac) + 6);
		assert_int_equal(match_of(t, "saddr in 10.0.0.0/8", size),
				 size >= offsetof(struct event, saddr) + 4);
		assert_int_equal(match_of(t, "not pid == 4711", size), size < 4);
	}
	assert_true(match_of(t, "comm == ss", 10));
	assert_false(match_of(t, "comm == \"\"", 8));
	assert_true(match_of(t, "path == \"\"", offsetof(struct event, path)));
	assert_false(match_of(t, "path", offsetof(struct event, path)));
	assert_true(match_of(t, "path == /etc", offsetof(struct event, path) + 4));
}

static void refused(void **state)
{
	static const struct {
		const char *text;
		const char *what;
	} bad[] = {
		{ "", "at 'end of text': the name of a member was expected" },
		{ "pid ==", "at 'end of text': a value was expected" },
		{ "pid == and ok", "at 'and': a number was expected, for 'pid'" },
		{ "comn == sshd", "at 'comn': 'event' has no such member" },
		{ "cred.gid == 1", "at 'gid': 'cred' has no such member" },
		{ "pid.x == 1", "at 'pid': is not a struct" },
		{ "pid == 1 ok", "at 'ok': 'and', 'or' or the end was expected" },
		{ "pid == 1 &", "at '&': 'and', 'or' or the end was expected" },
		{ "pid === 1", "at '= 1': a value was expected" },
		{ "(pid == 1", "at 'end of text': ')' was expected" },
		{ "pid == 1)", "at ')': 'and', 'or' or the end was expected" },
		{ "pid == 5000000000", "at '5000000000': a number from 0 to 4294967295 was expected, for 'pid'" },
		{ "low == 8", "at '8': a number from 0 to 7 was expected, for 'low'" },
		{ "pid == sshd", "at 'sshd': a number was expected, for 'pid'" },
		{ "pid == 1x", "at '1x': a number was expected, for 'pid'" },
		{ "what == OPENN", "at 'OPENN': neither a number nor one of the names of 'what', for 'what'" },
		{ "comm < abc", "at '< abc': '<' cannot be asked of text" },
		{ "comm & 1", "at '& 1': '&' cannot be asked of text" },
		{ "mac > 1", "at '> 1': '>' cannot be asked of an address or bytes" },
		{ "pid like 4*", "at 'like 4*': 'like' cannot be asked of a number" },
		{ "comm == averyveryverylongname", "at 'averyveryverylongname': the text has 21 bytes, the array 16" },
		{ "comm == \"sshd", "at '\"sshd': the closing '\"' is missing" },
		{ "comm == \"a\\x00b\"", "at '\"a\\x00b\"': text has no NUL in it" },
		{ "mac == 1:2", "at '1:2': an address, or 0x and 6 bytes were expected, for 'mac'" },
		{ "cred == 1", "at 'cred == 1': this is a struct: one of its members was expected" },
		{ "real > 1", "at 'real > 1': values of this type cannot be compared" },
		{ "cred.gids[3] == 1", "at '[3] == 1': the array has only 3 elements" },
		{ "cred.gids[x] == 1", "at '[x] == 1': a number and ']' were expected" },
		{ "pid[0] == 1", "at 'pid[0] == 1': this is no array" },
		{ "cred.gids[0].x", "at 'cred.gids[0].x': this is no struct" },
		{ "pid in (1, 2", "at 'end of text': ',' or ')' was expected" },
		{ "pid in ()", "at ')': a value was expected" },
		{ "saddr in 10.0.0.0/33", "at '10.0.0.0/33': an address, '/' and a length up to 32 were expected" },
		{ "saddr in 10/8", "at '10/8': an address, '/' and a length up to 32 were expected" },
		{ "saddr in 10.0.0/8", "at '10.0.0': a number was expected, for 'saddr'" },
		{ "port in 10.0.0.0/8", "at '10.0.0.0/8': only addresses have prefixes" },
		{ "saddr == 10.0.0.0/8", "at '10.0.0.0/8': a number was expected, for 'saddr'" },
	};
	struct types *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct report *r = report_new();
		struct btf_filter *f = (void *)1;

		assert_int_equal(btf_filter_new(&f, t->b, t->event, bad[i].text, r), -EINVAL);
		assert_null(f);
		assert_int_equal(report_errors(r), 1);
		assert_string_equal(report_get(r, 0)->what, bad[i].what);
		report_free(r);
	}
}

static void hints_and_limits(void **state)
{
	struct types *t = *state;
	struct report *r = report_new();
	struct btf_filter *f;
	char deep[512];

	assert_int_equal(btf_filter_new(&f, t->b, t->event, "comn == x", r), -EINVAL);
	assert_string_equal(report_get(r, 0)->hint, "did you mean 'comm'?");
	report_clear(r);
	assert_int_equal(btf_filter_new(&f, t->b, t->u32, "pid == 1", r), -EINVAL);
	assert_string_equal(report_get(r, 0)->what, "'unsigned int' is no struct: it has no members to compare");
	report_clear(r);
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(btf_filter_new(&f, t->b, t->event, deep, r), -EINVAL);
	assert_non_null(strstr(report_get(r, 0)->what, "too deep"));
	report_free(r);
	memset(deep, '!', 50);
	memcpy(deep + 50, "ok", 3);
	assert_holds(t, deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(texts, setup, teardown),
		cmocka_unit_test_setup_teardown(addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(logic, setup, teardown),
		cmocka_unit_test_setup_teardown(truth, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_short, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
		cmocka_unit_test_setup_teardown(hints_and_limits, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
