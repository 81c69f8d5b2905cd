/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapops.c - one entry of a map: look up, set, delete, next. A plugin's own operations come first,
 * then the generic ones. Knows what the kernel's errors mean for a map; refuses to know what keys
 * and values look like.
 *
 * These work from any thread. Only the thread that uses the context gets diagnostics.
 */
#include "kernel/bpf.h"
#include "kernel/names.h"
#include "live/context.h"

CLEAT_API int cleat_map_raw_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	return sys_map_lookup(m->fd, key, value, flags);
}

CLEAT_API int cleat_map_raw_update(struct cleat_map *m, const void *key, const void *value,
				   uint64_t flags)
{
	return sys_map_update(m->fd, key, value, flags);
}

CLEAT_API int cleat_map_raw_delete(struct cleat_map *m, const void *key)
{
	return sys_map_delete(m->fd, key);
}

/* The kernel's, not for user space: no such operation. */
#define KERNEL_ENOTSUPP 524

const struct cleat_map_plugin *map_operations(const struct cleat_map *m)
{
	static const struct cleat_map_plugin generic;

	return m->plugin ? m->plugin->map : &generic;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static bool is_index(const struct cleat_map *m)
{
	return m->type && (m->type->flags & CLEAT_MAP_INDEX);
}

static int explain_permission(struct cleat_map *m, int err, const char *what)
{
	struct report *r = m->c->report;

	if (m->frozen || map_is_frozen(m->fd))
		return report_error(r, err, "the map is frozen: its entries cannot be changed");
	if (m->attr.flags & (BPF_F_RDONLY | BPF_F_WRONLY))
		return report_error(r, err, "the map was made %s for user space",
				    m->attr.flags & BPF_F_RDONLY ? "read-only" : "write-only");
	return report_sys(r, err, "cannot %s", what);
}

int map_explain(struct cleat_map *m, int err, const char *what)
{
	struct report *r = m->c->report;

	if (err == 0 || err == -ENOENT)
		return err;
	REPORT_IN(r, REPORT_MAP, m->name);
	if (m->fd < 0)
		return report_error(r, EBADF, "the map is not created yet");
	switch (-err) {
	case E2BIG:
	case ENOSPC:
		if (!is_index(m)) {
			report_error(r, err, "the map is full: it has room for %u entries",
				     m->attr.max_entries);
			return err;
		}
		return report_error(r, ERANGE, "index out of range: the map has %u entries",
				    m->attr.max_entries);
	case EEXIST:
		return report_error(r, err, "there is such an entry already");
	case EPERM:
		return explain_permission(m, err, what);
	case EAGAIN:
		return report_error(r, err, "the map changes faster than it can be read");
	case KERNEL_ENOTSUPP:
	case EOPNOTSUPP:
		return report_error(r, EOPNOTSUPP, "cannot %s: the kernel does not have this for maps "
				    "of type '%s'", what,
				    m->type ? m->type->name : name_of_map_type(m->attr.type) ?: "?");
	default:
		return report_sys(r, err, "cannot %s", what);
	}
}

/* No entry of an array is missing: then the index is too high, and that is worth a word. */
static int explain_missing(struct cleat_map *m, const void *key)
{
	uint32_t index;

	if (!is_index(m) || m->attr.key_size != sizeof(index))
		return -ENOENT;
	memcpy(&index, key, sizeof(index));
	if (index < m->attr.max_entries)
		return -ENOENT;
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	return report_error(m->c->report, ERANGE, "index %u is out of range: the map has %u entries",
			    index, m->attr.max_entries);
}

/* What a plugin has explained is not explained twice. */
static int result(struct cleat_map *m, const void *key, int err, const char *what, size_t errors)
{
	if (err == 0 || report_errors(m->c->report) > errors)
		return err;
	if (err == -E2BIG && explain_missing(m, key) == -ERANGE)
		return -ERANGE;
	return err == -ENOENT ? explain_missing(m, key) : map_explain(m, err, what);
}

/* ---- operations ------------------------------------------------------------------------------ */

/* Without the number of CPUs nobody knows how much the kernel reads and writes. */
static int ready(struct cleat_map *m)
{
	if (m->fd < 0)
		return -EBADF;
	return map_is_per_cpu(m) && cleat_possible_cpus(m->c) <= 0 ? -EOPNOTSUPP : 0;
}

/* A plugin's own operation may have something to say. */
static struct report *own_report(struct cleat_map *m)
{
	return context_is_ours(m->c) ? m->c->report : NULL;
}

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	int err = ready(m);

	if (err)
		return err;
	key = m->attr.key_size ? key : NULL;
	REPORT_IN(ops->lookup ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->lookup ? ops->lookup(m, key, value, flags) :
			     sys_map_lookup(m->fd, key, value, flags);
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	int err = ready(m);

	if (err)
		return err;
	key = m->attr.key_size ? key : NULL;
	REPORT_IN(ops->update ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->update ? ops->update(m, key, value, flags) :
			     sys_map_update(m->fd, key, value, flags);
}

static int erase(struct cleat_map *m, const void *key)
{
	const struct cleat_map_plugin *ops = map_operations(m);

	if (m->fd < 0)
		return -EBADF;
	REPORT_IN(ops->erase ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->erase ? ops->erase(m, key) : sys_map_delete(m->fd, key);
}

CLEAT_API int cleat_map_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	if (!context_is_ours(m->c))
		return lookup(m, key, value, flags);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return result(m, key, lookup(m, key, value, flags), "look up an entry", errors);
}

CLEAT_API int cleat_map_update(struct cleat_map *m, const void *key, const void *value,
			       uint64_t flags)
{
	if (!context_is_ours(m->c))
		return update(m, key, value, flags);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return result(m, key, update(m, key, value, flags), "set an entry", errors);
}

CLEAT_API int cleat_map_delete(struct cleat_map *m, const void *key)
{
	if (!context_is_ours(m->c))
		return erase(m, key);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return result(m, key, erase(m, key), "delete an entry", errors);
}

CLEAT_API int cleat_map_next_key(struct cleat_map *m, const void *key, void *next)
{
	if (!context_is_ours(m->c))
		return sys_map_next_key(m->fd, key, next);
	OPERATION(m->c);
	return map_explain(m, sys_map_next_key(m->fd, key, next), "walk the entries");
}

/* ---- without keys ---------------------------------------------------------------------------- */

static int keyless(struct cleat_map *m)
{
	int err = ready(m);

	return err ? err : m->attr.key_size ? -EOPNOTSUPP : 0;
}

static int push(struct cleat_map *m, const void *value, uint64_t flags)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	int err = keyless(m);

	if (err)
		return err;
	REPORT_IN(ops->push ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->push ? ops->push(m, value, flags) : update(m, NULL, value, flags);
}

static int pop(struct cleat_map *m, void *value)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	int err = keyless(m);

	if (err)
		return err;
	REPORT_IN(ops->pop ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->pop ? ops->pop(m, value) : sys_map_lookup_delete(m->fd, NULL, value, 0);
}

static int peek(struct cleat_map *m, void *value)
{
	int err = keyless(m);

	return err ? err : lookup(m, NULL, value, 0);
}

/* What a plugin has explained is not explained twice; "none" is an answer. */
static int keyless_result(struct cleat_map *m, int err, const char *what, size_t errors)
{
	if (err == -EOPNOTSUPP && m->attr.key_size) {
		REPORT_IN(m->c->report, REPORT_MAP, m->name);
		return report_error(m->c->report, EOPNOTSUPP, "cannot %s: the map has keys", what);
	}
	return err && report_errors(m->c->report) > errors ? err : map_explain(m, err, what);
}

CLEAT_API int cleat_map_push(struct cleat_map *m, const void *value, uint64_t flags)
{
	if (!context_is_ours(m->c))
		return push(m, value, flags);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return keyless_result(m, push(m, value, flags), "push a value", errors);
}

CLEAT_API int cleat_map_pop(struct cleat_map *m, void *value)
{
	if (!context_is_ours(m->c))
		return pop(m, value);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return keyless_result(m, pop(m, value), "pop a value", errors);
}

CLEAT_API int cleat_map_peek(struct cleat_map *m, void *value)
{
	if (!context_is_ours(m->c))
		return peek(m, value);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);

	return keyless_result(m, peek(m, value), "look at the next value", errors);
}

static int write_record(struct cleat_map *m, const void *data, size_t bytes)
{
	const struct cleat_map_plugin *ops = map_operations(m);
	int err = ready(m);

	if (err)
		return err;
	REPORT_IN(ops->write ? own_report(m) : NULL, REPORT_MAP, m->name);
	return ops->write ? ops->write(m, data, bytes) : -EOPNOTSUPP;
}

CLEAT_API int cleat_map_write(struct cleat_map *m, const void *data, size_t bytes)
{
	if (!context_is_ours(m->c))
		return write_record(m, data, bytes);
	OPERATION(m->c);
	size_t errors = report_errors(m->c->report);
	int err = write_record(m, data, bytes);

	return err && report_errors(m->c->report) > errors ? err :
							     map_explain(m, err, "write a record");
}
