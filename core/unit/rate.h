/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * rate.h - how many records may pass in a time. Knows numbers and nanoseconds; reads no clock.
 */
#ifndef UNIT_RATE_H
#define UNIT_RATE_H

#include "base/base.h"

/*
 * The generic cell rate algorithm: the time at which the next one would be due if they came evenly.
 * One may come early by what a burst is long. Exact over any time, and two numbers of state.
 */
struct rate {
	uint64_t each; /* nanoseconds between two; 0: no limit */
	uint64_t early;
	uint64_t due;
};

/*
 * "100/s", "10/m", "1000/10s": a number, and a time as text_duration() reads it, or its unit alone.
 * @burst: how many may come at once; 0: as many as the number. Returns 0 or -EINVAL.
 */
int rate_parse(struct rate *r, const char *text, uint64_t burst);
/* May one pass at @now. */
bool rate_pass(struct rate *r, uint64_t now);

#endif
