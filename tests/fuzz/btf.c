// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf.c - fuzz target: any bytes as BTF, an object's or a kernel's, and all that is done with
 * types: values printed and parsed, C declarations, .BTF.ext. The last byte chooses.
 */
#include "fuzz.h"

#include "btf/decl.h"
#include "btf/ext.h"
#include "btf/value.h"

static void values(const struct btf *b, uint32_t id, const uint8_t *data, size_t size)
{
	struct buf out = { 0 };
	uint8_t back[256];
	int64_t bytes = btf_size(b, id);
	int err;

	err = btf_value_format(&out, b, id, data, size > 200 ? 200 : size, data[size - 1] >> 2);
	if (out.data && bytes > 0 && bytes <= (int64_t)sizeof(back) && !err)
		btf_value_parse(b, id, out.data, back, (size_t)bytes, NULL);
	btf_value_parse(b, id, "{a={b=1,c=[1,2]}}", back, 64, NULL);
	btf_value_parse(b, id, "1", back, sizeof(back), NULL);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct btf_decl *decl = NULL;
	struct btf_ext *ext = NULL;
	struct buf out = { 0 };
	struct btf *b = NULL;
	uint8_t choice;
	int err;

	FUZZ_ASSERT(r);
	choice = size ? data[size - 1] : 0;
	err = btf_open(&b, data, size, NULL, BTF_COPY | (choice & 1 ? BTF_LAZY : 0), r);
	FUZZ_ASSERT((err == 0) == (b != NULL));
	FUZZ_REPORTED(r, err);
	if (b && !btf_decl_new(&decl, b, choice & 2)) {
		for (uint32_t id = 0; id < btf_count(b) && id < 50; id++) {
			buf_clear(&out);
			btf_decl_add(decl, &out, id);
			buf_clear(&out);
			btf_decl_type(&out, b, id, "x");
			values(b, id, data, size);
		}
	}
	if (b) {
		report_clear(r);
		err = btf_ext_open(&ext, b, data, size, choice & 4, r);
		FUZZ_REPORTED(r, err);
		btf_ext_free(ext);
	}
	btf_decl_free(decl);
	buf_free(&out);
	btf_free(b);
	report_free(r);
	return 0;
}
