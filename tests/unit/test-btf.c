// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf.c - opening true and lying BTF, types and strings, sizes, members, building, splitting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <byteswap.h>
#include <stdio.h>

#include "base/file.h"
#include "base/report.h"
#include "btf-make.h"

/* A bit of everything; ids in the order of the fields. */
struct zoo {
	struct btf *b;
	uint32_t u32, chr, u64, ptr, arr, inner, ev, un, en, en64, fwd, tdef, cons, vol, restr, proto,
		func, var, sec, flt, dtag, ttag;
};

static struct zoo make_zoo(void)
{
	struct zoo z;
	uint32_t word;
	struct btf_secinfo in_sec;

	assert_int_equal(btf_new(&z.b, NULL), 0);
	z.u32 = mk_int(z.b, "unsigned int", 4, 0);
	z.chr = mk_int(z.b, "char", 1, BTF_INT_SIGNED | BTF_INT_CHAR);
	z.u64 = mk_int(z.b, "unsigned long long", 8, 0);
	z.ptr = mk_ref(z.b, BTF_PTR, "", z.u32);
	z.arr = mk_array(z.b, z.chr, 16);
	z.inner = MK_STRUCT(z.b, "", 8, { "lo", z.u32, 0, 0 }, { "hi", z.u32, 32, 0 });
	z.ev = MK_STRUCT(z.b, "event", 48, { "pid", z.u32, 0, 0 }, { "flag", z.u32, 32, 3 },
			 { "next", z.ptr, 64, 0 }, { "", z.inner, 128, 0 }, { "comm", z.arr, 192, 0 });
	z.un = MK_UNION(z.b, "either", 8, { "a", z.u32, 0, 0 }, { "b", z.u64, 0, 0 });
	z.en = MK_ENUM(z.b, "color", true, 4, { "RED", -1 }, { "GREEN", 2 });
	z.en64 = MK_ENUM(z.b, "wide", false, 8, { "BIG", 0x123456789ll }, { "SMALL", 1 });
	z.fwd = mk_type(z.b, BTF_FWD, "later", true, 0, 0, NULL, 0);
	z.tdef = mk_ref(z.b, BTF_TYPEDEF, "u32", z.u32);
	z.cons = mk_ref(z.b, BTF_CONST, "", z.tdef);
	z.vol = mk_ref(z.b, BTF_VOLATILE, "", z.cons);
	z.restr = mk_ref(z.b, BTF_RESTRICT, "", z.ptr);
	z.proto = MK_PROTO(z.b, z.u32, { "ctx", z.ptr }, { "", 0 });
	z.func = mk_type(z.b, BTF_FUNC, "prog", false, BTF_GLOBAL, z.proto, NULL, 0);
	word = BTF_GLOBAL;
	z.var = mk_type(z.b, BTF_VAR, "counter", false, 0, z.u64, &word, 4);
	in_sec = (struct btf_secinfo){ z.var, 0, 8 };
	z.sec = mk_type(z.b, BTF_DATASEC, ".bss", false, 1, 8, &in_sec, sizeof(in_sec));
	z.flt = mk_type(z.b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	word = (uint32_t)-1;
	z.dtag = mk_type(z.b, BTF_DECL_TAG, "tag", false, 0, z.ev, &word, 4);
	z.ttag = mk_ref(z.b, BTF_TYPE_TAG, "user", z.u32);
	return z;
}

/* The bytes in memory of exactly their size, so that sanitizers see a read past the end. */
static uint8_t *bytes_of(const struct btf *b, size_t *size)
{
	const void *data = btf_bytes(b, size);
	uint8_t *copy = malloc(*size);

	assert_non_null(data);
	assert_non_null(copy);
	return memcpy(copy, data, *size);
}

static void same_types(const struct btf *a, const struct btf *b)
{
	assert_int_equal(btf_count(a), btf_count(b));
	for (uint32_t id = 0; id < btf_count(a); id++) {
		const struct btf_type *x = btf_type(a, id), *y = btf_type(b, id);

		assert_non_null(x);
		assert_non_null(y);
		assert_string_equal(btf_name(a, x), btf_name(b, y));
		assert_int_equal(x->info, y->info);
		assert_int_equal(x->size, y->size);
		if (id)
			assert_memory_equal(x + 1, y + 1, (size_t)btf_payload_size(x));
	}
}

/* Whatever the bytes say, asking about them must end and stay inside. */
static void ask_everything(struct btf *b)
{
	uint32_t count = btf_count(b), type, off, bits;
	int64_t value, sum = 0;

	for (uint32_t id = 0; id < count + 2; id++) {
		const struct btf_type *t = btf_type(b, id);

		sum += btf_size(b, id) + btf_align(b, id) + (int64_t)strlen(btf_name_of(b, id));
		btf_skip_mods(b, id, NULL);
		btf_skip_quals(b, id, NULL);
		btf_find_member(b, id, "hi", &type, &off, &bits);
		for (uint32_t i = 0; t && btf_members(t) && i < btf_vlen(t); i++)
			sum += btf_member_bit_offset(t, i) + btf_member_bit_size(t, i) +
			       btf_str(b, btf_members(t)[i].name_off)[0];
	}
	btf_find_enumerator(b, 0, "SMALL", &value);
	sum += btf_find(b, "event", ~0u);
	assert_true(sum != INT64_MIN);
}

static void test_round_trip(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *b;
	size_t size;
	uint8_t *data = bytes_of(z.b, &size);

	assert_int_equal(btf_count(z.b), z.ttag + 1);
	assert_int_equal(btf_open(&b, data, size, NULL, 0, NULL), 0);
	assert_false(btf_foreign(b));
	same_types(z.b, b);
	assert_ptr_equal(btf_bytes(b, &size), data);
	assert_null(btf_edit(b, z.u32));
	btf_free(b);

	assert_int_equal(btf_open(&b, data, size, NULL, BTF_COPY, NULL), 0);
	memset(data, 0xff, size);
	free(data);
	same_types(z.b, b);
	btf_edit(b, z.tdef)->type = z.u64;
	assert_int_equal(btf_size(b, z.vol), 8);
	btf_free(b);
	btf_free(z.b);
}

static void test_payloads(void **state _unused_)
{
	struct zoo z = make_zoo();
	const struct btf_type *t = btf_type(z.b, z.ev);

	assert_int_equal(btf_kind(t), BTF_STRUCT);
	assert_int_equal(btf_vlen(t), 5);
	assert_true(btf_kflag(t));
	assert_null(btf_enums(t));
	assert_null(btf_array(t));
	assert_int_equal(btf_member_bit_offset(t, 1), 32);
	assert_int_equal(btf_member_bit_size(t, 1), 3);
	assert_int_equal(btf_member_bit_offset(t, 5), 0);
	assert_int_equal(btf_member_bit_size(btf_type(z.b, z.un), 0), 0);
	assert_int_equal(btf_array(btf_type(z.b, z.arr))->nelems, 16);
	assert_int_equal(btf_int_bits(btf_type(z.b, z.chr)), 8);
	assert_int_equal(btf_int_encoding(btf_type(z.b, z.chr)), BTF_INT_SIGNED | BTF_INT_CHAR);
	assert_int_equal(btf_int_bits(t), 0);
	assert_int_equal(btf_var_linkage(btf_type(z.b, z.var)), BTF_GLOBAL);
	assert_int_equal(btf_tag_component(btf_type(z.b, z.dtag)), -1);
	assert_int_equal(btf_secinfos(btf_type(z.b, z.sec))->type, z.var);
	assert_int_equal(btf_params(btf_type(z.b, z.proto))[0].type, z.ptr);
	assert_int_equal(btf_vlen(btf_type(z.b, z.func)), BTF_GLOBAL);
	assert_int_equal(btf_payload_size(btf_type(z.b, z.func)), 0);
	assert_int_equal(btf_enums64(btf_type(z.b, z.en64))[0].hi, 1);
	assert_int_equal(btf_kind(btf_type(z.b, 0)), BTF_VOID);
	assert_null(btf_type(z.b, btf_count(z.b)));
	assert_null(btf_type(z.b, UINT32_MAX));
	assert_string_equal(btf_str(z.b, UINT32_MAX), "");
	assert_string_equal(btf_name_of(z.b, 0), "");
	assert_string_equal(btf_name_of(z.b, z.ev), "event");
	btf_free(z.b);
}

static void test_sizes(void **state _unused_)
{
	struct zoo z = make_zoo();
	uint32_t id = 0, packed, wide, deep;

	assert_int_equal(btf_size(z.b, z.vol), 4);
	assert_int_equal(btf_size(z.b, z.ptr), 8);
	assert_int_equal(btf_size(z.b, z.arr), 16);
	assert_int_equal(btf_size(z.b, mk_array(z.b, z.ev, 3)), 144);
	assert_int_equal(btf_size(z.b, z.var), 8);
	assert_int_equal(btf_size(z.b, z.sec), 8);
	assert_int_equal(btf_size(z.b, 0), -EINVAL);
	assert_int_equal(btf_size(z.b, z.fwd), -EINVAL);
	assert_int_equal(btf_size(z.b, z.proto), -EINVAL);
	wide = mk_array(z.b, mk_array(z.b, mk_array(z.b, z.u64, UINT32_MAX), UINT32_MAX), 9);
	assert_int_equal(btf_size(z.b, wide), -EOVERFLOW);
	wide = mk_array(z.b, mk_array(z.b, z.u64, 1u << 31), 1u << 31);
	assert_int_equal(btf_size(z.b, wide), -EOVERFLOW);
	wide = mk_array(z.b, mk_array(z.b, z.chr, 1u << 31), 1u << 31);
	assert_int_equal(btf_size(z.b, wide), 1ll << 62);

	assert_int_equal(btf_align(z.b, z.arr), 1);
	assert_int_equal(btf_align(z.b, z.ev), 8);
	assert_int_equal(btf_align(z.b, z.inner), 4);
	assert_int_equal(btf_align(z.b, mk_int(z.b, "__int128", 16, 0)), 16);
	packed = MK_STRUCT(z.b, "packed", 5, { "c", z.chr, 0, 0 }, { "n", z.u32, 8, 0 });
	assert_int_equal(btf_align(z.b, packed), 1);
	packed = MK_STRUCT(z.b, "tail", 5, { "n", z.u32, 0, 0 }, { "c", z.chr, 32, 0 });
	assert_int_equal(btf_align(z.b, packed), 1);

	assert_ptr_equal(btf_skip_mods(z.b, z.vol, &id), btf_type(z.b, z.u32));
	assert_int_equal(id, z.u32);
	assert_ptr_equal(btf_skip_quals(z.b, z.vol, &id), btf_type(z.b, z.tdef));
	assert_int_equal(id, z.tdef);

	/* as deep as allowed, and one more */
	deep = z.u32;
	for (int i = 0; i < BTF_MAX_DEPTH; i++)
		deep = mk_ref(z.b, BTF_CONST, "", deep);
	assert_non_null(btf_skip_mods(z.b, deep, NULL));
	assert_int_equal(btf_size(z.b, deep), 4);
	deep = mk_ref(z.b, BTF_CONST, "", deep);
	assert_null(btf_skip_mods(z.b, deep, NULL));
	assert_int_equal(btf_size(z.b, deep), -EINVAL);
	btf_free(z.b);
}

static void test_members(void **state _unused_)
{
	struct zoo z = make_zoo();
	uint32_t type, off, bits;

	assert_int_equal(btf_find_member(z.b, z.ev, "hi", &type, &off, &bits), 0);
	assert_int_equal(type, z.u32);
	assert_int_equal(off, 160);
	assert_int_equal(bits, 0);
	assert_int_equal(btf_find_member(z.b, z.ev, "flag", NULL, NULL, &bits), 0);
	assert_int_equal(bits, 3);
	assert_int_equal(btf_find_member(z.b, z.ev, "nope", &type, &off, &bits), -ENOENT);
	assert_int_equal(btf_find_member(z.b, z.ev, "", &type, &off, &bits), -ENOENT);
	assert_int_equal(btf_find_member(z.b, z.u32, "a", &type, &off, &bits), -ENOENT);
	assert_int_equal(btf_find_member(z.b, 999, "a", &type, &off, &bits), -ENOENT);
	btf_free(z.b);
}

static void test_enumerators(void **state _unused_)
{
	struct zoo z = make_zoo();
	uint32_t high = MK_ENUM(z.b, "high", false, 4, { "TOP", 0xffffffffll });
	int64_t v = 0;

	assert_int_equal(btf_find_enumerator(z.b, z.en, "RED", &v), 0);
	assert_int_equal(v, -1);
	assert_int_equal(btf_find_enumerator(z.b, high, "TOP", &v), 0);
	assert_int_equal(v, 0xffffffffll);
	assert_int_equal(btf_find_enumerator(z.b, 0, "BIG", &v), 0);
	assert_int_equal(v, 0x123456789ll);
	assert_int_equal(btf_find_enumerator(z.b, z.en, "BIG", &v), -ENOENT);
	assert_int_equal(btf_find_enumerator(z.b, 0, "NOPE", &v), -ENOENT);
	btf_free(z.b);
}

static void test_foreign(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *b;
	struct btf_header h;
	size_t size;
	uint8_t *data = bytes_of(z.b, &size);
	uint32_t w;

	memcpy(&h, data, sizeof(h));
	for (size_t i = 4; i < sizeof(h) + h.type_len; i += 4) {
		memcpy(&w, data + i, 4);
		w = bswap_32(w);
		memcpy(data + i, &w, 4);
	}
	h.magic = bswap_16(h.magic);
	memcpy(data, &h.magic, 2);
	for (unsigned int flags = 0; flags <= BTF_LAZY; flags += BTF_LAZY) {
		assert_int_equal(btf_open(&b, data, size, NULL, flags, NULL), 0);
		assert_true(btf_foreign(b));
		same_types(z.b, b);
		assert_int_equal(btf_find(b, "event", BTF_KIND_BIT(BTF_STRUCT)), z.ev);
		btf_free(b);
	}
	free(data);
	btf_free(z.b);
}

static void test_unaligned(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *b;
	size_t size;
	const void *data = btf_bytes(z.b, &size);
	uint8_t *odd = malloc(size + 1);

	memcpy(odd + 1, data, size);
	assert_int_equal(btf_open(&b, odd + 1, size, NULL, 0, NULL), 0);
	same_types(z.b, b);
	btf_free(b);
	free(odd);
	btf_free(z.b);
}

/* A header that is longer than ours, and sections with something between them. */
static void test_newer_header(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *b;
	size_t size, n;
	const uint8_t *data = btf_bytes(z.b, &size);
	uint8_t *longer = calloc(1, size + 24);
	struct btf_header h;

	memcpy(&h, data, sizeof(h));
	memcpy(longer + 36, data + 24, h.type_len);
	memcpy(longer + 36 + h.type_len + 8, data + 24 + h.type_len, h.str_len);
	h.hdr_len = 32;
	h.type_off = 4;
	h.str_off = 4 + h.type_len + 8;
	memcpy(longer, &h, sizeof(h));
	for (unsigned int flags = 0; flags <= BTF_LAZY; flags += BTF_LAZY) {
		assert_int_equal(btf_open(&b, longer, size + 24, NULL, flags, NULL), 0);
		same_types(z.b, b);
		/* what goes to the kernel is in the plain form again */
		assert_non_null(btf_bytes(b, &n));
		assert_int_equal(n, size);
		assert_memory_equal(btf_bytes(b, &n), data, size);
		btf_free(b);
	}
	free(longer);
	btf_free(z.b);
}

static void expect_error(const void *data, size_t size, const char *words)
{
	struct report *r = report_new();
	struct btf *b = (void *)1;

	assert_true(btf_open(&b, data, size, NULL, 0, r) < 0);
	assert_null(b);
	assert_int_equal(report_errors(r), 1);
	if (!strstr(report_get(r, 0)->what, words))
		fail_msg("'%s' is not in '%s'", words, report_get(r, 0)->what);
	report_free(r);
}

static void test_lying_headers(void **state _unused_)
{
	struct zoo z = make_zoo();
	size_t size;
	uint8_t *data = bytes_of(z.b, &size);
	struct btf_header *h = (struct btf_header *)data, was = *h;

#define LIE(field, value, words)                   \
	do {                                       \
		h->field = (value);                \
		expect_error(data, size, words);   \
		*h = was;                          \
	} while (0)
	LIE(magic, 0x1234, "magic number is 0x1234");
	LIE(version, 2, "version 2");
	LIE(hdr_len, 20, "header of 20 bytes");
	LIE(hdr_len, (uint32_t)size + 1, "header of");
	LIE(hdr_len, UINT32_MAX, "header of");
	LIE(type_off, (uint32_t)size, "types end");
	LIE(type_len, UINT32_MAX, "types end");
	LIE(type_off, UINT32_MAX, "types end");
	LIE(str_off, UINT32_MAX, "strings end");
	LIE(str_len, was.str_len + 1, "strings end");
	LIE(str_len, was.str_len - 1, "do not end with a NUL");
	LIE(str_len, 0, "no strings");
	LIE(str_off, 0, "overlap");
	LIE(type_len, was.type_len - 4, "cut off");
#undef LIE
	data[sizeof(was) + was.type_len] = 'x';
	expect_error(data, size, "do not begin with the empty one");
	free(data);
	btf_free(z.b);
}

/* One lie in a type of a struct zoo, and the words that tell of it. */
static void lie(uint32_t id, size_t word, uint32_t value, const char *words)
{
	struct zoo z = make_zoo();
	struct report *r = report_new();
	struct btf *b;
	size_t size;
	uint32_t *w = (uint32_t *)btf_edit(z.b, id);
	uint8_t *data;
	char named[32];

	w[word] = value;
	data = bytes_of(z.b, &size);
	expect_error(data, size, words);
	snprintf(named, sizeof(named), "type %u", id);
	if (strstr(words, "kind") || strstr(words, "refers"))
		expect_error(data, size, named);
	/* a lazy one opens, and holds what can be held */
	assert_int_equal(btf_open(&b, data, size, NULL, BTF_LAZY, r), 0);
	assert_int_equal(report_count(r), 0);
	ask_everything(b);
	btf_free(b);
	report_free(r);
	free(data);
	btf_free(z.b);
}

static void test_lying_types(void **state _unused_)
{
	struct zoo z = make_zoo();
	uint32_t end = btf_count(z.b);

	lie(z.u32, 0, 100000, "name at 100000");
	lie(z.u32, 1, 31u << 24, "kind 31 is not known");
	lie(z.u32, 1, 0, "kind 0 is not known");
	lie(z.u32, 3, 33, "33 bits");
	lie(z.u32, 3, 8 << 16 | 32, "32 bits from bit 8");
	lie(z.ptr, 2, end, "refers to type");
	lie(z.ptr, 2, UINT32_MAX, "refers to type");
	lie(z.arr, 3, end, "refers to type");
	lie(z.arr, 4, end, "refers to type");
	lie(z.ttag, 1, (uint32_t)BTF_STRUCT << 24 | 0xffff, "65535 elements");
	lie(z.ttag, 1, (uint32_t)BTF_ENUM64 << 24 | 1, "1 elements");
	lie(z.ev, 4, end, "refers to type");
	lie(z.ev, 3, 0xfffffff, "name at");
	lie(z.ev, 5, 49 * 8, "member 'pid' ends at bit 392 of 384");
	lie(z.ev, 2, 8, "ends at bit");
	lie(z.en, 3, 0xfffffff, "name at");
	lie(z.proto, 4, end, "refers to type");
	lie(z.func, 2, z.u32, "is no function prototype");
	lie(z.func, 2, 0, "is no function prototype");
	lie(z.sec, 3, z.u32, "is no variable");
	lie(z.sec, 3, end, "refers to type");
	btf_free(z.b);
}

static void test_truncated_everywhere(void **state _unused_)
{
	struct zoo z = make_zoo();
	size_t size;
	const uint8_t *data = btf_bytes(z.b, &size);

	for (size_t n = 0; n < size; n++) {
		uint8_t *part = malloc(n ? n : 1);
		struct btf *b;

		memcpy(part, data, n);
		assert_true(btf_open(&b, part, n, NULL, 0, NULL) < 0);
		assert_true(btf_open(&b, part, n, NULL, BTF_LAZY, NULL) < 0);
		free(part);
	}
	/* a types section that ends anywhere, in a file that does not */
	for (uint32_t n = 0; n < ((const struct btf_header *)data)->type_len; n++) {
		uint8_t *copy = bytes_of(z.b, &size);
		struct btf *b;

		((struct btf_header *)copy)->type_len = n;
		if (btf_open(&b, copy, size, NULL, 0, NULL) == 0) {
			ask_everything(b);
			btf_free(b);
		}
		assert_int_equal(btf_open(&b, copy, size, NULL, BTF_LAZY, NULL), 0);
		assert_true(btf_count(b) <= btf_count(z.b));
		ask_everything(b);
		btf_free(b);
		free(copy);
	}
	btf_free(z.b);
}

static void test_each_byte_changed(void **state _unused_)
{
	static const uint8_t values[] = { 0, 1, 4, 0x7f, 0x80, 0xff };
	struct zoo z = make_zoo();
	size_t size;
	uint8_t *data = bytes_of(z.b, &size);

	for (size_t i = 0; i < size; i++) {
		uint8_t was = data[i];

		for (size_t k = 0; k < ARRAY_SIZE(values) * 2; k++) {
			unsigned int flags = k % 2 ? BTF_LAZY : 0;
			struct btf *b;

			data[i] = values[k / 2];
			if (btf_open(&b, data, size, NULL, flags, NULL) == 0) {
				ask_everything(b);
				btf_free(b);
			}
		}
		data[i] = was;
	}
	free(data);
	btf_free(z.b);
}

static void test_loops_end(void **state _unused_)
{
	struct btf *b;
	uint32_t self, ping, pong, type, off, bits, inner;

	assert_int_equal(btf_new(&b, NULL), 0);
	self = mk_ref(b, BTF_CONST, "", 1);
	ping = mk_ref(b, BTF_TYPEDEF, "ping", 3);
	pong = mk_ref(b, BTF_TYPEDEF, "pong", ping);
	assert_null(btf_skip_mods(b, self, NULL));
	assert_null(btf_skip_mods(b, pong, NULL));
	assert_int_equal(btf_size(b, pong), -EINVAL);
	assert_int_equal(btf_align(b, pong), -EINVAL);
	/* an array of itself */
	inner = mk_array(b, btf_count(b), 2);
	assert_int_equal(btf_size(b, inner), -EINVAL);
	/* a struct that holds itself 64 times, without a name: 64^32 ways down */
	inner = btf_count(b);
	mk_members(b, BTF_STRUCT, "", 0, (struct mk_member[64]){
		[0 ... 63] = { "", inner, 0, 0 } }, 64);
	assert_int_equal(btf_find_member(b, inner, "x", &type, &off, &bits), -EINVAL);
	assert_int_equal(btf_align(b, inner), -EINVAL);
	/* no loop, but 64^12 ways down to the same place */
	inner = mk_int(b, "char", 1, 0);
	for (int level = 0; level < 12; level++) {
		struct mk_member m[64];

		for (int i = 0; i < 64; i++)
			m[i] = (struct mk_member){ "", inner, 0, 0 };
		inner = mk_members(b, BTF_UNION, "", 1, m, 64);
	}
	assert_int_equal(btf_find_member(b, inner, "x", &type, &off, &bits), -EINVAL);
	assert_int_equal(btf_align(b, inner), -EINVAL);
	btf_free(b);
}

static void test_strings(void **state _unused_)
{
	struct btf *b;
	char name[16];

	assert_int_equal(btf_new(&b, NULL), 0);
	assert_int_equal(btf_add_str(b, ""), 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 1000; i++) {
			snprintf(name, sizeof(name), "s%d", i);
			assert_string_equal(btf_str(b, (uint32_t)btf_add_str(b, name)), name);
		}
	}
	/* the second round added nothing: 10 * 3 + 90 * 4 + 900 * 5 and the empty one */
	assert_int_equal(btf_add_str(b, "next"), 1 + 30 + 360 + 4500);
	btf_free(b);
}

