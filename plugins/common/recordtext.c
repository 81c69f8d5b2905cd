/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * recordtext.c - see recordtext.h.
 */
#include "common/recordtext.h"

#include <errno.h>
#include <time.h>

int record_text(struct cleat *c, const struct cleat_record *r, unsigned int flags,
		const char *otherwise, struct cleat_text *out)
{
	size_t before, after;

	cleat_text_data(out, &before);
	if (cleat_record_format(r, flags, out) == -ENOMEM)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_text_data(out, &after);
	if (after == before)
		cleat_text_add(out, "%s", otherwise);
	return 0;
}

static void put_count(struct cleat_text *out, uint64_t n, const char *what)
{
	cleat_text_add(out, "%llu record%s %s", (unsigned long long)n, n == 1 ? "" : "s", what);
}

void record_lost_text(struct cleat_text *out, uint64_t n, int cpu)
{
	put_count(out, n, "lost");
	if (cpu >= 0)
		cleat_text_add(out, " on CPU %d", cpu);
}

void record_overwritten_text(struct cleat_text *out, uint64_t bytes)
{
	cleat_text_add(out, "%llu bytes of records overwritten", (unsigned long long)bytes);
}

void record_drops_text(struct cleat_text *out, const struct cleat_drops *d)
{
	if (d->limited)
		put_count(out, d->limited, "over the rate left out");
	if (d->limited && d->failed)
		cleat_text_add(out, ", ");
	if (d->failed)
		put_count(out, d->failed, "could not be written");
}

void record_time_text(struct cleat_text *out, bool utc)
{
	char date[32], zone[8] = "Z";
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	if (utc) {
		gmtime_r(&now.tv_sec, &tm);
	} else {
		localtime_r(&now.tv_sec, &tm);
		strftime(zone, sizeof(zone), "%z", &tm);
	}
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	cleat_text_add(out, "%s.%06ld%s", date, now.tv_nsec / 1000, zone);
}
