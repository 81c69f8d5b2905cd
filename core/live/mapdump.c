/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapdump.c - entries as text: one, or all of a map. Knows how key, value and the sum over the CPUs
 * stand together; what each of them looks like is maptext.c's.
 */
#include "live/context.h"

/* So much text is written at once. */
#define CHUNK (128u << 10)

/* Values of CPUs, and what they are together: numbers of which each CPU counts a part. */
static int format_sum(struct cleat_map *m, const void *value, bool json, void *sum, struct buf *out)
{
	int err = cleat_map_sum(m, value, sum);

	if (err)
		return err == -ENOMEM ? err : 0;
	buf_puts(out, json ? ",\"sum\":" : " # sum ");
	return map_format(m, CLEAT_SUM, sum, json, out);
}

/* @sum: room for a sum, or NULL when the values are not for each CPU. */
static int format_entry(struct cleat_map *m, const void *key, const void *value, bool json,
			void *sum, struct buf *out)
{
	int err = 0;

	if (m->attr.key_size) {
		buf_puts(out, json ? "{\"key\":" : "");
		err = map_format(m, CLEAT_KEY, key, json, out);
		buf_puts(out, json ? ",\"value\":" : " -> ");
	} else {
		buf_puts(out, json ? "{\"value\":" : "");
	}
	if (!err)
		err = map_format(m, CLEAT_VALUE, value, json, out);
	if (!err && sum)
		err = format_sum(m, value, json, sum, out);
	buf_puts(out, json ? "}" : "");
	return err;
}

/* Room for a sum where there are sums; *out is NULL where not. */
static int sum_room(struct cleat_map *m, void **out)
{
	*out = NULL;
	if (!map_is_per_cpu(m))
		return 0;
	*out = calloc(1, map_value_slot(m) + 8);
	return *out ? 0 : report_oom(m->c->report);
}

CLEAT_API int cleat_map_format_entry(struct cleat_map *m, const void *key, const void *value,
				     bool json, char **text)
{
	struct buf out _buf_free_ = { 0 };
	_free_ void *sum = NULL;
	int err;

	OPERATION(m->c);
	*text = NULL;
	err = sum_room(m, &sum);
	if (!err)
		err = format_entry(m, key, value, json, sum, &out);
	if (err)
		return err;
	*text = buf_take(&out);
	return *text ? 0 : report_oom(m->c->report);
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct dump {
	struct cleat_map *m;
	bool json;
	struct buf out;
	void *sum;
	size_t n;
	int (*write)(void *user, const char *text, size_t bytes);
	void *user;
};

static int flush(struct dump *d)
{
	int ret;

	if (d->out.failed)
		return report_oom(d->m->c->report);
	ret = d->write(d->user, d->out.data, d->out.len);
	buf_clear(&d->out);
	return ret;
}

static int dump_entry(void *user, const void *key, const void *value)
{
	struct dump *d = user;
	int err;

	if (d->json)
		buf_put(&d->out, d->n ? ",\n" : "\n", d->n ? 2 : 1);
	d->n++;
	err = format_entry(d->m, key, value, d->json, d->sum, &d->out);
	if (!d->json)
		buf_putc(&d->out, '\n');
	if (err)
		return err;
	return d->out.len >= CHUNK ? flush(d) : 0;
}

static int dump(struct dump *d)
{
	int ret = sum_room(d->m, &d->sum);

	if (d->json)
		buf_putc(&d->out, '[');
	if (!ret)
		ret = cleat_map_each(d->m, dump_entry, d);
	if (ret)
		return ret;
	if (d->json)
		buf_puts(&d->out, "]\n");
	return d->out.len || d->out.failed ? flush(d) : 0;
}

CLEAT_API int cleat_map_dump(struct cleat_map *m, bool json,
			     int (*write)(void *user, const char *text, size_t bytes), void *user)
{
	struct dump d = { .m = m, .json = json, .write = write, .user = user };
	int ret;

	OPERATION(m->c);
	ret = dump(&d);
	buf_free(&d.out);
	free(d.sum);
	return ret;
}
