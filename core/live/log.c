/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * log.c - the maps and constants of <cleat/log.h> in an object: which of them are made, what the constants
 * say, and the decoder of their records. Refuses to know what a record looks like.
 */
#include <stdio.h>
#include <time.h>

#include "kernel/bpf.h"
#include "live/context.h"
#include "log/log.h"

/* ---- before load ------------------------------------------------------------------------------ */

static struct cleat_map *find_map(const struct cleat_object *o, const char *name)
{
	for (size_t i = 0; i < o->n_maps; i++)
		if (streq(o->maps[i].name, name))
			return &o->maps[i];
	return NULL;
}

static const struct map_spec *sites_of(const struct cleat_object *o)
{
	const struct map_spec *sites = object_map(o->spec, LOG_SITES);

	return sites && sites->numbers && sites->data ? sites : NULL;
}

/* The constant's byte. */
static int constant(const struct cleat_object *o, const char *name)
{
	const struct var_spec *v = object_var(o->spec, name);

	if (!v || v->size != 1 || v->offset >= v->map->value_size)
		return -ENOENT;
	return v->map->data ? ((const uint8_t *)v->map->data)[v->offset] : 0;
}

static void leave_out(struct cleat_object *o, const char *name)
{
	struct cleat_map *m = find_map(o, name);

	if (m && m->fd < 0)
		m->left_out = true;
}

/* The ring, if the kernel has such a thing. */
static int make_ring(struct cleat_map *m, bool *made)
{
	struct report *r = m->c->report;
	size_t before = report_count(r);
	int err = map_resolve(m);

	*made = false;
	if (err || m->left_out)
		return err;
	err = map_create(m);
	if (err && probe_map_type(m->c->prober, m->attr.type) == PROBE_NO) {
		report_drop(r, before);
		return 0;
	}
	*made = !err;
	return err;
}

int object_ready_log(struct cleat_object *o)
{
	struct cleat_map *ring = find_map(o, LOG_RING);
	bool made = false;
	int err;

	if (!ring || constant(o, LOG_BY_RING) < 0)
		return 0;
	if (!sites_of(o)) {
		leave_out(o, LOG_RING);
		leave_out(o, LOG_PERF);
		leave_out(o, LOG_BUFFER);
		leave_out(o, LOG_LOST);
		return 0;
	}
	err = constant(o, LOG_BY_RING) ? make_ring(ring, &made) : 0;
	if (err)
		return err;
	if (made) {
		leave_out(o, LOG_PERF);
		leave_out(o, LOG_BUFFER);
		return 0;
	}
	leave_out(o, LOG_RING);
	return cleat_object_set_global(o, LOG_BY_RING, "0");
}

CLEAT_API int cleat_object_set_log_level(struct cleat_object *o, int level)
{
	char text[8];

	OPERATION(o->c);
	if (!cleat_log_level_name(level))
		return report_error(o->c->report, EINVAL, "%d is no level of log records", level);
	snprintf(text, sizeof(text), "%d", level);
	if (object_var(o->spec, LOG_LEVEL) && sites_of(o))
		return cleat_object_set_global(o, LOG_LEVEL, text);
	if (object_var(o->spec, LOG_AYA_LEVEL))
		return cleat_object_set_global(o, LOG_AYA_LEVEL, text);
	return -ENOENT;
}

static void complain(void *user, const char *file, unsigned int line, const char *what)
{
	report_warning(user, "%s:%u: %s", file, line, what);
}

void object_check_log(struct cleat_object *o)
{
	const struct map_spec *sites = sites_of(o);

	if (sites)
		log_check(sites->data, sites->value_size, complain, o->c->report);
}

struct cleat_map *object_log_map(const struct cleat_object *o)
{
	static const char *const names[] = { LOG_RING, LOG_PERF, LOG_AYA };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct cleat_map *m = find_map(o, names[i]);

		if (m && !m->left_out && map_log(m))
			return m;
	}
	return NULL;
}

/* ---- records ---------------------------------------------------------------------------------- */

static const char *symbol(void *user, uint64_t address, uint64_t *offset)
{
	struct cleat *c = user;

	/* Symbols are read when they are first wanted, by the thread that the context is of. */
	return context_is_ours(c) ? cleat_kernel_function(c, address, offset) : NULL;
}

static int64_t clock_distance(void)
{
	struct timespec real, monotonic;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &monotonic);
	return ((int64_t)real.tv_sec - monotonic.tv_sec) * 1000000000 + real.tv_nsec -
	       monotonic.tv_nsec;
}

struct log_decoder *map_log(struct cleat_map *m)
{
	enum log_format format;
	const struct map_spec *sites;

	if (m->log || !m->object)
		return m->log;
	format = log_format_of(m->name);
	sites = format == LOG_FORMAT_CLEAT ? sites_of(m->object) : NULL;
	if (format == LOG_FORMAT_NONE || (format == LOG_FORMAT_CLEAT && !sites))
		return NULL;
	m->log = calloc(1, sizeof(*m->log));
	if (!m->log)
		return NULL;
	m->log->format = format;
	m->log->sites = sites ? sites->data : NULL;
	m->log->n_sites = sites ? sites->value_size : 0;
	return m->log;
}

const char *map_log_decode(struct cleat_map *m, const struct cleat_record *record,
			   struct cleat_log_entry *e)
{
	struct log_decoder *d = map_log(m);
	struct timespec now;
	const char *why;

	if (!d)
		return "it is of a map without formats";
	d->clock = clock_distance();
	d->symbol = symbol;
	d->user = m->c;
	why = log_decode(d, record->data, record->bytes, e);
	e->map = m;
	e->cpu = record->cpu;
	if (why || e->time)
		return why;
	clock_gettime(CLOCK_REALTIME, &now);
	e->time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	return NULL;
}

struct cleat_map *map_log_lost(const struct cleat_map *m)
{
	struct cleat_map *lost = m->object && m->log && m->log->format == LOG_FORMAT_CLEAT
					 ? find_map(m->object, LOG_LOST)
					 : NULL;

	return lost && lost->fd >= 0 ? lost : NULL;
}

uint64_t log_lost(struct cleat_map *lost)
{
	size_t bytes = map_value_bytes(lost);
	_free_ uint64_t *each = calloc(1, bytes + sizeof(uint64_t));
	uint32_t zero = 0;
	uint64_t sum = 0;

	if (!each || sys_map_lookup(lost->fd, &zero, each, 0))
		return 0;
	for (size_t i = 0; i < bytes / sizeof(*each); i++)
		sum += each[i];
	return sum;
}

CLEAT_API int cleat_log_format(const struct cleat_log_entry *entry, unsigned int flags,
			       struct cleat_text *out)
{
	if (flags & CLEAT_FORMAT_JSON)
		log_put_json(&out->buf, entry);
	else
		log_put_entry(&out->buf, entry);
	return out->buf.failed ? -ENOMEM : 0;
}
