// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * descriptor.c - fuzz target: any text as a plugin's descriptor. What is taken is complete, and an index says
 * of it what it says itself. The same bytes are also tried as an index.
 */
#include "fuzz.h"

#include "plugin/inner.h"

static void try_index(const uint8_t *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (!copy)
		return;
	memcpy(copy, data, size);
	(void)index_is_sound(copy, size);
	free(copy);
}

/* Is "section=PATTERN" in the claims? A text with a NUL goes into no index. */
static bool is_claimed(const uint8_t *data, size_t size, const struct buf *claims,
		       const char *pattern)
{
	char *line = text_format("\nsection=%s", pattern);
	bool yes = memchr(data, '\0', size) ||
		   (line && claims->data && strstr(claims->data, line));

	free(line);
	return yes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *r = report_new();
	struct buf claims = { 0 };
	struct plugin *p = NULL;
	int err = descriptor_read("fuzz", (const char *)data, size, &p, r);

	FUZZ_ASSERT((err == 0) == (p != NULL));
	FUZZ_REPORTED(r, err);
	try_index(data, size);
	descriptor_claims((const char *)data, size, &claims);
	if (p) {
		FUZZ_ASSERT(plugin_name_is_valid(p->name));
		FUZZ_ASSERT(p->abi && p->summary && p->file && p->kind);
		for (size_t i = 0; i < p->sections.n; i++)
			FUZZ_ASSERT(pattern_is_valid(p->sections.v[i]) &&
				    descriptor_says((const char *)data, size, "section",
						    p->sections.v[i]) &&
				    is_claimed(data, size, &claims, p->sections.v[i]));
		FUZZ_ASSERT(plugin_words(p));
	}
	buf_free(&claims);
	plugin_free(p);
	report_free(r);
	return 0;
}
