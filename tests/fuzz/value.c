// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * value.c - fuzz target: any text as a value of a struct with one member of each sort. What parses
 * is printed in every form; text that was printed parses again, to the same text.
 */
#include "fuzz.h"

#include "../unit/btf-make.h"
#include "btf/value.h"

#define EVENT_SIZE 112

static struct btf *types;
static uint32_t event;

static void make_types(void)
{
	struct btf *b;
	uint32_t u8, u32, ch, u128, flag, real, en, be, either, inner;

	FUZZ_ASSERT(btf_new(&b, NULL) == 0);
	u8 = mk_int(b, "unsigned char", 1, 0);
	u32 = mk_int(b, "unsigned int", 4, 0);
	ch = mk_int(b, "char", 1, 1);
	u128 = mk_int(b, "unsigned __int128", 16, 0);
	flag = mk_int(b, "_Bool", 1, BTF_INT_BOOL);
	real = mk_type(b, BTF_FLOAT, "double", false, 0, 8, NULL, 0);
	en = MK_ENUM(b, "e", true, 4, { "A", 1 }, { "B", 2 }, { "C", 4 }, { "M", -1 });
	be = mk_ref(b, BTF_TYPEDEF, "__be32", u32);
	either = MK_UNION(b, "", 16, { "w", u128, 0, 0 }, { "ip6", mk_array(b, u8, 16), 0, 0 });
	inner = MK_STRUCT(b, "in", 8, { "b1", u32, 0, 3 }, { "b2", u32, 3, 29 },
			  { "e", en, 32, 0 });
	event = MK_STRUCT(b, "ev", EVENT_SIZE, { "a", u32, 0, 0 },
			  { "comm", mk_array(b, ch, 8), 32, 0 },
			  { "mac", mk_array(b, u8, 6), 96, 0 }, { "ok", flag, 144, 0 },
			  { "", either, 256, 0 }, { "f", real, 384, 0 }, { "ip", be, 448, 0 },
			  { "st", mk_array(b, inner, 2), 480, 0 },
			  { "p", mk_ref(b, BTF_PTR, "", 0), 640, 0 },
			  { "fl", mk_array(b, u8, 0), 704, 0 });
	types = b;
}

/* Printed, parsed and printed again: nothing is lost on the way. */
static void there_and_back(const uint8_t *value, unsigned int flags)
{
	struct buf first = { 0 }, second = { 0 };
	uint8_t again[EVENT_SIZE];

	FUZZ_ASSERT(!btf_value_format(&first, types, event, value, EVENT_SIZE, flags));
	if (btf_value_parse(types, event, first.data, again, sizeof(again), NULL)) {
		fprintf(stderr, "does not parse: %s\n", first.data);
		abort();
	}
	FUZZ_ASSERT(!btf_value_format(&second, types, event, again, EVENT_SIZE, flags));
	if (strcmp(first.data, second.data)) {
		fprintf(stderr, "was: %s\nis: %s\n", first.data, second.data);
		abort();
	}
	buf_free(&first);
	buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct report *r = report_new();
	uint8_t value[EVENT_SIZE];
	int err;

	FUZZ_ASSERT(r);
	if (!types)
		make_types();
	err = btf_value_parse(types, event, text, value, sizeof(value), r);
	FUZZ_REPORTED(r, err);
	FUZZ_ASSERT(report_errors(r) <= 1);
	for (unsigned int flags = 0; !err && flags < 4; flags++)
		there_and_back(value, flags);
	report_free(r);
	free(text);
	return 0;
}
