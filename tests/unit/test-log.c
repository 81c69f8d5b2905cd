// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * test-log.c - log records between bytes and text, of both formats; and the code that asks for levels,
 * which is not loaded.
 */
#include "object-file.h"
#include "log/log.h"
#include "object/internal.h"

static int setup(void **state)
{
	*state = report_new();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	report_free(*state);
	return 0;
}

/* ---- records ---------------------------------------------------------------------------------- */

/* A call's constants and a record of it, as they are built up. */
struct call {
	struct buf site, record;
};

static void put(struct buf *b, const void *data, size_t n)
{
	static const char zeroes[8];

	buf_put(b, data, n);
	buf_put(b, zeroes, ROUND_UP(n, (size_t)8) - n);
}

static void put64(struct buf *b, uint64_t v)
{
	buf_put(b, &v, sizeof(v));
}

static void begin(struct call *c, uint8_t level, uint8_t n_args, uint16_t bytes)
{
	const struct {
		uint32_t mark, line;
		uint8_t level, n_args;
		uint16_t bytes;
	} head = { 0x676f6c63, 42, level, n_args, bytes };

	*c = (struct call) { 0 };
	buf_put(&c->site, &head, 12);
	put64(&c->record, 0);
	put64(&c->record, 1000);
}

static void type(struct call *c, uint8_t kind, uint16_t bytes)
{
	const struct log_type t = { .kind = kind, .bytes = bytes };

	buf_put(&c->site, &t, sizeof(t));
}

#define BEGIN(c, level, n, format) begin(c, level, n, sizeof("a/net.bpf.c\0tgt\0" format))
#define END(c, format) \
	buf_put(&(c)->site, "a/net.bpf.c\0tgt\0" format, sizeof("a/net.bpf.c\0tgt\0" format))

static const char *decode(struct call *c, struct log_decoder *d, struct cleat_log_entry *e)
{
	*d = (struct log_decoder) { .format = LOG_FORMAT_CLEAT, .clock = 500 };
	d->sites = c->site.data;
	d->n_sites = c->site.len;
	return log_decode(d, c->record.data, c->record.len, e);
}

static void finish(struct call *c, struct log_decoder *d)
{
	buf_free(&c->site);
	buf_free(&c->record);
	buf_free(&d->text);
	buf_free(&d->names);
	vec_free(&d->args);
}

static void test_entry(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0xab };
	struct cleat_log_entry e;
	struct log_decoder d;
	struct call c;
	uint32_t ip;

	(void)state;
	memcpy(&ip, "\300\0\2\1", 4);
	BEGIN(&c, 4, 5, "{ipv4} {mac} {} {{}} {x} {}");
	type(&c, LOG_UNSIGNED, 4);
	type(&c, LOG_BYTES, 6);
	type(&c, LOG_SIGNED, 2);
	type(&c, LOG_UNSIGNED, 16);
	type(&c, LOG_STRING, 8);
	END(&c, "{ipv4} {mac} {} {{}} {x} {}");
	put64(&c.record, ip);
	put(&c.record, mac, 6);
	put64(&c.record, (uint64_t)-7);
	put64(&c.record, 3);
	put64(&c.record, 1);
	put64(&c.record, 3);
	put(&c.record, "sh\0junk", 8);
	assert_null(decode(&c, &d, &e));
	assert_string_equal(e.text, "192.0.2.1 02:00:00:00:00:ab -7 {} 10000000000000003 sh");
	assert_int_equal(e.level, CLEAT_LOG_DEBUG);
	assert_string_equal(e.target, "tgt");
	assert_string_equal(e.module, "net");
	assert_string_equal(e.file, "a/net.bpf.c");
	assert_int_equal(e.line, 42);
	assert_int_equal(e.time, 1500);
	assert_int_equal(e.n_args, 5);
	assert_string_equal(e.args[1].hint, "mac");
	assert_int_equal((int64_t)e.args[2].number, -7);
	assert_int_equal(e.args[4].kind, CLEAT_LOG_ARG_TEXT);
	assert_int_equal(e.args[4].bytes, 2);
	finish(&c, &d);
}

