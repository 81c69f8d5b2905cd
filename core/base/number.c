// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * number.c - numbers, sizes, durations and truth values from text. Knows their spelling; refuses
 * to know what is being counted, and to guess: the whole text is the value or it is an error.
 */
#include "base/text.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads the number at the start of @s; *end is behind it. The rest is the caller's. */
static int read_number(const char *s, uint64_t *out, const char **end)
{
	bool digit_before = false, overflow = false;
	unsigned int base = 10;
	uint64_t value = 0;

	if (s[0] == '0') {
		switch (s[1]) {
		case 'x':
		case 'X':
			base = 16, s += 2;
			break;
		case 'b':
		case 'B':
			base = 2, s += 2;
			break;
		case 'o':
		case 'O':
			base = 8, s += 2;
			break;
		default:
			base = 8;
		}
	}
	for (;; s++) {
		int digit;

		if (*s == '_') {
			/* between two digits only */
			if (!digit_before)
				return -EINVAL;
			digit_before = false;
			continue;
		}
		digit = digit_value(*s);
		if (digit < 0 || (unsigned int)digit >= base)
			break;
		digit_before = true;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			overflow = true;
	}
	if (!digit_before)
		return -EINVAL;
	*end = s;
	*out = value;
	return overflow ? -ERANGE : 0;
}

int text_u64(const char *s, uint64_t *out)
{
	const char *end = NULL;
	uint64_t value;
	int err;

	err = read_number(s, &value, &end);
	if (err == -EINVAL || *end)
		return -EINVAL;
	if (!err)
		*out = value;
	return err;
}

int text_i64(const char *s, int64_t *out)
{
	bool negative = *s == '-';
	uint64_t magnitude;
	int err;

	err = text_u64(s + negative, &magnitude);
	if (err)
		return err;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*out = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return 0;
}

struct suffix {
	const char *text;
	uint64_t factor;
};

static int read_scaled(const char *s, const struct suffix *suffixes, size_t n, uint64_t *out)
{
	const char *end = NULL;
	uint64_t value;
	int err;
	size_t i;

	err = read_number(s, &value, &end);
	if (err == -EINVAL)
		return err;
	/* "10 ms" as people write it */
	while (*end == ' ')
		end++;
	for (i = 0; i < n; i++) {
		if (!streq(end, suffixes[i].text))
			continue;
		if (err)
			return err;
		if (__builtin_mul_overflow(value, suffixes[i].factor, &value))
			return -ERANGE;
		*out = value;
		return 0;
	}
	return -EINVAL;
}

int text_size(const char *s, uint64_t *out)
{
	static const struct suffix sizes[] = {
		{ "", 1 },           { "K", 1ULL << 10 },
		{ "k", 1ULL << 10 }, { "KiB", 1ULL << 10 },
		{ "M", 1ULL << 20 }, { "MiB", 1ULL << 20 },
		{ "G", 1ULL << 30 }, { "GiB", 1ULL << 30 },
		{ "T", 1ULL << 40 }, { "TiB", 1ULL << 40 },
	};

	return read_scaled(s, sizes, ARRAY_SIZE(sizes), out);
}

int text_duration(const char *s, uint64_t *ns)
{
	static const struct suffix units[] = {
		{ "", 1000000000ULL },
		{ "ns", 1ULL },
		{ "us", 1000ULL },
		{ "ms", 1000000ULL },
		{ "s", 1000000000ULL },
		{ "m", 60 * 1000000000ULL },
		{ "min", 60 * 1000000000ULL },
		{ "h", 3600 * 1000000000ULL },
	};

	return read_scaled(s, units, ARRAY_SIZE(units), ns);
}

int text_bool(const char *s, bool *out)
{
	static const char *const truths[] = { "yes", "true", "on", "1" };
	static const char *const lies[] = { "no", "false", "off", "0" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(truths); i++) {
		if (streq(s, truths[i])) {
			*out = true;
			return 0;
		}
		if (streq(s, lies[i])) {
			*out = false;
			return 0;
		}
	}
	return -EINVAL;
}
