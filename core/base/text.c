// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * text.c - comparing and making text: globs, nearest names, trimming, hashes. Knows bytes;
 * refuses to know locales, so that a file means the same everywhere.
 */
#include <stdio.h>

#include "base/text.h"

bool text_is_glob(const char *s)
{
	return strpbrk(s, "*?") != NULL;
}

/*
 * Does the set at @p ("[a-z]" or "[!a-z]") contain @c? *end is behind the set, or at @p when the
 * bracket is never closed and therefore stands for itself.
 */
static bool in_set(const char *p, unsigned char c, const char **end)
{
	const char *at = p + 1;
	bool negated = false, found = false;

	*end = p;
	if (*at == '!' || *at == '^') {
		negated = true;
		at++;
	}
	/* a ] that comes first is a member */
	do {
		unsigned char low = (unsigned char)*at, high = low;

		if (!low)
			return false;
		if (at[1] == '-' && at[2] && at[2] != ']') {
			high = (unsigned char)at[2];
			at += 2;
		}
		at++;
		if (c >= low && c <= high)
			found = true;
	} while (*at != ']');
	*end = at + 1;
	return found != negated;
}

/* One element of the pattern against one character; the element's end, or NULL. */
static const char *match_one(const char *p, char c)
{
	const char *end;

	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		bool hit = in_set(p, (unsigned char)c, &end);

		if (end != p)
			return hit ? end : NULL;
	}
	return *p == c ? p + 1 : NULL;
}

bool text_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *resume = NULL, *next;

	/*
	 * A mismatch goes back to the last star only: the stars before it have already matched as
	 * little as they could. No recursion, so no pattern takes exponential time.
	 */
	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = s;
			continue;
		}
		next = *pattern ? match_one(pattern, *s) : NULL;
		if (next) {
			pattern = next;
			s++;
			continue;
		}
		if (!star)
			return false;
		pattern = star;
		s = ++resume;
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* Names are short; what is longer than this is compared for equality only. */
#define DISTANCE_MAX 255

unsigned int text_distance(const char *a, const char *b, unsigned int max)
{
	unsigned short rows[3][DISTANCE_MAX + 1];
	unsigned short *before = rows[0], *above = rows[1], *row = rows[2], *spare;
	size_t na = strnlen(a, DISTANCE_MAX + 1), nb = strnlen(b, DISTANCE_MAX + 1);
	size_t i, j;

	max = MIN(max, (unsigned int)DISTANCE_MAX);
	if (na > DISTANCE_MAX || nb > DISTANCE_MAX)
		return streq(a, b) ? 0 : max + 1;
	if ((na > nb ? na - nb : nb - na) > max)
		return max + 1;
	for (j = 0; j <= nb; j++)
		above[j] = before[j] = (unsigned short)j;
	for (i = 1; i <= na; i++) {
		unsigned int least = row[0] = (unsigned short)i;

		for (j = 1; j <= nb; j++) {
			unsigned int cost = a[i - 1] != b[j - 1];
			unsigned int best = above[j - 1] + cost;

			best = MIN(best, above[j] + 1u);
			best = MIN(best, row[j - 1] + 1u);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, before[j - 2] + 1u);
			row[j] = (unsigned short)best;
			least = MIN(least, best);
		}
		/* a swap reaches back two rows, and costs one */
		if (least > max + 1)
			return max + 1;
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return MIN((unsigned int)above[nb], max + 1);
}

int text_nearest(const char *name, const char *const *candidates, size_t n)
{
	size_t length = strlen(name), i;
	unsigned int best_distance;
	int best = -1;

	/* a third of the letters may be wrong, but at least one must be right */
	best_distance = (unsigned int)MIN(MAX(length / 3, (size_t)1), (size_t)4) + 1;
	best_distance = (unsigned int)MIN((size_t)best_distance, length);
	for (i = 0; i < n && best_distance; i++) {
		unsigned int distance;

		if (!candidates[i])
			continue;
		distance = text_distance(name, candidates[i], best_distance - 1);
		if (distance < best_distance && i <= INT32_MAX) {
			best_distance = distance;
			best = (int)i;
		}
	}
	return best;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *text_trim(char *s)
{
	size_t n;

	while (is_space(*s))
		s++;
	n = strlen(s);
	while (n && is_space(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

char *text_dup(const char *s)
{
	return strdup(s);
}

char *text_format(const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	return buf_take(&b);
}

uint32_t text_hash(const char *s, size_t n)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		hash = (hash ^ (uint8_t)s[i]) * 16777619u;
	return hash;
}
