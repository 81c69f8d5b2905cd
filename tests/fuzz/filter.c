// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * filter.c - fuzz target: text up to a NUL as a filter of a struct with one member of each sort, the
 * bytes behind it as the record. What compiles can be asked of the record and of each beginning of
 * it, and what is turned over by 'not' turns over the answer.
 */
#include "fuzz.h"

#include "../unit/btf-make.h"
#include "btf/filter.h"

static struct btf *types;
static uint32_t event;

static void make_types(void)
{
	struct btf *b;
	uint32_t u8, u32, s64, ch, u128, en, be, inner, real;

	FUZZ_ASSERT(btf_new(&b, NULL) == 0);
	u8 = mk_int(b, "unsigned char", 1, 0);
	u32 = mk_int(b, "unsigned int", 4, 0);
	s64 = mk_int(b, "long", 8, BTF_INT_SIGNED);
	ch = mk_int(b, "char", 1, 1);
	u128 = mk_int(b, "unsigned __int128", 16, 0);
	real = mk_type(b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	en = MK_ENUM(b, "e", true, 4, { "A", 1 }, { "B", 2 }, { "M", -1 });
	be = mk_ref(b, BTF_TYPEDEF, "__be32", u32);
	inner = MK_STRUCT(b, "in", 8, { "b1", u32, 0, 3 }, { "b2", u32, 3, 29 }, { "e", en, 32, 0 });
	event = MK_STRUCT(b, "ev", 96, { "a", u32, 0, 0 }, { "c", mk_array(b, ch, 8), 32, 0 },
			  { "mac", mk_array(b, u8, 6), 96, 0 }, { "s", s64, 192, 0 },
			  { "w", u128, 256, 0 }, { "ip", be, 384, 0 },
			  { "ip6", mk_array(b, u8, 16), 416, 0 }, { "st", mk_array(b, inner, 2), 544, 0 },
			  { "f", real, 672, 0 }, { "", inner, 704, 0 },
			  { "t", mk_array(b, ch, 0), 768, 0 });
	types = b;
}

/* The same with 'not' in front of it. */
static struct btf_filter *turned_over(const char *text)
{
	size_t n = strlen(text) + sizeof("not ()");
	struct btf_filter *f = NULL;
	char *not = malloc(n);

	FUZZ_ASSERT(not);
	snprintf(not, n, "not (%s)", text);
	/* One more parenthesis may be one too many. */
	btf_filter_new(&f, types, event, not, NULL);
	free(not);
	return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = strnlen((const char *)data, size);
	char *text = fuzz_text(data, length);
	struct report *r = report_new();
	struct btf_filter *f, *not = NULL;
	int err;

	FUZZ_ASSERT(r);
	if (!types)
		make_types();
	err = btf_filter_new(&f, types, event, text, r);
	FUZZ_REPORTED(r, err);
	FUZZ_ASSERT(report_errors(r) <= 1);
	FUZZ_ASSERT(!err == !!f);
	if (f)
		not = turned_over(text);
	length += length < size;
	for (size_t n = 0; f && n <= MIN(size - length, 128); n++) {
		uint8_t *record = malloc(n ? n : 1);
		bool holds;

		FUZZ_ASSERT(record);
		if (n)
			memcpy(record, data + length, n);
		holds = btf_filter_match(f, record, n);
		if (not)
			FUZZ_ASSERT(btf_filter_match(not, record, n) != holds);
		free(record);
	}
	btf_filter_free(f);
	btf_filter_free(not);
	report_free(r);
	free(text);
	return 0;
}
