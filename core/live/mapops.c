/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapops.c - entries of a map: raw operations, walking, text. A plugin's own operations come
 * first, then the generic ones.
 */
#include <ctype.h>
#include <stdio.h>

#include "btf/value.h"
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

static const struct cleat_map_plugin *operations(const struct cleat_map *m)
{
	static const struct cleat_map_plugin generic;

	return m->plugin ? m->plugin->map : &generic;
}

/* -ENOENT is an answer, not a failure. */
static int explain(struct cleat_map *m, int err, const char *what)
{
	if (err == 0 || err == -ENOENT)
		return err;
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	if (m->fd < 0)
		return report_error(m->c->report, EBADF, "the map is not created yet");
	if (err == -E2BIG)
		return report_error(m->c->report, err,
				    m->type && (m->type->flags & CLEAT_MAP_INDEX) ?
					    "index out of range: the map has %u entries" :
					    "the map is full: it has room for %u entries",
				    m->attr.max_entries);
	if (err == -EEXIST)
		return report_error(m->c->report, err, "there is such an entry already");
	return report_sys(m->c->report, err, "cannot %s", what);
}

CLEAT_API int cleat_map_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	const struct cleat_map_plugin *ops = operations(m);

	OPERATION(m->c);
	return explain(m,
		       ops->lookup ? ops->lookup(m, key, value, flags) :
				     sys_map_lookup(m->fd, key, value, flags),
		       "look up an entry");
}

CLEAT_API int cleat_map_update(struct cleat_map *m, const void *key, const void *value,
			       uint64_t flags)
{
	const struct cleat_map_plugin *ops = operations(m);

	OPERATION(m->c);
	return explain(m,
		       ops->update ? ops->update(m, key, value, flags) :
				     sys_map_update(m->fd, key, value, flags),
		       "set an entry");
}

CLEAT_API int cleat_map_delete(struct cleat_map *m, const void *key)
{
	const struct cleat_map_plugin *ops = operations(m);

	OPERATION(m->c);
	return explain(m, ops->erase ? ops->erase(m, key) : sys_map_delete(m->fd, key),
		       "delete an entry");
}

CLEAT_API int cleat_map_next_key(struct cleat_map *m, const void *key, void *next)
{
	OPERATION(m->c);
	return explain(m, sys_map_next_key(m->fd, key, next), "walk the entries");
}

/* ---- walking --------------------------------------------------------------------------------- */

typedef int entry_fn(void *user, const void *key, const void *value);

#define BATCH 256

/*
 * In batches: one system call for many entries, and the kernel walks whole buckets, so entries
 * deleted meanwhile do not start it over. -EOPNOTSUPP when this map or kernel has no batches.
 */
static int each_in_batches(struct cleat_map *m, entry_fn *fn, void *user)
{
	size_t value_bytes = map_value_bytes(m);
	uint32_t room = BATCH, count;
	_free_ uint8_t *keys = NULL, *values = NULL, *cursor = NULL;
	bool first = true;
	int err = 0, ret;

	/* The cursor is a key for arrays, a bucket number for hashes. */
	cursor = calloc(2, MAX(m->attr.key_size, 8u));
	for (;;) {
		if (!keys) {
			keys = malloc((size_t)room * m->attr.key_size);
			values = malloc((size_t)room * value_bytes);
		}
		if (!keys || !values || !cursor)
			return -ENOMEM;
		count = room;
		err = sys_map_batch(BPF_MAP_LOOKUP_BATCH, m->fd, first ? NULL : cursor, cursor,
				    keys, values, &count, 0);
		if (err == -ENOSPC && room < (1u << 24)) {
			/* A bucket has more entries than we have room for. */
			free(take_ptr(keys));
			free(take_ptr(values));
			room *= 4;
			continue;
		}
		if (err && err != -ENOENT)
			return first && (err == -EINVAL || err == -524) ? -EOPNOTSUPP : err;
		first = false;
		for (uint32_t i = 0; i < count; i++) {
			ret = fn(user, keys + (size_t)i * m->attr.key_size,
				 values + (size_t)i * value_bytes);
			if (ret)
				return ret;
		}
		if (err == -ENOENT)
			return 0;
	}
}

