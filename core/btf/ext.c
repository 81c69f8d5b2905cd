/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * ext.c - reads .BTF.ext.
 *
 * Knows the three tables, their record sizes and the order the rest of us wants them in. Refuses
 * to know what the records are for: type ids and string offsets are as in the file, and whoever
 * uses one asks btf.h, which answers NULL or "" to a lie.
 */
#include <byteswap.h>

#include "base/vec.h"
#include "btf/ext.h"

#define INSN_SIZE 8

struct ext_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t func_off, func_len;
	uint32_t line_off, line_len;
	/* since hdr_len 32 */
	uint32_t relo_off, relo_len;
};

#define OLD_HEADER offsetof(struct ext_header, relo_off)

enum table { FUNCS, LINES, RELOS };

static const struct {
	const char *name;
	uint32_t size; /* of a record as we know it */
} tables[] = {
	[FUNCS] = { "function records", sizeof(struct btf_func_info) },
	[LINES] = { "line records", sizeof(struct btf_line_info) },
	[RELOS] = { "relocation records", sizeof(struct btf_core_relo) },
};

struct reader {
	const struct btf *btf;
	const uint8_t *data;
	size_t size;
	bool swap;
	struct report *report;
	struct strmap *names; /* to index + 1 */
	VEC(struct btf_ext_section) sections;
};

static void free_section(struct btf_ext_section *s)
{
	free(s->funcs);
	free(s->lines);
	free(s->relos);
}

static void cleanup_reader(struct reader *x)
{
	strmap_free(x->names);
	for (size_t i = 0; i < x->sections.n; i++)
		free_section(&x->sections.v[i]);
	vec_free(&x->sections);
}

/* Copy words out of the file, which aligns nothing and may have the other byte order. */
static void get_words(const struct reader *x, void *to, const uint8_t *from, size_t size)
{
	memcpy(to, from, size);
	for (size_t i = 0; x->swap && i + 4 <= size; i += 4) {
		uint32_t w;

		memcpy(&w, (uint8_t *)to + i, 4);
		w = bswap_32(w);
		memcpy((uint8_t *)to + i, &w, 4);
	}
}

static uint32_t get_u32(const struct reader *x, const uint8_t *from)
{
	uint32_t w;

	get_words(x, &w, from, sizeof(w));
	return w;
}

static int read_header(const struct reader *x, struct ext_header *h)
{
	uint16_t magic;

	memset(h, 0, sizeof(*h));
	if (x->size < OLD_HEADER)
		return report_error(x->report, EINVAL,
				    ".BTF.ext: %zu bytes are too short for a header", x->size);
	memcpy(&h->magic, x->data, 2);
	magic = x->swap ? bswap_16(BTF_MAGIC) : BTF_MAGIC;
	if (h->magic != magic)
		return report_error(x->report, EINVAL,
				    ".BTF.ext: magic number is 0x%04x, not 0x%04x", h->magic,
				    magic);
	h->version = x->data[2];
	if (h->version != 1)
		return report_error(x->report, EOPNOTSUPP,
				    ".BTF.ext: version %u is not known, only 1", h->version);
	h->hdr_len = get_u32(x, x->data + offsetof(struct ext_header, hdr_len));
	if (h->hdr_len < OLD_HEADER || h->hdr_len > x->size)
		return report_error(x->report, EINVAL, ".BTF.ext: header of %u bytes in %zu bytes",
				    h->hdr_len, x->size);
	/* a header that ends inside the last two words does not have them */
	get_words(x, &h->func_off, x->data + offsetof(struct ext_header, func_off),
		  (h->hdr_len >= sizeof(*h) ? sizeof(*h) : OLD_HEADER) -
			  offsetof(struct ext_header, func_off));
	return 0;
}

/* The section of this name; made when it is new. */
static struct btf_ext_section *section(struct reader *x, const char *name)
{
	uintptr_t at = (uintptr_t)strmap_get(x->names, name);
	struct btf_ext_section *s;

	if (at)
		return &x->sections.v[at - 1];
	s = vec_add(&x->sections);
	if (!s)
		return NULL;
	s->name = name;
	return strmap_set(x->names, name, (void *)(uintptr_t)x->sections.n) ? NULL : s;
}

/* Room for @n records more of one table; returns where they go. */
static void *grow(struct btf_ext_section *s, enum table table, uint32_t n)
{
	void **records[] = { (void **)&s->funcs, (void **)&s->lines, (void **)&s->relos };
	size_t *counts[] = { &s->n_funcs, &s->n_lines, &s->n_relos };
	size_t size = tables[table].size, old = *counts[table];
	void *grown = reallocarray(*records[table], old + n, size);

	if (!grown)
		return NULL;
	*records[table] = grown;
	*counts[table] = old + n;
	return (uint8_t *)grown + old * size;
}

static int read_records(struct reader *x, enum table table, const char *name, const uint8_t *from,
			uint32_t n, uint32_t stride)
{
	struct btf_ext_section *s = section(x, name);
	uint8_t *to = s ? grow(s, table, n) : NULL;

	if (!to)
		return report_oom(x->report);
	for (uint32_t i = 0; i < n; i++, to += tables[table].size, from += stride) {
		uint32_t insn_off;

		get_words(x, to, from, tables[table].size);
		memcpy(&insn_off, to, sizeof(insn_off));
		if (insn_off % INSN_SIZE)
			return report_error(x->report, EINVAL,
					    ".BTF.ext: %s of '%s': number %u is for byte %u, "
					    "inside an instruction",
					    tables[table].name, name, i, insn_off);
	}
	return 0;
}