static void test_build_refuses(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf_type bad = { .info = 31u << 24 };
	struct btf_type ptr = { .info = (uint32_t)BTF_PTR << 24 };
	struct btf_type one = { .info = (uint32_t)BTF_STRUCT << 24 | 1 };
	struct btf *b;
	size_t size;
	uint8_t *data = bytes_of(z.b, &size);

	assert_int_equal(btf_add_type(z.b, &bad, NULL, 0), -EINVAL);
	assert_int_equal(btf_add_type(z.b, &ptr, &bad, 4), -EINVAL);
	assert_int_equal(btf_add_type(z.b, &one, NULL, 0), -EINVAL);
	assert_int_equal(btf_open(&b, data, size, NULL, 0, NULL), 0);
	assert_int_equal(btf_add_type(b, &ptr, NULL, 0), -EINVAL);
	assert_int_equal(btf_add_str(b, "x"), -EINVAL);
	btf_free(b);
	free(data);
	btf_free(z.b);
}

static void test_clone(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *b, *lazy;
	size_t size, n;
	uint8_t *data = bytes_of(z.b, &size);

	assert_int_equal(btf_open(&lazy, data, size, NULL, BTF_LAZY, NULL), 0);
	assert_int_equal(btf_clone(&b, lazy), 0);
	same_types(z.b, b);
	assert_memory_equal(btf_bytes(b, &n), data, size);
	assert_int_equal(n, size);
	assert_int_equal(btf_add_str(b, "event"), btf_type(b, z.ev)->name_off);
	assert_int_equal(mk_int(b, "more", 2, 0), z.ttag + 1);
	btf_edit(b, z.ev)->size = 64;
	assert_int_equal(btf_size(b, z.ev), 64);
	assert_int_equal(btf_size(lazy, z.ev), 48);
	btf_bytes(b, &n);
	assert_int_equal(n, size + 16 + 5);
	btf_free(b);
	btf_free(lazy);
	free(data);
	btf_free(z.b);
}

