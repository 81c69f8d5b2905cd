// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* test-btf-ext.c - .BTF.ext: records old and new, sorting, the other byte order, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <byteswap.h>
#include <stdio.h>

#include "base/report.h"
#include "base/text.h"
#include "btf-make.h"
#include "btf/ext.h"

/* The file as words: a header of six or eight, then the tables one after the other. */
struct image {
	uint32_t w[256];
	size_t n;
	size_t header;
};

static void put(struct image *m, size_t n, ...)
{
	va_list args;

	va_start(args, n);
	while (n--) {
		assert_true(m->n < ARRAY_SIZE(m->w));
		m->w[m->n++] = va_arg(args, uint32_t);
	}
	va_end(args);
}

/* Two bytes of magic number, one of version, one of flags. */
static void put_magic(struct image *m, uint16_t magic)
{
	uint8_t *first = (uint8_t *)m->w;

	memcpy(first, &magic, sizeof(magic));
	first[2] = 1;
	first[3] = 0;
}

static void begin(struct image *m, size_t header_words)
{
	memset(m, 0, sizeof(*m));
	m->header = header_words;
	m->n = header_words;
	put_magic(m, BTF_MAGIC);
	m->w[1] = (uint32_t)header_words * 4;
}

/* Table number @i began at word @from and ends here. */
static void table(struct image *m, size_t i, size_t from)
{
	m->w[2 + i * 2] = (uint32_t)(from - m->header) * 4;
	m->w[3 + i * 2] = (uint32_t)(m->n - from) * 4;
}

struct names {
	struct btf *b;
	uint32_t text, xdp, tc;
};

static struct names make_names(void)
{
	struct names n;

	assert_int_equal(btf_new(&n.b, NULL), 0);
	n.text = mk_str(n.b, ".text");
	n.xdp = mk_str(n.b, "xdp");
	n.tc = mk_str(n.b, "tc");
	return n;
}

/* Two sections with functions and lines, one with relocations; @extra words longer than known. */
static struct image make_image(const struct names *n, uint32_t extra)
{
	struct image m;
	size_t from;

	begin(&m, 8);
	from = m.n;
	put(&m, 1, 8 + extra * 4);
	put(&m, 4, n->xdp, 1, 0, 5);
	for (uint32_t i = 0; i < extra; i++)
		put(&m, 1, 0xdead);
	put(&m, 4, n->text, 1, 16, 6);
	for (uint32_t i = 0; i < extra; i++)
		put(&m, 1, 0xdead);
	table(&m, 0, from);

	from = m.n;
	put(&m, 1, 16 + extra * 4);
	put(&m, 2, n->xdp, 3);
	for (uint32_t k = 0; k < 3; k++) {
		/* out of order: 32, 16, 0 */
		put(&m, 4, 32 - k * 16, n->text, n->tc, (k + 1) << 10 | 7);
		for (uint32_t i = 0; i < extra; i++)
			put(&m, 1, 0xdead);
	}
	table(&m, 1, from);

	from = m.n;
	put(&m, 1, 16 + extra * 4);
	put(&m, 6, n->tc, 1, 8, 3, n->xdp, 12);
	for (uint32_t i = 0; i < extra; i++)
		put(&m, 1, 0xdead);
	/* the same section once more */
	put(&m, 6, n->tc, 1, 0, 4, n->xdp, 2);
	for (uint32_t i = 0; i < extra; i++)
		put(&m, 1, 0xdead);
	table(&m, 2, from);
	return m;
}

static void check_image(const struct btf_ext *ext)
{
	const struct btf_ext_section *s;

	assert_int_equal(ext->n_sections, 3);
	s = btf_ext_section(ext, "xdp");
	assert_non_null(s);
	assert_int_equal(s->n_funcs, 1);
	assert_int_equal(s->funcs[0].type_id, 5);
	assert_int_equal(s->n_lines, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(s->lines[i].insn_off, i * 16);
		assert_int_equal(s->lines[i].line_col, (3 - i) << 10 | 7);
	}
	assert_int_equal(s->n_relos, 0);
	assert_int_equal(btf_ext_section(ext, ".text")->funcs[0].insn_off, 16);
	s = btf_ext_section(ext, "tc");
	assert_int_equal(s->n_relos, 2);
	assert_int_equal(s->relos[0].insn_off, 0);
	assert_int_equal(s->relos[0].kind, 2);
	assert_int_equal(s->relos[1].type_id, 3);
	assert_int_equal(s->relos[1].kind, 12);
	assert_null(btf_ext_section(ext, "nope"));
}

static void test_read(void **state _unused_)
{
	struct names n = make_names();

	for (uint32_t extra = 0; extra < 3; extra++) {
		struct image m = make_image(&n, extra);
		struct btf_ext *ext;

		assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, NULL), 0);
		check_image(ext);
		btf_ext_free(ext);
	}
	btf_free(n.b);
	btf_ext_free(NULL);
}

static void test_swapped(void **state _unused_)
{
	struct names n = make_names();
	struct image m = make_image(&n, 1);
	struct btf_ext *ext;

	put_magic(&m, bswap_16(BTF_MAGIC));
	for (size_t i = 1; i < m.n; i++)
		m.w[i] = bswap_32(m.w[i]);
	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, true, NULL), 0);
	check_image(ext);
	btf_ext_free(ext);
	assert_true(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, NULL) < 0);
	btf_free(n.b);
}