static int read_table(struct reader *x, enum table table, uint32_t hdr_len, uint32_t off,
		      uint32_t len)
{
	const char *what = tables[table].name;
	const uint8_t *p, *end;
	uint32_t stride;

	if (!len)
		return 0;
	if ((uint64_t)hdr_len + off + len > x->size)
		return report_error(x->report, EINVAL, ".BTF.ext: %s end at %llu of %zu bytes",
				    what, (unsigned long long)hdr_len + off + len, x->size);
	p = x->data + hdr_len + off;
	end = p + len;
	if (len < 4)
		return report_error(x->report, EINVAL, ".BTF.ext: %s are cut off", what);
	stride = get_u32(x, p);
	p += 4;
	if (stride < tables[table].size || stride % 4)
		return report_error(x->report, EINVAL,
				    ".BTF.ext: %s of %u bytes, not of %u or more", what, stride,
				    tables[table].size);
	while (p < end) {
		const char *name;
		uint32_t n;
		int err;

		if (end - p < 8)
			return report_error(x->report, EINVAL, ".BTF.ext: %s are cut off", what);
		name = btf_str(x->btf, get_u32(x, p));
		n = get_u32(x, p + 4);
		p += 8;
		if (!*name)
			return report_error(x->report, EINVAL,
					    ".BTF.ext: %s of a section without a name", what);
		if (!n || (uint64_t)n * stride > (size_t)(end - p))
			return report_error(x->report, EINVAL,
					    ".BTF.ext: %s of '%s': %u of them in %zu bytes", what,
					    name, n, (size_t)(end - p));
		err = read_records(x, table, name, p, n, stride);
		if (err)
			return err;
		p += (size_t)n * stride;
	}
	return 0;
}

/* Programs are right without these: what is damaged is left out, whole. */
static int read_decoration(struct reader *x, enum table table, uint32_t hdr_len, uint32_t off,
			   uint32_t len)
{
	size_t before = x->report ? report_count(x->report) : 0;
	int err = read_table(x, table, hdr_len, off, len);

	if (!err || err == -ENOMEM)
		return err;
	report_soften(x->report, before, CLEAT_WARNING);
	for (size_t i = 0; i < x->sections.n; i++) {
		struct btf_ext_section *s = &x->sections.v[i];

		if (table == FUNCS)
			s->n_funcs = 0;
		else
			s->n_lines = 0;
	}
	return 0;
}

/* By instruction, which all records begin with; the rest makes the order certain. */
static int compare(const void *a, const void *b, size_t words)
{
	const uint32_t *x = a, *y = b;

	for (size_t i = 0; i < words; i++) {
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	}
	return 0;
}

static int compare_2(const void *a, const void *b)
{
	return compare(a, b, 2);
}

static int compare_4(const void *a, const void *b)
{
	return compare(a, b, 4);
}

/* Compilers write them sorted: look before sorting. */
static void sort_records(void *records, size_t n, size_t size)
{
	const uint8_t *p = records;
	size_t words = size / 4;

	for (size_t i = 1; i < n; i++) {
		if (compare(p + (i - 1) * size, p + i * size, 1) > 0) {
			qsort(records, n, size, words == 2 ? compare_2 : compare_4);
			return;
		}
	}
}

int btf_ext_open(struct btf_ext **out, const struct btf *btf, const void *data, size_t size,
		 bool swap, struct report *r)
{
	struct reader x _cleanup_(cleanup_reader) = {
		.btf = btf,
		.data = data,
		.size = size,
		.swap = swap,
		.report = r,
	};
	struct ext_header h;
	struct btf_ext *ext;
	int err;

	*out = NULL;
	x.names = strmap_new();
	if (!x.names)
		return report_oom(r);
	err = read_header(&x, &h);
	if (!err)
		err = read_table(&x, RELOS, h.hdr_len, h.relo_off, h.relo_len);
	if (!err)
		err = read_decoration(&x, FUNCS, h.hdr_len, h.func_off, h.func_len);
	if (!err)
		err = read_decoration(&x, LINES, h.hdr_len, h.line_off, h.line_len);
	if (err)
		return err;
	ext = calloc(1, sizeof(*ext));
	if (!ext)
		return report_oom(r);
	for (size_t i = 0; i < x.sections.n; i++) {
		struct btf_ext_section *s = &x.sections.v[i];

		sort_records(s->funcs, s->n_funcs, sizeof(*s->funcs));
		sort_records(s->lines, s->n_lines, sizeof(*s->lines));
		sort_records(s->relos, s->n_relos, sizeof(*s->relos));
	}
	ext->n_sections = x.sections.n;
	ext->sections = take_ptr(x.sections.v);
	x.sections.n = 0;
	*out = ext;
	return 0;
}

bool btf_ext_may_relocate(const void *data, size_t size, bool swap)
{
	struct reader x = { .data = data, .size = size, .swap = swap };
	struct ext_header h;

	return read_header(&x, &h) || h.relo_len;
}

void btf_ext_free(struct btf_ext *ext)
{
	if (!ext)
		return;
	for (size_t i = 0; i < ext->n_sections; i++)
		free_section(&ext->sections[i]);
	free(ext->sections);
	free(ext);
}

const struct btf_ext_section *btf_ext_section(const struct btf_ext *ext, const char *name)
{
	for (size_t i = 0; i < ext->n_sections; i++) {
		if (streq(ext->sections[i].name, name))
			return &ext->sections[i];
	}
	return NULL;
}