static void test_split(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *made, *b, *base;
	size_t base_size, size;
	uint8_t *base_data = bytes_of(z.b, &base_size), *data;
	uint32_t own, ref;

	assert_int_equal(btf_new(&made, z.b), 0);
	own = MK_STRUCT(made, "module_thing", 48, { "e", z.ev, 0, 0 });
	ref = mk_ref(made, BTF_PTR, "", own);
	/* a name that the base has the string of */
	btf_edit(made, ref)->name_off = btf_type(z.b, z.ev)->name_off;
	assert_int_equal(own, btf_count(z.b));
	data = bytes_of(made, &size);
	assert_true(btf_is_split(data, size));
	assert_false(btf_is_split(base_data, base_size));
	assert_false(btf_is_split(data, 10));
	for (unsigned int flags = 0; flags <= BTF_LAZY; flags += BTF_LAZY) {
		assert_int_equal(btf_open(&base, base_data, base_size, NULL, flags, NULL), 0);
		assert_int_equal(btf_open(&b, data, size, base, flags, NULL), 0);
		assert_ptr_equal(btf_base(b), base);
		assert_int_equal(btf_count(b), own + 2);
		assert_string_equal(btf_name_of(b, own), "module_thing");
		assert_string_equal(btf_name_of(b, ref), "event");
		assert_string_equal(btf_name_of(b, z.tdef), "u32");
		assert_int_equal(btf_size(b, own), 48);
		assert_null(btf_type(base, own));
		assert_int_equal(btf_find(b, "module_thing", ~0u), own);
		assert_int_equal(btf_find(b, "event", ~0u), z.ev);
		btf_free(b);
		btf_free(base);
	}
	assert_null(btf_edit(made, z.ev));
	btf_free(made);
	free(data);
	free(base_data);
	btf_free(z.b);
}