/*
 * One at a time. All keys are collected first: a key deleted under our feet would send the kernel
 * back to the start, and the walk round in circles.
 */
static int each_one_by_one(struct cleat_map *m, entry_fn *fn, void *user)
{
	const struct cleat_map_plugin *ops = operations(m);
	size_t key_size = m->attr.key_size;
	_free_ uint8_t *value = malloc(map_value_bytes(m) + 8);
	_free_ uint8_t *keys = NULL;
	size_t n = 0, cap = 0;
	int err, ret;

	if (!value)
		return -ENOMEM;
	for (;;) {
		if (n == cap) {
			size_t more = cap ? cap * 2 : 64;
			uint8_t *grown = realloc(keys, more * key_size);

			if (!grown)
				return -ENOMEM;
			keys = grown;
			cap = more;
		}
		err = sys_map_next_key(m->fd, n ? keys + (n - 1) * key_size : NULL,
				       keys + n * key_size);
		if (err == -ENOENT)
			break;
		if (err)
			return err;
		/* More keys than the map can hold: it is changing while we look. */
		if (++n > (size_t)m->attr.max_entries + 64)
			break;
	}
	for (size_t i = 0; i < n; i++) {
		const uint8_t *key = keys + i * key_size;

		err = ops->lookup ? ops->lookup(m, key, value, 0) :
				    sys_map_lookup(m->fd, key, value, 0);
		if (err == -ENOENT)
			continue;
		if (err)
			return err;
		ret = fn(user, key, value);
		if (ret)
			return ret;
	}
	return 0;
}

CLEAT_API int cleat_map_each(struct cleat_map *m,
			     int (*fn)(void *user, const void *key, const void *value), void *user)
{
	int err = -EOPNOTSUPP;

	OPERATION(m->c);
	if (m->type && (m->type->flags & (CLEAT_MAP_NO_ITERATE | CLEAT_MAP_NO_KEY))) {
		REPORT_IN(m->c->report, REPORT_MAP, m->name);
		return report_error(m->c->report, EOPNOTSUPP,
				    "maps of type '%s' have no entries to walk", m->type->name);
	}
	if (!operations(m)->lookup)
		err = each_in_batches(m, fn, user);
	if (err == -EOPNOTSUPP)
		err = each_one_by_one(m, fn, user);
	return err < 0 ? explain(m, err, "walk the entries") : err;
}

/* ---- text ------------------------------------------------------------------------------------ */

static uint32_t type_of(struct cleat_map *m, int which, const struct btf **b)
{
	uint32_t key, value;

	map_types(m, b, &key, &value);
	return which == CLEAT_KEY ? key : value;
}

static size_t size_of(const struct cleat_map *m, int which)
{
	return which == CLEAT_KEY ? m->attr.key_size : m->attr.value_size;
}

/* Without BTF: a number for the sizes that numbers have, else hex bytes in memory order. */
static int parse_untyped(struct cleat_map *m, const char *text, uint8_t *data, size_t size)
{
	struct report *r = m->c->report;
	const char *s = text;
	uint64_t number;
	size_t n = 0;

	if ((size == 1 || size == 2 || size == 4 || size == 8) && text_u64(text, &number) == 0) {
		if (size < 8 && number >> (8 * size))
			return report_error(r, ERANGE, "'%s' does not fit into %zu bytes", text, size);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		number <<= 64 - 8 * size;
#endif
		memcpy(data, &number, size);
		return 0;
	}
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	while (*s && n <= size) {
		unsigned int byte;

		if (isspace((unsigned char)*s) || *s == ':') {
			s++;
			continue;
		}
		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]) ||
		    sscanf(s, "%2x", &byte) != 1)
			return report_error(r, EINVAL, "'%s' is not hex bytes, at '%s'", text, s);
		if (n < size)
			data[n] = (uint8_t)byte;
		n++;
		s += 2;
	}
	if (n != size)
		return report_error(r, EINVAL, "'%s' has %s than the %zu bytes there are", text,
				    n < size ? "fewer" : "more", size);
	return 0;
}