/* Any prefix of a record is none, and nothing behind its end is read. */
static void test_short(void **state)
{
	struct cleat_log_entry e;
	struct log_decoder d;
	struct call c;
	const char *why;

	(void)state;
	BEGIN(&c, 3, 2, "{} {}");
	type(&c, LOG_UNSIGNED, 8);
	type(&c, LOG_SOME, 16);
	END(&c, "{} {}");
	put64(&c.record, 5);
	put64(&c.record, 100);
	put(&c.record, "0123456789abcdef", 16);
	assert_null(decode(&c, &d, &e));
	assert_string_equal(e.text, "5 30313233343536373839616263646566...");
	assert_int_equal(e.args[1].error, -EMSGSIZE);
	for (size_t n = 0; n < c.record.len; n++) {
		_free_ char *copy = malloc(n ? n : 1);

		memcpy(copy, c.record.data, n);
		why = log_decode(&d, copy, n, &e);
		assert_string_equal(why, "it is too short");
		assert_null(e.text);
	}
	/* so is any prefix of the call's constants */
	for (size_t n = 0; n < c.site.len; n++) {
		_free_ char *copy = malloc(n ? n : 1);

		memcpy(copy, c.site.data, n);
		d.sites = copy;
		d.n_sites = n;
		assert_non_null(log_decode(&d, c.record.data, c.record.len, &e));
	}
	d.sites = c.site.data;
	d.n_sites = c.site.len;
	memcpy(c.record.data, "\4\0\0\0\0\0\0\0", 8);
	assert_string_equal(log_decode(&d, c.record.data, c.record.len, &e),
			    "its call is not in the object");
	memset(c.record.data, 0xff, 8);
	assert_string_equal(log_decode(&d, c.record.data, c.record.len, &e),
			    "its call is not in the object");
	finish(&c, &d);
}

/* What does not fit its hint is shown as its kind is; text of others moves no cursor. */
static void test_text(void **state)
{
	struct cleat_log_entry e;
	struct log_decoder d;
	struct call c;
	struct buf json = { 0 };

	(void)state;
	BEGIN(&c, 1, 3, "{mac} {} {?} {}\n");
	type(&c, LOG_UNSIGNED, 4);
	type(&c, LOG_TEXT, 8);
	type(&c, LOG_STRING, 8);
	END(&c, "{mac} {} {?} {}\n");
	put64(&c.record, 9);
	put(&c.record, "a\033[2J\"b", 8);
	put64(&c.record, (uint64_t)-14);
	put64(&c.record, 0);
	assert_null(decode(&c, &d, &e));
	assert_string_equal(e.text, "9 a\\x1b[2J\"b (Bad address) {?}");
	log_put_json(&json, &e);
	assert_non_null(strstr(json.data, "\"args\":[9,\"a\\u001b[2J\\\"b\",null]"));
	buf_free(&json);
	finish(&c, &d);
}

static void test_targets(void **state)
{
	struct cleat_log_entry e = { .level = CLEAT_LOG_INFO, .target = "net" };

	(void)state;
	assert_true(log_passes(0, NULL, &e));
	assert_true(log_passes(CLEAT_LOG_INFO, "", &e));
	assert_false(log_passes(CLEAT_LOG_WARN, NULL, &e));
	assert_true(log_passes(0, "disk, n*", &e));
	assert_false(log_passes(0, "disk,dns", &e));
	assert_true(log_passes(0, "!disk", &e));
	assert_false(log_passes(0, "n* !net", &e));
}

/* ---- Aya's ------------------------------------------------------------------------------------ */

static void field(struct buf *b, uint8_t tag, const void *value, uint16_t bytes)
{
	buf_putc(b, (char)tag);
	buf_put(b, &bytes, sizeof(bytes));
	buf_put(b, value, bytes);
}

