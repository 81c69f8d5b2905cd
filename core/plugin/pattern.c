// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * pattern.c - section name patterns. Knows the three forms and which of two patterns says more;
 * refuses to know which plugin has which pattern.
 */
#include "plugin/inner.h"

/* "x+" and "x/" without their last character, "x" whole. */
size_t pattern_stem(const char *pattern)
{
	size_t n = strlen(pattern);

	return n && (pattern[n - 1] == '+' || pattern[n - 1] == '/') ? n - 1 : n;
}

bool pattern_matches(const char *pattern, const char *name, const char **rest)
{
	size_t n = pattern_stem(pattern);
	const char *after = name + n;

	if (n == 0 || strncmp(pattern, name, n) != 0)
		return false;
	switch (pattern[n]) {
	case '\0':
		if (*after)
			return false;
		break;
	case '/':
		if (after[0] != '/' || !after[1])
			return false;
		break;
	default: /* '+' */
		if (*after && *after != '/')
			return false;
	}
	if (rest)
		*rest = *after ? after + 1 : after;
	return true;
}

/*
 * How much a pattern says: of those that match, the highest wins. More of the name first; then
 * exact before "needs more" before "either", so that equal weight means equal patterns.
 */
size_t pattern_weight(const char *pattern)
{
	size_t n = pattern_stem(pattern);

	return n * 4 + (pattern[n] == '\0' ? 2 : pattern[n] == '/' ? 1 : 0);
}

bool pattern_is_valid(const char *pattern)
{
	size_t i, n = pattern_stem(pattern);

	if (n == 0 || pattern[0] == '/' || pattern[0] == '?' || pattern[n - 1] == '/')
		return false;
	for (i = 0; i < n; i++) {
		if (pattern[i] <= ' ' || pattern[i] > '~' || pattern[i] == '+')
			return false;
	}
	return true;
}
