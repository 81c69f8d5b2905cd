/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * facts.c - lists of named values.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "live/context.h"

struct cleat_facts {
	VEC(struct cleat_fact *) facts; /* by address: they do not move */
};

CLEAT_API struct cleat_facts *cleat_facts_new(void)
{
	return calloc(1, sizeof(struct cleat_facts));
}

CLEAT_API void cleat_facts_free(struct cleat_facts *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->facts.n; i++) {
		free((char *)f->facts.v[i]->name);
		free((char *)f->facts.v[i]->text);
		free(f->facts.v[i]);
	}
	vec_free(&f->facts);
	free(f);
}

/* Takes @text. */
static int add(struct cleat_facts *f, int kind, const char *name, char *text, uint64_t number)
{
	struct cleat_fact *fact = calloc(1, sizeof(*fact));
	char *copy = text_dup(name);

	if (!fact || !copy || !text || vec_push(&f->facts, fact)) {
		free(fact);
		free(copy);
		free(text);
		return -ENOMEM;
	}
	fact->size = sizeof(*fact);
	fact->kind = kind;
	fact->name = copy;
	fact->text = text;
	fact->number = number;
	return 0;
}

int facts_copy(struct cleat_facts *f, const struct cleat_fact *fact)
{
	return add(f, fact->kind, fact->name, text_dup(fact->text), fact->number);
}

CLEAT_API int cleat_facts_text(struct cleat_facts *f, const char *name, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	return add(f, CLEAT_FACT_TEXT, name, text, 0);
}

CLEAT_API int cleat_facts_number(struct cleat_facts *f, const char *name, uint64_t number)
{
	return add(f, CLEAT_FACT_NUMBER, name, text_format("%llu", (unsigned long long)number),
		   number);
}

CLEAT_API int cleat_facts_bool(struct cleat_facts *f, const char *name, bool truth)
{
	return add(f, CLEAT_FACT_BOOL, name, text_dup(truth ? "yes" : "no"), truth);
}

CLEAT_API size_t cleat_facts_count(const struct cleat_facts *f)
{
	return f->facts.n;
}

CLEAT_API const struct cleat_fact *cleat_facts_get(const struct cleat_facts *f, size_t i)
{
	return i < f->facts.n ? f->facts.v[i] : NULL;
}

CLEAT_API const char *cleat_facts_find(const struct cleat_facts *f, const char *name)
{
	for (size_t i = 0; i < f->facts.n; i++)
		if (streq(f->facts.v[i]->name, name))
			return f->facts.v[i]->text;
	return NULL;
}