/* One value for every CPU. */
static void spread(struct cleat_map *m, uint8_t *data)
{
	size_t slot = ROUND_UP((size_t)m->attr.value_size, (size_t)8);
	size_t n = map_value_bytes(m) / slot;

	for (size_t i = 1; i < n; i++)
		memcpy(data + i * slot, data, slot);
}

static bool is_per_cpu(const struct cleat_map *m, int which)
{
	return which == CLEAT_VALUE && m->type && (m->type->flags & CLEAT_MAP_PER_CPU);
}

CLEAT_API int cleat_map_parse(struct cleat_map *m, int which, const char *text, void *data)
{
	const struct cleat_map_plugin *ops = operations(m);
	size_t size = size_of(m, which);
	const struct btf *b;
	int err = -EAGAIN;
	uint32_t type;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	memset(data, 0, which == CLEAT_KEY ? size : map_value_bytes(m));
	if (ops->parse)
		err = ops->parse(m, which, text, data, size);
	if (err == -EAGAIN) {
		type = type_of(m, which, &b);
		err = type ? btf_value_parse(b, type, text, data, size, m->c->report) :
			     parse_untyped(m, text, data, size);
	}
	if (!err && is_per_cpu(m, which))
		spread(m, data);
	return err;
}

static int format_one(struct cleat_map *m, int which, const void *data, bool json,
		      struct cleat_text *out)
{
	const struct cleat_map_plugin *ops = operations(m);
	size_t size = size_of(m, which);
	const struct btf *b;
	int err = -EAGAIN;
	uint32_t type;

	if (ops->format)
		err = ops->format(m, which, data, size, json ? CLEAT_FORMAT_JSON : 0, out);
	if (err != -EAGAIN)
		return err;
	type = type_of(m, which, &b);
	if (type)
		return btf_value_format(&out->buf, b, type, data, size, json ? BTF_VALUE_JSON : 0);
	if (size == 1 || size == 2 || size == 4 || size == 8) {
		uint64_t number = 0;

		memcpy((char *)&number +
			       (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(number) - size : 0),
		       data, size);
		buf_put_u64(&out->buf, number);
		return 0;
	}
	buf_puts(&out->buf, json ? "\"0x" : "0x");
	buf_put_hex(&out->buf, data, size);
	if (json)
		buf_putc(&out->buf, '"');
	return 0;
}

CLEAT_API int cleat_map_format(struct cleat_map *m, int which, const void *data, bool json,
			       char **text)
{
	struct cleat_text out = { 0 };
	int err = 0;

	OPERATION(m->c);
	*text = NULL;
	if (is_per_cpu(m, which)) {
		size_t slot = ROUND_UP((size_t)m->attr.value_size, (size_t)8);
		size_t n = map_value_bytes(m) / slot;

		buf_puts(&out.buf, "[");
		for (size_t i = 0; i < n && !err; i++) {
			buf_puts(&out.buf, i ? ", " : json ? "" : " ");
			err = format_one(m, which, (const uint8_t *)data + i * slot, json, &out);
		}
		buf_puts(&out.buf, json ? "]" : " ]");
	} else {
		err = format_one(m, which, data, json, &out);
	}
	*text = buf_take(&out.buf);
	if (err) {
		free(*text);
		*text = NULL;
	} else if (!*text) {
		err = report_oom(m->c->report);
	}
	return err;
}

CLEAT_API int cleat_map_set(struct cleat_map *m, const char *key, const char *value, uint64_t flags)
{
	_free_ uint8_t *k = calloc(1, (size_t)m->attr.key_size + 1);
	_free_ uint8_t *v = calloc(1, map_value_bytes(m) + 1);
	int err;

	OPERATION(m->c);
	if (!k || !v)
		return report_oom(m->c->report);
	err = cleat_map_parse(m, CLEAT_KEY, key, k);
	if (!err)
		err = cleat_map_parse(m, CLEAT_VALUE, value, v);
	return err ? err : cleat_map_update(m, k, v, flags);
}

/* ---- maps found in the kernel ---------------------------------------------------------------- */

