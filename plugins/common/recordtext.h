/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * recordtext.h - records, what is missing of them, and the time, in the words that all output plugins
 * use.
 */
#ifndef COMMON_RECORDTEXT_H
#define COMMON_RECORDTEXT_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/*
 * Append a record: by its type, or hex. One that is shorter than its type has fewer members; one
 * that cannot be shown is @otherwise. Returns 0 or -ENOMEM.
 */
int record_text(struct cleat *c, const struct cleat_record *r, unsigned int flags,
		const char *otherwise, struct cleat_text *out);
/* "12 records lost on CPU 1" */
void record_lost_text(struct cleat_text *out, uint64_t n, int cpu);
/* "4096 bytes of records overwritten" */
void record_overwritten_text(struct cleat_text *out, uint64_t bytes);
/* "5 records over the rate left out, 2 records could not be written" */
void record_drops_text(struct cleat_text *out, const struct cleat_drops *d);
/* The time of day: "2031-05-01T12:00:00.123456+0200", or with 'Z' when @utc. */
void record_time_text(struct cleat_text *out, bool utc);

#endif