static void test_aya(void **state)
{
	struct log_decoder d = { .format = LOG_FORMAT_AYA };
	const uint32_t line = 12, n_args = 10, ip = 0xc0000201;
	const uint16_t words[8] = { 0x2001, 0xdb8, 0, 0, 0, 0, 0, 1 };
	const double real = 1.5;
	struct cleat_log_entry e;
	struct buf b = { 0 };
	uint16_t length;

	(void)state;
	buf_put(&b, "\0\0", 2);
	field(&b, 0, "fire", 4);
	field(&b, 1, "\2", 1);
	field(&b, 2, "fire::x", 7);
	field(&b, 3, "main.rs", 7);
	field(&b, 4, &line, 4);
	field(&b, 5, &n_args, 4);
	field(&b, 20, "from ", 5);
	field(&b, 0, "\4", 1);
	field(&b, 8, &ip, 4);
	field(&b, 20, " ", 1);
	field(&b, 0, "\4", 1);
	field(&b, 18, words, 16);
	field(&b, 20, " ", 1);
	field(&b, 0, "\1", 1);
	field(&b, 12, &real, 8);
	field(&b, 1, "\373", 1);
	length = (uint16_t)b.len;
	memcpy(b.data, &length, 2);
	assert_null(log_decode(&d, b.data, b.len, &e));
	assert_string_equal(e.text, "from 192.0.2.1 2001:db8::1 1.5-5");
	assert_int_equal(e.level, CLEAT_LOG_WARN);
	assert_string_equal(e.module, "fire::x");
	assert_int_equal(e.line, 12);
	assert_int_equal(e.n_args, 4);
	for (size_t n = 0; n < b.len; n++) {
		_free_ char *copy = malloc(n ? n : 1);

		memcpy(copy, b.data, n);
		assert_string_equal(log_decode(&d, copy, n, &e), "it is too short");
		/* and the length that it has says the same */
		length = (uint16_t)n;
		if (n >= 2)
			memcpy(copy, &length, 2);
		assert_string_equal(log_decode(&d, copy, n, &e), "it is too short");
	}
	/* without its length it is none */
	assert_non_null(log_decode(&d, b.data + 2, b.len - 2, &e));
	buf_free(&b);
	buf_free(&d.text);
	buf_free(&d.names);
	vec_free(&d.args);
}

/* As releases up to 0.2 write them into perf buffers, with some bytes behind. */
static void test_aya_perf(void **state)
{
	struct log_decoder d = { .format = LOG_FORMAT_AYA };
	const uint32_t line = 12, ip = 0xc0000201;
	const uint64_t n_args = 4, many = 1ull << 40;
	struct cleat_log_entry e;
	struct buf b = { 0 };
	size_t whole, counted;

	(void)state;
	field(&b, 1, "fire", 4);
	field(&b, 2, "\3", 1);
	field(&b, 3, "fire::x", 7);
	field(&b, 4, "main.rs", 7);
	field(&b, 5, &line, 4);
	counted = b.len + 3;
	field(&b, 6, &n_args, 8);
	field(&b, 20, "from ", 5);
	field(&b, 0, "\4", 1);
	field(&b, 8, &ip, 4);
	field(&b, 20, "!", 1);
	whole = b.len;
	buf_put(&b, "\377\377\377", 3);
	assert_null(log_decode(&d, b.data, b.len, &e));
	assert_string_equal(e.text, "from 192.0.2.1!");
	assert_string_equal(e.target, "fire");
	assert_int_equal(e.level, CLEAT_LOG_INFO);
	assert_int_equal(e.line, 12);
	for (size_t n = 0; n < whole; n++) {
		_free_ char *copy = malloc(n ? n : 1);

		memcpy(copy, b.data, n);
		assert_string_equal(log_decode(&d, copy, n, &e), "it is too short");
	}
	memcpy(b.data + counted, &many, sizeof(many));
	assert_non_null(log_decode(&d, b.data, b.len, &e));
	buf_free(&b);
	buf_free(&d.text);
	buf_free(&d.names);
	vec_free(&d.args);
}

/* ---- gates ------------------------------------------------------------------------------------ */

static void set(struct object *o, const char *name, uint8_t value)
{
	const struct var_spec *v = object_var(o, name);

	assert_non_null(v);
	((uint8_t *)v->map->data)[v->offset] = value;
}