static void test_split_lies(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct btf *made, *b;
	size_t size;
	uint32_t own;
	uint8_t *data;

	assert_int_equal(btf_new(&made, z.b), 0);
	own = mk_ref(made, BTF_PTR, "", 1);
	btf_edit(made, own)->type = own + 1;
	data = bytes_of(made, &size);
	assert_int_equal(btf_open(&b, data, size, z.b, 0, NULL), -EINVAL);
	free(data);
	btf_edit(made, own)->type = own;
	btf_edit(made, own)->name_off = btf_type(z.b, z.ttag)->name_off + 5;
	data = bytes_of(made, &size);
	assert_int_equal(btf_open(&b, data, size, z.b, 0, NULL), -EINVAL);
	free(data);
	btf_free(made);
	btf_free(z.b);
}

/* Types of a module on another kernel's: every offset is one that exists, and none is a name's. */
static void test_split_elsewhere(void **state _unused_)
{
	struct btf *right, *wrong, *made, *b;
	struct report *r = report_new();
	size_t size;
	uint8_t *data;

	assert_int_equal(btf_new(&right, NULL), 0);
	mk_int(right, "int", 4, BTF_INT_SIGNED);
	assert_int_equal(btf_new(&wrong, NULL), 0);
	mk_int(wrong, "integer", 4, BTF_INT_SIGNED);
	assert_int_equal(btf_new(&made, right), 0);
	mk_ref(made, BTF_TYPEDEF, "first", 1);
	mk_ref(made, BTF_TYPEDEF, "a_longer_name", 1);
	data = bytes_of(made, &size);
	assert_int_equal(btf_open(&b, data, size, right, 0, r), 0);
	btf_free(b);
	assert_int_equal(btf_open(&b, data, size, wrong, 0, r), -EINVAL);
	assert_non_null(strstr(report_get(r, 0)->what, "no name begins at 5 of"));
	free(data);
	btf_free(made);
	btf_free(wrong);
	btf_free(right);
	report_free(r);
}

