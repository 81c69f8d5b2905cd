// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * rate.c - see rate.h.
 */
#include <stdio.h>

#include "base/text.h"
#include "unit/rate.h"

/* Bursts are not longer than this: three hundred years of nanoseconds would not do. */
#define EARLY_MAX (UINT64_MAX / 4)

int rate_parse(struct rate *r, const char *text, uint64_t burst)
{
	const char *slash = strchr(text, '/');
	char number[32], time[32];
	uint64_t n, ns;
	size_t length = slash ? (size_t)(slash - text) : sizeof(number);

	*r = (struct rate) { 0 };
	if (length >= sizeof(number) || strlen(slash + 1) + 2 > sizeof(time) || !slash[1])
		return -EINVAL;
	memcpy(number, text, length);
	number[length] = '\0';
	snprintf(time, sizeof(time), "%s%s", slash[1] >= '0' && slash[1] <= '9' ? "" : "1", slash + 1);
	if (text_u64(number, &n) || text_duration(time, &ns) || !n || !ns || n > ns)
		return -EINVAL;
	burst = burst ? burst : n;
	r->each = ns / n;
	r->early = burst - 1 > EARLY_MAX / r->each ? EARLY_MAX : (burst - 1) * r->each;
	return 0;
}

bool rate_pass(struct rate *r, uint64_t now)
{
	uint64_t due = MAX(r->due, now);

	if (!r->each)
		return true;
	if (due - now > r->early)
		return false;
	r->due = due + r->each;
	return true;
}
