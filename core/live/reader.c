/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * reader.c - records from maps whose plugin can read them: what is common to all of them.
 */
#include "btf/decl.h"
#include "btf/value.h"
#include "live/reader.h"
#include "log/log.h"

/* What a value can have: "u32" is one. */
#define VALUE_KINDS                                                                            \
	(BTF_KIND_BIT(BTF_TYPEDEF) | BTF_KIND_BIT(BTF_INT) | BTF_KIND_BIT(BTF_STRUCT) |        \
	 BTF_KIND_BIT(BTF_UNION) | BTF_KIND_BIT(BTF_ENUM) | BTF_KIND_BIT(BTF_ENUM64))

uint32_t type_by_name(struct btf *b, const char *where, const char *name, struct report *r)
{
	VEC(const char *) names = { 0 };
	uint32_t kinds;
	const char *bare = btf_name_in_words(name, VALUE_KINDS, &kinds);
	uint32_t id = b ? btf_find(b, bare, kinds) : 0;

	if (id)
		return id;
	if (!b) {
		report_error(r, ENOENT, "no type '%s': the object has no BTF", name);
		return 0;
	}
	report_error(r, ENOENT, "no type '%s' in %s", name, where);
	for (uint32_t i = 1; i < btf_count(b); i++) {
		const struct btf_type *t = btf_type(b, i);

		if (t && (BTF_KIND_BIT(btf_kind(t)) & kinds) && *btf_name(b, t))
			if (vec_push(&names, btf_name(b, t)))
				break;
	}
	report_nearest(r, bare, names.v, names.n);
	vec_free(&names);
	return 0;
}

/* Options may be shorter than ours: a program built for an older library. */
#define OPTION(options, field)                                                           \
	((options) && (options)->size >= offsetof(struct cleat_reader_options, field) +  \
						 sizeof((options)->field) ?              \
		 (options)->field :                                                      \
		 NULL)

/* The map's own keys, then what is said for this reader. */
static int set_params(struct cleat_reader *r, const struct cleat_reader_options *o)
{
	struct report *report = r->map->c->report;
	const struct cleat_params *own = r->map->params;
	struct plugin *p = r->map->plugin;
	const char *key, *value;
	bool core;
	int err = 0;

	r->params = params_new(p->keys, p->n_keys, NULL, 0, p->name);
	if (!r->params)
		return report_oom(report);
	for (size_t i = 0; own && params_at(own, i, &key, &value) && !err; i++) {
		params_key(own, key, &core);
		err = core ? 0 : params_set(r->params, key, value, NULL, 0, 0, report);
	}
	for (const char *const *kv = OPTION(o, params); kv && *kv && !err; kv++)
		err = params_set_text(r->params, *kv, 1, report);
	return err;
}

uint32_t map_record_type(struct cleat_map *m)
{
	const struct btf_type *t;
	const struct btf *b;
	uint32_t key, value;

	map_types(m, &b, &key, &value);
	if (!value || !(m->type->flags & CLEAT_MAP_FD_VALUE))
		return value;
	t = btf_skip_mods(b, value, NULL);
	return t && (btf_kind(t) == BTF_STRUCT || btf_kind(t) == BTF_UNION) ? value : 0;
}

static int find_type(struct cleat_reader *r, const char *record)
{
	struct cleat_map *m = r->map;
	const struct btf *b;
	uint32_t key, value;

	if (!record) {
		r->record.type = map_record_type(m);
		return 0;
	}
	map_types(m, &b, &key, &value);
	r->record.type = type_by_name((struct btf *)b, "the object's BTF", record, m->c->report);
	return r->record.type ? 0 : -ENOENT;
}

CLEAT_API int cleat_reader_open(struct cleat_map *m, const struct cleat_reader_options *options,
				cleat_record_fn *fn, void *user, struct cleat_reader **out)
{
	struct cleat_reader *r;
	int err;

	OPERATION(m->c);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	*out = NULL;
	if (m->fd < 0)
		return report_error(m->c->report, EBADF, "the map is not created yet");
	if (!m->plugin || !m->plugin->map->reader_open)
		return report_error(m->c->report, EOPNOTSUPP, "maps of type '%s' have no records to read",
				    m->type ? m->type->name : "unknown");
	if (m->reader)
		return report_error(m->c->report, EBUSY, "the map has a reader already");
	r = calloc(1, sizeof(*r));
	if (!r)
		return report_oom(m->c->report);
	r->map = m;
	r->head.fn = fn;
	r->head.user = user;
	r->head.record = &r->record;
	r->fd = -1;
	r->interrupt_fd = -1;
	r->record.size = sizeof(r->record);
	r->record.map = m;
	err = find_type(r, OPTION(options, record));
	if (!err)
		err = set_params(r, options);
	if (!err)
		err = m->plugin->map->reader_open(m, r->params, r);
	if (err) {
		/* The plugin released its own on failure. */
		params_free(r->params);
		if (r->fd >= 0)
			close(r->fd);
		free(r);
		return err;
	}
	m->reader = r;
	*out = r;
	return 0;
}

