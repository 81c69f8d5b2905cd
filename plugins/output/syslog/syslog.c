/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * syslog.c - records to the log daemon of this machine. Knows how RFC 3164 and RFC 5424 begin an entry;
 * what is in a record is in its BTF type.
 */
#include "common/logsocket.h"
#include "common/recordtext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* In the order of their numbers, from 0. */
#define FACILITIES                                                                        \
	"kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|security|" \
	"console|solaris-cron|local0|local1|local2|local3|local4|local5|local6|local7"

static const struct cleat_key keys[] = {
	{ .name = "facility",
	  .type = CLEAT_TYPE_CHOICE,
	  .preset = "daemon",
	  .choices = FACILITIES,
	  .help = "what kind of program they are from" },
	LOG_SEVERITY_KEY,
	{ .name = "tag", .preset = "cleat", .help = "the program's name in the log" },
	{ .name = "rfc",
	  .type = CLEAT_TYPE_CHOICE,
	  .preset = "3164",
	  .choices = "3164|5424",
	  .help = "how entries begin" },
	{ .name = "socket", .preset = "/dev/log", .help = "where the daemon listens" },
};

struct syslog {
	struct log_output log;
	int facility;
	bool modern; /* RFC 5424 */
	char host[256];
};

static int output_check(struct cleat *c, const struct cleat_params *p)
{
	const char *tag = cleat_param(p, "tag");

	/* RFC 5424 has 48 letters for it, and white space ends it in both. */
	for (size_t i = 0; tag[i] || !i; i++)
		if (tag[i] <= ' ' || tag[i] > '~' || i >= 48)
			return cleat_param_error(c, p, "tag", EINVAL,
						 "'%s' is no word of up to 48 letters", tag);
	return logsocket_check(c, p);
}

static void output_close(struct cleat_output *o)
{
	struct syslog *s = cleat_output_data(o);

	if (!s)
		return;
	log_output_close(&s->log);
	free(s);
	cleat_output_set_data(o, NULL);
}

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	struct cleat *c = cleat_output_context(o);
	struct syslog *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_output_set_data(o, s);
	s->facility = log_choice(FACILITIES, cleat_param(p, "facility"));
	s->modern = strcmp(cleat_param(p, "rfc"), "5424") == 0;
	if (gethostname(s->host, sizeof(s->host) - 1) || !s->host[0])
		memcpy(s->host, "-", 2);
	err = log_output_open(&s->log, c, p);
	if (err)
		output_close(o);
	return err;
}

/* English names and a blank before one digit, whatever the locale is. */
static void put_old_time(struct cleat_text *entry)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	cleat_text_add(entry, "%s %2d %02d:%02d:%02d", months[tm.tm_mon], tm.tm_mday, tm.tm_hour,
		       tm.tm_min, tm.tm_sec);
}

static struct cleat_text *begin(struct cleat_output *o, int severity)
{
	struct syslog *s = cleat_output_data(o);
	struct cleat_text *entry = s->log.entry;

	cleat_text_clear(entry);
	cleat_text_add(entry, "<%d>", s->facility * 8 + severity);
	if (s->modern) {
		cleat_text_add(entry, "1 ");
		record_time_text(entry, true);
		cleat_text_add(entry, " %s %s %d - - ", s->host, s->log.tag, (int)getpid());
	} else {
		put_old_time(entry);
		cleat_text_add(entry, " %s[%d]: ", s->log.tag, (int)getpid());
	}
	cleat_text_add(entry, "%s/%s: ", cleat_output_unit(o), cleat_output_label(o));
	return entry;
}

static int end(struct syslog *s)
{
	int err = log_output_send(&s->log);

	return err ? logsocket_failed(s->log.socket, err) : 0;
}

static int output_missing(struct cleat_output *o, const struct cleat_record *r)
{
	struct syslog *s = cleat_output_data(o);
	int err = 0;

	if (r->lost) {
		record_lost_text(begin(o, log_output_note_severity(&s->log)), r->lost, r->cpu);
		err = end(s);
	}
	if (!err && r->overwritten) {
		record_overwritten_text(begin(o, log_output_note_severity(&s->log)), r->overwritten);
		err = end(s);
	}
	return err;
}

static int output_record(struct cleat_output *o, const struct cleat_record *r)
{
	struct syslog *s = cleat_output_data(o);
	int err = output_missing(o, r), severity;

	if (err || !r->data)
		return err;
	severity = cleat_record_severity(r);
	err = record_text(cleat_output_context(o), r, 0, "?",
			  begin(o, severity < 0 ? s->log.severity : severity));
	return err ? err : end(s);
}

static int output_dropped(struct cleat_output *o, const struct cleat_drops *d)
{
	struct syslog *s = cleat_output_data(o);

	record_drops_text(begin(o, log_output_note_severity(&s->log)), d);
	return end(s);
}

static const struct cleat_output_plugin syslog_plugin = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "syslog",
			   "records to the system's log daemon"),
	CLEAT_TABLE(keys, keys),
	.check = output_check,
	.open = output_open,
	.record = output_record,
	.close = output_close,
	.dropped = output_dropped,
};
CLEAT_PLUGIN(syslog_plugin)
