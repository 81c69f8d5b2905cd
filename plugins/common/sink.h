/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sink.h - where an output plugin's lines go: standard output, standard error, or the end of a
 * file. Lines are gathered and written together. It refuses to know what a line says.
 */
#ifndef COMMON_SINK_H
#define COMMON_SINK_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* The keys of a sink, to be put into the plugin's own table. */
#define SINK_KEYS                                                                            \
	{                                                                                    \
		.name = "to", .preset = "stdout",                                            \
		.help = "stdout, stderr, or the absolute path of a file that is appended to" \
	}

struct sink;

/* For 'check': does the key 'to' make sense. */
int sink_check(struct cleat *c, const struct cleat_params *p);
/* For 'open': *out is released by sink_close(). */
int sink_open(struct cleat *c, const struct cleat_params *p, struct sink **out);
/* Where to put the next line, with its '\n'; call sink_line_end() after it. */
struct cleat_text *sink_text(struct sink *s);
/*
 * Append a record: by its type, or hex. One that is shorter than its type has fewer members; one
 * that cannot be shown is @otherwise. Returns 0 or -ENOMEM.
 */
int sink_record(struct sink *s, const struct cleat_record *r, unsigned int flags,
		const char *otherwise);
/* Writes when enough has gathered. Returns 0 or -errno after saying why. */
int sink_line_end(struct sink *s);
/* Writes what has gathered. */
int sink_flush(struct sink *s);
/* Writes and releases; NULL is allowed. */
void sink_close(struct sink *s);

/* Append the time of day: "2031-05-01T12:00:00.123456+0200", or with 'Z' when @utc. */
void sink_time(struct cleat_text *t, bool utc);

#endif
