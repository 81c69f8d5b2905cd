/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * journal.c - records to systemd's journal, a field for each member. Speaks the journal's native
 * protocol, which is documented and promised to stay, so that no library is needed: a datagram of
 * fields, or a sealed file in memory when that would be too long.
 */
#include "common/logsocket.h"
#include "common/recordtext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct cleat_key keys[] = {
	LOG_SEVERITY_KEY,
	{ .name = "tag", .preset = "cleat", .help = "SYSLOG_IDENTIFIER, for journalctl -t" },
	{ .name = "fields",
	  .preset = "RECORD_",
	  .help = "what names of fields begin with that are members of records" },
	{ .name = "socket",
	  .preset = "/run/systemd/journal/socket",
	  .help = "where the journal listens" },
};

/* The journal takes names up to this, of A-Z, 0-9 and '_'. */
#define NAME_MAX_BYTES 64

struct journal {
	struct log_output log;
	struct cleat_text *value;
	char *fields;
};

static int output_check(struct cleat *c, const struct cleat_params *p)
{
	const char *fields = cleat_param(p, "fields");
	size_t n = strspn(fields, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	/* Names with '_' in front are the journal's own. */
	if (!n || fields[n] || n > 32 || fields[0] < 'A' || fields[0] > 'Z')
		return cleat_param_error(c, p, "fields", EINVAL,
					 "'%s' is no beginning of a field: expected A-Z, 0-9 and '_'", fields);
	if (!*cleat_param(p, "tag"))
		return cleat_param_error(c, p, "tag", EINVAL, "the tag is empty");
	return logsocket_check(c, p);
}

static void output_close(struct cleat_output *o)
{
	struct journal *j = cleat_output_data(o);

	if (!j)
		return;
	log_output_close(&j->log);
	cleat_text_free(j->value);
	free(j->fields);
	free(j);
	cleat_output_set_data(o, NULL);
}

static int output_open(struct cleat_output *o, const struct cleat_params *p)
{
	struct cleat *c = cleat_output_context(o);
	struct journal *j = calloc(1, sizeof(*j));
	int err;

	if (!j)
		return cleat_error(c, ENOMEM, "out of memory");
	cleat_output_set_data(o, j);
	j->fields = strdup(cleat_param(p, "fields"));
	j->value = cleat_text_new();
	err = j->fields && j->value ? log_output_open(&j->log, c, p) :
				      cleat_error(c, ENOMEM, "out of memory");
	if (err)
		output_close(o);
	return err;
}

/* ---- fields -------------------------------------------------------------------------------- */

/* NAME=value, a line; a value of several lines has its length before it, in 8 bytes. */
static void put_field(struct journal *j, const char *name, const char *value)
{
	uint64_t length = strlen(value);

	if (!strchr(value, '\n')) {
		cleat_text_add(j->log.entry, "%s=%s\n", name, value);
		return;
	}
	cleat_text_add(j->log.entry, "%s\n", name);
	for (unsigned int i = 0; i < 8; i++)
		cleat_text_add(j->log.entry, "%c", (char)(length >> 8 * i));
	cleat_text_add(j->log.entry, "%s\n", value);
}

static void put_number(struct journal *j, const char *name, uint64_t n)
{
	if (n)
		cleat_text_add(j->log.entry, "%s=%llu\n", name, (unsigned long long)n);
}

/* The field's name for a member: capitals, and '_' for what is neither letter nor digit. */
static void field_name(const struct journal *j, const char *member, char name[NAME_MAX_BYTES + 1])
{
	size_t n = strlen(j->fields);

	memcpy(name, j->fields, n);
	for (; *member && n < NAME_MAX_BYTES; member++) {
		char c = *member;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			c = '_';
		name[n++] = c;
	}
	name[n] = '\0';
}

/* The journal has names of its own for where in the source a record comes from. */
static const char *known_name(const char *member)
{
	return strcmp(member, "file") == 0   ? "CODE_FILE"
	       : strcmp(member, "line") == 0 ? "CODE_LINE"
					     : NULL;
}

static int put_members(struct journal *j, const struct cleat_record *r, bool log)
{
	char name[NAME_MAX_BYTES + 1];
	const char *member, *known;

	for (size_t i = 0;; i++) {
		int err;

		cleat_text_clear(j->value);
		err = cleat_record_member(r, i, &member, j->value);
		if (err == -ENOENT)
			return 0;
		if (err == -ENOMEM)
			return err;
		if (err)
			continue;
		field_name(j, member, name);
		known = log ? known_name(member) : NULL;
		put_field(j, known ? known : name, cleat_text_data(j->value, NULL));
	}
}

/* The message is in j->value. */
static void begin(struct cleat_output *o, int severity)
{
	struct journal *j = cleat_output_data(o);

	cleat_text_clear(j->log.entry);
	cleat_text_add(j->log.entry, "MESSAGE=%s/%s: %s\n", cleat_output_unit(o), cleat_output_label(o),
		       cleat_text_data(j->value, NULL));
	cleat_text_add(j->log.entry, "PRIORITY=%d\n", severity);
	put_field(j, "SYSLOG_IDENTIFIER", j->log.tag);
	put_field(j, "CLEAT_UNIT", cleat_output_unit(o));
	put_field(j, "CLEAT_OUTPUT", cleat_output_label(o));
}

/* ---- sending ------------------------------------------------------------------------------- */

/* Too long for a datagram: a file in memory that nobody can change any more. */
static int send_file(struct journal *j, const char *data, size_t length)
{
	int fd = memfd_create("cleat-record", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err = 0;

	if (fd < 0)
		return -errno;
	while (length && !err) {
		ssize_t n = write(fd, data, length);

		if (n >= 0) {
			data += n;
			length -= (size_t)n;
		} else if (errno != EINTR) {
			err = -errno;
		}
	}
	if (!err && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL))
		err = -errno;
	if (!err)
		err = logsocket_send(j->log.socket, NULL, 0, fd);
	close(fd);
	return err;
}

static int end(struct journal *j)
{
	int err = log_output_send(&j->log);
	const char *data;
	size_t length;

	if (err == -EMSGSIZE || err == -ENOBUFS) {
		data = cleat_text_data(j->log.entry, &length);
		err = send_file(j, data, length);
	}
	return err ? logsocket_failed(j->log.socket, err) : 0;
}

static int output_missing(struct cleat_output *o, const struct cleat_record *r)
{
	struct journal *j = cleat_output_data(o);

	cleat_text_clear(j->value);
	if (r->lost)
		record_lost_text(j->value, r->lost, r->cpu);
	if (r->lost && r->overwritten)
		cleat_text_add(j->value, ", ");
	if (r->overwritten)
		record_overwritten_text(j->value, r->overwritten);
	begin(o, log_output_note_severity(&j->log));
	put_number(j, "CLEAT_LOST", r->lost);
	put_number(j, "CLEAT_OVERWRITTEN", r->overwritten);
	return end(j);
}

static int output_record(struct cleat_output *o, const struct cleat_record *r)
{
	struct journal *j = cleat_output_data(o);
	int err = r->lost || r->overwritten ? output_missing(o, r) : 0;
	int severity;

	if (err || !r->data)
		return err;
	cleat_text_clear(j->value);
	err = record_text(cleat_output_context(o), r, 0, "?", j->value);
	if (err)
		return err;
	severity = cleat_record_severity(r);
	begin(o, severity < 0 ? j->log.severity : severity);
	err = put_members(j, r, severity >= 0);
	return err ? cleat_error(cleat_output_context(o), err, "out of memory") : end(j);
}

static int output_dropped(struct cleat_output *o, const struct cleat_drops *d)
{
	struct journal *j = cleat_output_data(o);

	cleat_text_clear(j->value);
	record_drops_text(j->value, d);
	begin(o, log_output_note_severity(&j->log));
	put_number(j, "CLEAT_LIMITED", d->limited);
	put_number(j, "CLEAT_FAILED", d->failed);
	return end(j);
}

static const struct cleat_output_plugin journal = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "journal",
			   "records to systemd's journal, a field for each member"),
	CLEAT_TABLE(keys, keys),
	.check = output_check,
	.open = output_open,
	.record = output_record,
	.close = output_close,
	.dropped = output_dropped,
};
CLEAT_PLUGIN(journal)
