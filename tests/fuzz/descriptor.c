// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * descriptor.c - fuzz target: any text as a plugin's descriptor. What is taken is complete.
 */
#include "fuzz.h"

#include "plugin/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct plugin *p = NULL;
	int err = descriptor_read("fuzz", (const char *)data, size, &p, r);

	FUZZ_ASSERT((err == 0) == (p != NULL));
	FUZZ_REPORTED(r, err);
	if (p) {
		FUZZ_ASSERT(plugin_name_is_valid(p->name));
		FUZZ_ASSERT(p->abi && p->summary && p->file && p->kind);
		for (size_t i = 0; i < p->sections.n; i++)
			FUZZ_ASSERT(pattern_is_valid(p->sections.v[i]) &&
				    descriptor_says((const char *)data, size, "section",
						    p->sections.v[i]));
		FUZZ_ASSERT(plugin_words(p));
	}
	plugin_free(p);
	report_free(r);
	return 0;
}
