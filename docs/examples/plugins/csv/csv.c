/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * csv.c - an output: records as comma-separated values (RFC 4180), a column for each member of the record's
 * struct, with the members' names in the first line of a new file.
 *
 * To begin a plugin of your own: copy the folder, rename its files, and replace what is about commas.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cleat_key keys[] = {
	{ .name = "to",
	  .type = CLEAT_TYPE_PATH,
	  .flags = CLEAT_KEY_REQUIRED,
	  .help = "file that lines are appended to" },
	{ .name = "header",
	  .type = CLEAT_TYPE_BOOL,
	  .preset = "yes",
	  .help = "begin an empty file with the names of the members" },
};

/* How much is gathered before it is written. */
#define ENOUGH 32768

struct csv {
	char *path;
	int fd;
	bool names; /* new files begin with them */
	bool header; /* they are still to be written */
	struct cleat_text *lines, *cell;
	uint64_t records; /* in 'lines' */
};

static void release(struct csv *s)
{
	if (s->fd >= 0)
		close(s->fd);
	cleat_text_free(s->lines);
	cleat_text_free(s->cell);
	free(s->path);
	free(s);
}

static int open_file(struct cleat *c, const char *path, bool *empty)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	struct stat st;

	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot open %s", path);
	*empty = fstat(fd, &st) == 0 && st.st_size == 0;
	return fd;
}

static int begin(struct cleat_output *o, const struct cleat_params *p)
{
	struct cleat *c = cleat_output_context(o);
	struct csv *s = calloc(1, sizeof(*s));
	bool empty = false;
	int err;

	if (!s)
		return cleat_error(c, ENOMEM, "out of memory");
	s->fd = -1;
	s->path = strdup(cleat_param(p, "to"));
	s->lines = cleat_text_new();
	s->cell = cleat_text_new();
	if (!s->path || !s->lines || !s->cell) {
		release(s);
		return cleat_error(c, ENOMEM, "out of memory");
	}
	s->fd = open_file(c, s->path, &empty);
	if (s->fd < 0) {
		err = s->fd;
		release(s);
		return err;
	}
	s->names = cleat_param_bool(p, "header");
	s->header = empty && s->names;
	cleat_output_set_data(o, s);
	return 0;
}

/* What was gathered is gone, written or not: a full disk does not stop the programs. */
static int flush(struct cleat_output *o)
{
	struct csv *s = cleat_output_data(o);
	uint64_t records = s->records;
	const char *text;
	size_t left;
	int err = 0;

	for (text = cleat_text_data(s->lines, &left); left && !err;) {
		ssize_t n = write(s->fd, text, left);

		if (n < 0 && errno != EINTR)
			err = cleat_error_sys(cleat_output_context(o), errno, "cannot write to %s",
					      s->path);
		if (n > 0) {
			text += n;
			left -= (size_t)n;
		}
	}
	cleat_text_clear(s->lines);
	s->records = 0;
	if (err)
		cleat_output_failed(o, records);
	return err;
}

/* With quotes where the text needs them; a quote is doubled. */
static void add_cell(struct cleat_text *line, size_t column, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	cleat_text_add(line, "%s%s", column ? "," : "", quoted ? "\"" : "");
	for (; *text; text++)
		cleat_text_add(line, *text == '"' ? "\"%c" : "%c", *text);
	if (quoted)
		cleat_text_add(line, "\"");
}

/* A line of the members' names, or of what they are. Returns how many there are, or -ENOMEM. */
static int add_line(struct csv *s, const struct cleat_record *r, bool names)
{
	const char *name;
	size_t i;
	int err;

	for (i = 0;; i++) {
		cleat_text_clear(s->cell);
		err = cleat_record_member(r, i, &name, s->cell);
		if (err == -ENOENT)
			break;
		if (err == -ENOMEM)
			return err;
		/* a record that is too short for a member has an empty cell */
		add_cell(s->lines, i, names ? name : err ? "" : cleat_text_data(s->cell, NULL));
	}
	if (i)
		cleat_text_add(s->lines, "\r\n");
	return (int)i;
}

static int record(struct cleat_output *o, const struct cleat_record *r)
{
	struct cleat *c = cleat_output_context(o);
	struct csv *s = cleat_output_data(o);
	size_t bytes;
	int n;

	if (!r->data)
		return 0; /* lost ones are told in the totals */
	if (s->header && add_line(s, r, true) > 0)
		s->header = false;
	n = add_line(s, r, false);
	if (n < 0)
		return cleat_error(c, -n, "out of memory");
	if (n == 0)
		return cleat_error(c, EINVAL, "a record is no struct: csv has no columns for it");
	s->records++;
	cleat_text_data(s->lines, &bytes);
	return bytes >= ENOUGH ? flush(o) : 0;
}

static int begin_anew(struct cleat_output *o)
{
	struct csv *s = cleat_output_data(o);
	bool empty = false;
	int err = flush(o), fd = open_file(cleat_output_context(o), s->path, &empty);

	if (fd < 0)
		return fd;
	close(s->fd);
	s->fd = fd;
	s->header = empty && s->names;
	return err;
}

static void end(struct cleat_output *o)
{
	flush(o);
	release(cleat_output_data(o));
}

static const struct cleat_output_plugin csv = {
	.base = CLEAT_HEAD(struct cleat_output_plugin, CLEAT_KIND_OUTPUT, "csv",
			   "records as comma-separated values"),
	CLEAT_TABLE(keys, keys),
	.open = begin,
	.record = record,
	.flush = flush,
	.close = end,
	.reopen = begin_anew,
};
CLEAT_PLUGIN(csv)