/* Takes @fd in any case. */
static int found(struct cleat *c, int fd, struct cleat_map **out)
{
	_close_ int owned = fd;
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	struct cleat_map *m;
	int err;

	err = sys_obj_info(fd, &info, &size);
	if (err)
		return report_sys(c->report, err, "that is not a map");
	m = calloc(1, sizeof(*m));
	if (!m || vec_push(&c->found, m)) {
		free(m);
		return report_oom(c->report);
	}
	m->c = c;
	m->fd = take_fd(&owned);
	m->adopted_fd = -1;
	m->id = info.id;
	m->resolved = true;
	m->attr = (struct cleat_map_attr){
		.struct_size = sizeof(m->attr),
		.type = info.type,
		.key_size = info.key_size,
		.value_size = info.value_size,
		.max_entries = info.max_entries,
		.flags = info.map_flags,
		.extra = info.map_extra,
		.inner_map_fd = -1,
	};
	m->name = text_format("%.*s", (int)sizeof(info.name), info.name);
	if (!m->name) {
		cleat_map_close(m);
		return report_oom(c->report);
	}
	if (registry_for_map(c->registry, info.type, &m->plugin, &m->type, NULL)) {
		m->plugin = NULL;
		m->type = NULL;
	}
	if (info.btf_id)
		m->own_btf = context_btf_by_id(c, info.btf_id);
	m->own_key = info.btf_key_type_id;
	m->own_value = info.btf_value_type_id;
	*out = m;
	return 0;
}

static int find_by_name(struct cleat *c, const char *name, struct cleat_map **out)
{
	_close_ int match = -1;
	uint32_t id = 0, first = 0;
	int err;

	while ((err = sys_next_id(BPF_MAP_GET_NEXT_ID, id, &id)) == 0) {
		_close_ int fd = sys_fd_by_id(BPF_MAP_GET_FD_BY_ID, id);
		struct bpf_map_info info = { 0 };
		uint32_t size = sizeof(info);

		if (fd < 0 || sys_obj_info(fd, &info, &size) ||
		    strncmp(info.name, name, sizeof(info.name) - 1) != 0)
			continue;
		if (match >= 0) {
			report_error(c->report, EEXIST, "several maps are called '%s'", name);
			report_hint(c->report, "say which by its id: %u, %u, ...", first, id);
			return -EEXIST;
		}
		match = take_fd(&fd);
		first = id;
	}
	if (err != -ENOENT)
		return report_sys(c->report, err, "cannot list the maps of the kernel");
	if (match < 0) {
		report_error(c->report, ENOENT, "no map '%s' in the kernel", name);
		report_hint(c->report, "'cleat list maps' shows all");
		return -ENOENT;
	}
	return found(c, take_fd(&match), out);
}

CLEAT_API int cleat_map_find(struct cleat *c, const char *what, struct cleat_map **out)
{
	uint64_t id;
	int fd;

	OPERATION(c);
	*out = NULL;
	if (strchr(what, '/')) {
		fd = sys_obj_get(what, 0);
		return fd < 0 ? report_sys(c->report, fd, "%s", what) : found(c, fd, out);
	}
	if (text_u64(what, &id) == 0 && id <= UINT32_MAX) {
		fd = sys_fd_by_id(BPF_MAP_GET_FD_BY_ID, (uint32_t)id);
		if (fd == -ENOENT)
			return report_error(c->report, fd, "no map has the id %s", what);
		return fd < 0 ? report_sys(c->report, fd, "cannot open map %s", what) :
				found(c, fd, out);
	}
	return find_by_name(c, what, out);
}

CLEAT_API void cleat_map_close(struct cleat_map *m)
{
	struct cleat *c;

	if (!m || m->object)
		return;
	c = m->c;
	for (size_t i = 0; i < c->found.n; i++) {
		if (c->found.v[i] != m)
			continue;
		memmove(&c->found.v[i], &c->found.v[i + 1],
			(c->found.n - i - 1) * sizeof(c->found.v[0]));
		c->found.n--;
		break;
	}
	map_release(m);
	free(m);
}