struct refs {
	unsigned int types, strings;
};

static int count_type(void *user, uint32_t *id _unused_)
{
	((struct refs *)user)->types++;
	return 0;
}

static int count_str(void *user, uint32_t *off _unused_)
{
	((struct refs *)user)->strings++;
	return 0;
}

static int stop(void *user, uint32_t *id _unused_)
{
	return ++((struct refs *)user)->types == 2 ? -ECANCELED : 0;
}

static void expect_refs(const struct zoo *z, uint32_t id, unsigned int types, unsigned int strings)
{
	struct refs n = { 0, 0 };

	assert_int_equal(btf_each_ref(btf_edit(z->b, id), count_type, count_str, &n), 0);
	assert_int_equal(n.types, types);
	assert_int_equal(n.strings, strings);
}

static void test_each_ref(void **state _unused_)
{
	struct zoo z = make_zoo();
	struct refs n = { 0, 0 };

	expect_refs(&z, z.u32, 0, 1);
	expect_refs(&z, z.ptr, 1, 1);
	expect_refs(&z, z.arr, 2, 1);
	expect_refs(&z, z.ev, 5, 6);
	expect_refs(&z, z.en, 0, 3);
	expect_refs(&z, z.en64, 0, 3);
	expect_refs(&z, z.fwd, 0, 1);
	expect_refs(&z, z.proto, 3, 3);
	expect_refs(&z, z.func, 1, 1);
	expect_refs(&z, z.var, 1, 1);
	expect_refs(&z, z.sec, 1, 1);
	expect_refs(&z, z.flt, 0, 1);
	expect_refs(&z, z.dtag, 1, 1);
	assert_int_equal(btf_each_ref(btf_edit(z.b, z.ev), stop, NULL, &n), -ECANCELED);
	assert_int_equal(n.types, 2);
	btf_free(z.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_payloads),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_enumerators),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_unaligned),
		cmocka_unit_test(test_newer_header),
		cmocka_unit_test(test_lying_headers),
		cmocka_unit_test(test_lying_types),
		cmocka_unit_test(test_truncated_everywhere),
		cmocka_unit_test(test_each_byte_changed),
		cmocka_unit_test(test_loops_end),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_build_refuses),
		cmocka_unit_test(test_clone),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_lies),
		cmocka_unit_test(test_split_elsewhere),
		cmocka_unit_test(test_each_ref),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