static void test_headers(void **state _unused_)
{
	struct names n = make_names();
	struct image m;
	struct btf_ext *ext;
	size_t from;

	/* nothing in it */
	begin(&m, 8);
	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, NULL), 0);
	assert_int_equal(ext->n_sections, 0);
	btf_ext_free(ext);

	/* before relocations: what follows the header is not taken for them */
	begin(&m, 6);
	from = m.n;
	put(&m, 5, 8, n.xdp, 1, 0, 5);
	table(&m, 0, from);
	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, NULL), 0);
	assert_int_equal(ext->n_sections, 1);
	btf_ext_free(ext);

	/* from the future */
	begin(&m, 10);
	from = m.n;
	put(&m, 5, 8, n.xdp, 1, 0, 5);
	table(&m, 0, from);
	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, NULL), 0);
	assert_int_equal(btf_ext_section(ext, "xdp")->n_funcs, 1);
	btf_ext_free(ext);
	btf_free(n.b);
}

static void lie(size_t word, uint32_t value, const char *words)
{
	struct names n = make_names();
	struct image m = make_image(&n, 0);
	struct report *r = report_new();
	struct btf_ext *ext = (void *)1;

	m.w[word] = value;
	assert_true(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, r) < 0);
	assert_null(ext);
	assert_int_equal(report_errors(r), 1);
	if (!strstr(report_get(r, 0)->what, words))
		fail_msg("'%s' is not in '%s'", words, report_get(r, 0)->what);
	report_free(r);
	btf_free(n.b);
}

/* The same for what programs can do without: left out with a warning, the rest is there. */
static void damage(size_t word, uint32_t value, const char *words)
{
	struct names n = make_names();
	struct image m = make_image(&n, 0);
	struct report *r = report_new();
	struct btf_ext *ext;
	size_t relos = 0, decorations = 0;

	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, r), 0);
	assert_int_equal(report_count(r), 0);
	for (size_t i = 0; i < ext->n_sections; i++)
		relos += ext->sections[i].n_relos;
	btf_ext_free(ext);

	m.w[word] = value;
	assert_int_equal(btf_ext_open(&ext, n.b, m.w, m.n * 4, false, r), 0);
	assert_int_equal(report_errors(r), 0);
	assert_int_equal(report_count(r), 1);
	if (!strstr(report_get(r, 0)->what, words))
		fail_msg("'%s' is not in '%s'", words, report_get(r, 0)->what);
	for (size_t i = 0; i < ext->n_sections; i++) {
		relos -= ext->sections[i].n_relos;
		decorations += !ext->sections[i].n_funcs || !ext->sections[i].n_lines;
	}
	assert_int_equal(relos, 0);
	assert_true(decorations > 0);
	btf_ext_free(ext);
	report_free(r);
	btf_free(n.b);
}

static void test_lies(void **state _unused_)
{
	lie(0, 0x01001234, "magic number");
	lie(0, 0x00020000 | BTF_MAGIC, "version 2");
	lie(1, 20, "header of 20 bytes");
	lie(1, 100000, "header of 100000 bytes");
	lie(6, UINT32_MAX, "relocation records end");
	lie(7, UINT32_MAX, "relocation records end");
	lie(7, 3, "relocation records are cut off");
	damage(2, UINT32_MAX, "function records end");
	damage(3, UINT32_MAX, "function records end");
	damage(3, 3, "function records are cut off");
	damage(3, 8, "function records are cut off");
	damage(5, UINT32_MAX, "line records end");
	damage(8, 4, "function records of 4 bytes");
	damage(8, 0, "function records of 0 bytes");
	damage(8, 9, "function records of 9 bytes");
	damage(8, 0xfffffffc, "1 of them in");
	damage(9, 0, "without a name");
	damage(9, 0xfffff, "without a name");
	damage(10, 0, "0 of them");
	damage(10, 1000, "1000 of them");
	damage(10, UINT32_MAX, "4294967295 of them");
	damage(11, 4, "number 0 is for byte 4");
}

static void test_truncated_and_changed(void **state _unused_)
{
	static const uint32_t values[] = { 0, 1, 8, 16, 0x7fffffff, UINT32_MAX };
	struct names n = make_names();
	struct image m = make_image(&n, 1);
	struct btf_ext *ext;

	for (size_t size = 0; size < m.n * 4; size++) {
		uint8_t *part = malloc(size ? size : 1);

		memcpy(part, m.w, size);
		assert_true(btf_ext_open(&ext, n.b, part, size, false, NULL) < 0);
		free(part);
	}
	for (size_t i = 0; i < m.n; i++) {
		uint32_t was = m.w[i];
		uint8_t *copy = malloc(m.n * 4);

		for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
			m.w[i] = values[k];
			memcpy(copy, m.w, m.n * 4);
			if (btf_ext_open(&ext, n.b, copy, m.n * 4, false, NULL) == 0)
				btf_ext_free(ext);
		}
		m.w[i] = was;
		free(copy);
	}
	btf_free(n.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_swapped),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_truncated_and_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
