/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * keys.c - the keys of an attachment as one text for the record, and back. Knows what has to be in quotes;
 * refuses to know keys.
 */
#include "base/text.h"
#include "state/state.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In quotes where it has to be: see keys_params(). */
static const char *word_of(struct arena *a, const char *key, const char *value)
{
	struct buf word _buf_free_ = { 0 };

	if (!strpbrk(value, " \"\\"))
		return arena_format(a, "%s=%s", key, value);
	buf_printf(&word, "%s=\"", key);
	for (; *value; value++)
		buf_printf(&word, "%s%c", strchr("\"\\", *value) ? "\\" : "", *value);
	buf_putc(&word, '"');
	return word.failed ? NULL : arena_dup(a, word.data);
}

const char *keys_text(const struct cleat_params *p, struct arena *a)
{
	VEC(const char *) words = { 0 };
	struct buf text _buf_free_ = { 0 };
	const char *key, *value;
	bool failed = false;

	for (size_t i = 0; params_at(p, i, &key, &value) && !failed; i++) {
		const char *word = word_of(a, key, value);

		failed = !word || vec_push(&words, word);
	}
	if (words.n)
		qsort(words.v, words.n, sizeof(*words.v), by_text);
	for (size_t i = 0; i < words.n; i++)
		buf_printf(&text, "%s%s", i ? " " : "", words.v[i]);
	vec_free(&words);
	return failed || text.failed ? NULL : arena_dup(a, text.data ? text.data : "");
}

/* The next "key=value" of keys_text(), in @word; what is behind it, or NULL: there was none. */
static const char *next_word(const char *at, struct buf *word)
{
	bool quoted = false;

	word->len = 0;
	at += strspn(at, " ");
	if (!*at)
		return NULL;
	for (; *at && (quoted || *at != ' '); at++) {
		if (*at == '"')
			quoted = !quoted;
		else if (*at == '\\' && at[1])
			buf_putc(word, *++at);
		else
			buf_putc(word, *at);
	}
	return at;
}

struct cleat_params *keys_params(const struct plugin *p, const char *keys)
{
	struct cleat_params *params = params_new(p->keys, p->n_keys, NULL, 0, p->name);
	struct buf word _buf_free_ = { 0 };

	while (params && (keys = next_word(keys, &word))) {
		if (!word.failed && !params_set_text(params, word.data, 0, NULL))
			continue;
		params_free(params);
		return NULL;
	}
	return params;
}
