/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * logsocket.h - datagrams to a log daemon on this machine, and the names of severities. It refuses to
 * know what an entry looks like.
 */
#ifndef COMMON_LOGSOCKET_H
#define COMMON_LOGSOCKET_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <sys/uio.h>

/* In the order of their numbers, from 0. */
#define LOG_SEVERITIES "emerg|alert|crit|err|warning|notice|info|debug"
#define LOG_SEVERITY_WARNING 4

#define LOG_SEVERITY_KEY                                                            \
	{                                                                           \
		.name = "severity", .type = CLEAT_TYPE_CHOICE, .preset = "info",    \
		.choices = LOG_SEVERITIES, .help = "how much the records matter"    \
	}

struct logsocket;

/* The number of @word among "a|b|c", or -1. */
int log_choice(const char *choices, const char *word);
/* For 'check': is the key 'socket' a path that a socket can have. */
int logsocket_check(struct cleat *c, const struct cleat_params *p);
/* For 'open': to the key 'socket'. Reports when nobody listens. *out: logsocket_close(). */
int logsocket_open(struct cleat *c, const struct cleat_params *p, struct logsocket **out);
/*
 * One datagram, with descriptor @fd when it is not -1. Waits a moment for a daemon that is busy, and
 * finds one that was started anew. Returns 0 or -errno without diagnostic.
 */
int logsocket_send(struct logsocket *s, const struct iovec *parts, size_t n, int fd);
/* That it failed; returns @err. */
int logsocket_failed(struct logsocket *s, int err);
/* NULL is allowed. */
void logsocket_close(struct logsocket *s);

/* What every output to a log daemon has. */
struct log_output {
	struct logsocket *socket;
	struct cleat_text *entry; /* the one that is being made */
	int severity;
	char *tag;
};

/* For 'open': by the keys 'socket', 'severity' and 'tag'. Reports. Closed also when it failed. */
int log_output_open(struct log_output *l, struct cleat *c, const struct cleat_params *p);
void log_output_close(struct log_output *l);
/* How much a note of missing records matters: more than a record does. */
int log_output_note_severity(const struct log_output *l);
/* The entry as one datagram. Returns 0 or -errno without diagnostic. */
int log_output_send(struct log_output *l);

#endif