CLEAT_API void cleat_reader_close(struct cleat_reader *r)
{
	if (!r)
		return;
	group_remove(r);
	while (r->members)
		cleat_reader_close(r->members);
	if (r->map) {
		if (r->map->plugin->map->reader_close)
			r->map->plugin->map->reader_close(r);
		r->map->reader = NULL;
	}
	if (r->release)
		r->release(r->own);
	if (r->fd >= 0)
		close(r->fd);
	if (r->interrupt_fd >= 0)
		close(r->interrupt_fd);
	params_free(r->params);
	free(r);
}

CLEAT_API int cleat_reader_fd(const struct cleat_reader *r)
{
	return r->fd;
}

static int dispatch(struct cleat_reader *r)
{
	int n, ret;

	r->stopped = false;
	n = r->map->plugin->map->reader_drain(r);
	if (n < 0 || r->stopped)
		return n;
	ret = r->head.told ? cleat_reader_emit(r, NULL, 0, r->lost_cpu) : 0;
	if (!ret && r->after)
		ret = r->after(r->own);
	return ret ? ret : n;
}

CLEAT_API int cleat_reader_dispatch(struct cleat_reader *r)
{
	int n;

	if (__atomic_exchange_n(&r->busy, true, __ATOMIC_ACQUIRE))
		return -EBUSY;
	n = r->map ? dispatch(r) : group_dispatch(r);
	__atomic_store_n(&r->busy, false, __ATOMIC_RELEASE);
	return n;
}

CLEAT_API void cleat_reader_set_fd(struct cleat_reader *r, int fd)
{
	r->fd = fd;
}

CLEAT_API void cleat_reader_set_data(struct cleat_reader *r, void *data)
{
	r->data = data;
}

CLEAT_API void *cleat_reader_data(const struct cleat_reader *r)
{
	return r->data;
}

CLEAT_API struct cleat_map *cleat_reader_map(const struct cleat_reader *r)
{
	return r->map;
}

CLEAT_API void cleat_reader_emitted(struct cleat_reader *r, int ret)
{
	r->record.lost = 0;
	r->record.overwritten = 0;
	r->head.told = false;
	if (ret)
		r->stopped = true;
}

CLEAT_API void cleat_reader_lost(struct cleat_reader *r, uint64_t n, int cpu)
{
	r->record.lost += n;
	r->lost_cpu = cpu;
	r->head.told = true;
}

CLEAT_API void cleat_reader_overwritten(struct cleat_reader *r, uint64_t bytes)
{
	r->record.overwritten += bytes;
	r->lost_cpu = -1;
	r->head.told = true;
}

CLEAT_API struct cleat_text *cleat_text_new(void)
{
	return calloc(1, sizeof(struct cleat_text));
}

CLEAT_API void cleat_text_free(struct cleat_text *t)
{
	if (t)
		buf_free(&t->buf);
	free(t);
}

CLEAT_API void cleat_text_clear(struct cleat_text *t)
{
	buf_clear(&t->buf);
}

CLEAT_API const char *cleat_text_data(const struct cleat_text *t, size_t *length)
{
	bool there = t->buf.data && !t->buf.failed;

	if (length)
		*length = there ? t->buf.len : 0;
	return there ? t->buf.data : "";
}

CLEAT_API void cleat_text_add(struct cleat_text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(&t->buf, fmt, args);
	va_end(args);
}

/* A ring counts one or the other. Records of programs built for an older library are shorter. */
static void format_loss(const struct cleat_record *record, bool json, struct buf *out)
{
	bool bytes = record->size >= sizeof(*record) && record->overwritten;

	buf_printf(out, json ? "{\"%s\":%llu}" : "%s=%llu", bytes ? "overwritten" : "lost",
		   (unsigned long long)(bytes ? record->overwritten : record->lost));
}

static int format_log(const struct cleat_record *record, bool json, struct buf *out)
{
	struct cleat_log_entry e;
	const char *why = map_log_decode(record->map, record, &e);

	if (why)
		return -EBADMSG;
	if (json)
		log_put_json(out, &e);
	else
		log_put_entry(out, &e);
	return out->failed ? -ENOMEM : 0;
}

CLEAT_API int cleat_record_format(const struct cleat_record *record, unsigned int flags,
				  struct cleat_text *out)
{
	bool json = flags & CLEAT_FORMAT_JSON;
	const struct btf *b;
	uint32_t key, value;

	if (!record->data) {
		format_loss(record, json, &out->buf);
		return 0;
	}
	if (map_log(record->map))
		return format_log(record, json, &out->buf);
	if (record->type) {
		map_types(record->map, &b, &key, &value);
		return btf_value_format(&out->buf, b, record->type, record->data, record->bytes,
					json ? BTF_VALUE_JSON : BTF_VALUE_BARE);
	}
	buf_puts(&out->buf, json ? "\"" : "");
	buf_put_hex(&out->buf, record->data, record->bytes);
	buf_puts(&out->buf, json ? "\"" : "");
	return 0;
}