/* Every jump leads to an instruction, every reference and line is at one. */
static void expect_sound(const struct linked *l)
{
	for (uint32_t i = 0; i < l->n_insns; i++) {
		const struct insn *insn = &l->insns[i];
		uint8_t class = insn->code & INSN_CLASS, op = insn->code & INSN_OP;
		int64_t to = i + 1 + (insn_is_local_call(insn) ? insn->imm : insn->off);

		if (insn_is_lddw(insn)) {
			assert_int_equal(l->insns[++i].code, 0);
			continue;
		}
		if ((class != INSN_JMP && class != INSN_JMP32) || op == INSN_EXIT ||
		    (op == INSN_CALL && !insn_is_local_call(insn)))
			continue;
		assert_in_range(to, 0, l->n_insns - 1);
		assert_int_not_equal(l->insns[to].code, 0);
	}
	for (size_t i = 0; i < l->fixups.n; i++)
		assert_true(insn_is_lddw(&l->insns[l->fixups.v[i].insn]));
	for (size_t i = 0; i < l->lines.n; i++) {
		assert_in_range(l->lines.v[i].insn_off, 0, l->n_insns - 1);
		assert_true(!i || l->lines.v[i].insn_off > l->lines.v[i - 1].insn_off);
	}
	for (size_t i = 0; i < l->funcs.n; i++) {
		bool begins = false;

		for (size_t k = 0; k < l->lines.n; k++)
			begins |= l->lines.v[k].insn_off == l->funcs.v[i].insn_off;
		assert_true(begins);
	}
}

static bool refers_to(const struct linked *l, const char *map)
{
	for (size_t i = 0; i < l->fixups.n; i++)
		if (streq(l->fixups.v[i].map->name, map))
			return true;
	return false;
}

static size_t link_at(struct object *o, uint8_t level, uint8_t ring, size_t *funcs,
		      struct report *r)
{
	struct linked l;
	size_t n;

	set(o, "cleat_log_level", level);
	set(o, "cleat_log_ring", ring);
	assert_int_equal(no_errors(r, object_link(o, object_program(o, "branches"), &l, r)), 0);
	expect_sound(&l);
	/* No constant is asked for any more, and only maps are there that are used. */
	assert_false(refers_to(&l, ".rodata"));
	assert_false(refers_to(&l, LOG_SITES));
	assert_int_equal(refers_to(&l, LOG_RING), level && ring);
	assert_int_equal(refers_to(&l, LOG_PERF), level && !ring);
	assert_int_equal(refers_to(&l, LOG_BUFFER), level && !ring);
	assert_int_equal(refers_to(&l, LOG_LOST), level > 0);
	n = l.n_insns;
	*funcs = l.funcs.n;
	linked_free(&l);
	return n;
}

static void test_gates(void **state)
{
	struct object *o = open_built("tests/unit/bpf/gate.bpf.o", *state);
	size_t last = 0, funcs;

	for (uint8_t level = 0; level <= 5; level++) {
		size_t n = link_at(o, level, 1, &funcs, *state);

		/* there is nothing at warn and info */
		if (level == 2 || level == 3)
			assert_int_equal(n, last);
		else
			assert_true(n > last);
		assert_int_equal(funcs, level == 5 ? 3 : 2);
		assert_true(link_at(o, level, 0, &funcs, *state) >= n);
		last = n;
	}
	object_free(o);
}

static void collect(void *user, const char *file, unsigned int line, const char *what)
{
	const char *slash = strrchr(file, '/');

	buf_printf(user, "%s:%s\n", slash ? slash + 1 : file, what);
	assert_true(line > 1);
}

static void test_check(void **state)
{
	struct object *o = open_built("tests/unit/bpf/gate.bpf.o", *state);
	const struct map_spec *sites = object_map(o, LOG_SITES);
	struct buf said = { 0 };

	assert_non_null(sites);
	log_check(sites->data, sites->value_size, collect, &said);
	assert_string_equal(said.data,
			    "gate.bpf.c:a log format with 2 places and 1 argument\n"
			    "gate.bpf.c:argument 1, of 4 bytes, cannot be shown as '{mac}'\n"
			    "gate.bpf.c:there is no hint '{ipv5}'\n");
	buf_free(&said);
	object_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_entry, setup, teardown),
		cmocka_unit_test_setup_teardown(test_short, setup, teardown),
		cmocka_unit_test_setup_teardown(test_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_targets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_aya, setup, teardown),
		cmocka_unit_test(test_aya_perf),
		cmocka_unit_test_setup_teardown(test_gates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
