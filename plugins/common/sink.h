/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sink.h - where an output plugin's lines go: standard output, standard error, or the end of a
 * file. Lines are gathered and written together, and those that could not be written are counted. It
 * refuses to know what a line says.
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
	},                                                                                   \
	{                                                                                    \
		.name = "mode", .preset = "0640",                                            \
		.help = "permissions of a file that is made, octal"                          \
	}

struct sink;

/* For 'check': do the keys make sense. */
int sink_check(struct cleat *c, const struct cleat_params *p);
/* For 'open': *out is released by sink_close(). */
int sink_open(struct cleat_output *o, const struct cleat_params *p, struct sink **out);
/* Where to put the next line, with its '\n'; call sink_line_end() or sink_note_end() after it. */
struct cleat_text *sink_text(struct sink *s);
/* Does somebody look at it. */
bool sink_is_terminal(const struct sink *s);
/* Writes when enough has gathered. Returns 0 or -errno after saying why. */
int sink_line_end(struct sink *s);
/* The line is no record, and not counted as one; it is written now. */
int sink_note_end(struct sink *s);
/* Writes what has gathered. */
int sink_flush(struct sink *s);
/* The file was moved away: what has gathered is written to it, what follows to a new one. */
int sink_reopen(struct sink *s);
/* Writes and releases; NULL is allowed. */
void sink_close(struct sink *s);

#endif
