/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * map.c - a map's handle: its plugin, what is known of it. What a type needs beyond numbers is
 * asked of the plugin; its keys are in mapkeys.c, how it gets into the kernel is in mapmake.c.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/file.h"
#include "btf/decl.h"
#include "kernel/bpf.h"
#include "kernel/names.h"
#include "live/context.h"
#include "log/log.h"

bool map_is_data(const struct cleat_map *m)
{
	return m->spec && (m->spec->origin == MAP_FROM_DATA || m->spec->origin == MAP_FROM_KCONFIG);
}

int map_resolve(struct cleat_map *m)
{
	struct report *r = m->c->report;
	struct map_spec *spec = m->spec;
	int err;

	if (m->resolved)
		return 0;
	REPORT_IN(r, REPORT_OBJECT, m->object ? m->object->path : NULL);
	REPORT_IN(r, REPORT_MAP, m->name);
	if (spec->origin == MAP_FROM_DATA || spec->origin == MAP_FROM_KCONFIG)
		err = registry_for_data(m->c->registry, &m->plugin, &m->type, r);
	else
		err = registry_for_map(m->c->registry, m->own_type ? m->own_type : spec->type,
				       &m->plugin, &m->type, r);
	if (err)
		return err;
	m->params = params_new(m->plugin->keys, m->plugin->n_keys, map_keys, map_keys_count,
			       m->plugin->name);
	if (!m->params)
		return report_oom(r);
	params_report(m->params, r);
	if (!spec->inner && m->type->flags & CLEAT_MAP_TEMPLATE)
		spec->inner = spec->maybe_inner;
	m->attr = (struct cleat_map_attr){
		.struct_size = sizeof(m->attr),
		.type = m->type->type,
		.key_size = spec->key_size,
		.value_size = spec->value_size,
		.max_entries = spec->max_entries,
		.flags = spec->flags,
		.extra = spec->extra,
		.numa_node = spec->numa_node,
		.inner_map_fd = -1,
		.no_btf = m->type->flags & CLEAT_MAP_NO_BTF,
		.typed = spec->key_btf && spec->value_btf,
		.templated = spec->inner,
	};
	if (spec->read_only)
		m->attr.flags |= BPF_F_RDONLY_PROG;
	/* Before 5.5 there is no mapping: then globals are written by the system call. */
	if (map_is_data(m) && spec->mappable)
		m->attr.flags |= m->attr.optional_flags = BPF_F_MMAPABLE;
	m->own_flags = m->attr.flags;
	m->resolved = true;
	return 0;
}

/* ---- a descriptor's kind --------------------------------------------------------------------- */

bool fd_is(int fd, const char *file)
{
	_free_ char *path = text_format("/proc/self/fd/%d", fd);
	char kind[64];
	ssize_t n = path ? readlink(path, kind, sizeof(kind) - 1) : -1;

	/* Without /proc everything may be one: the kernel will tell. */
	if (n < 0)
		return true;
	kind[n] = '\0';
	/* "bpf_link" who made it, and "bpf-link" who opens it again */
	for (char *at = kind; (at = strchr(at, '_')); at++)
		*at = '-';
	return strstr(kind, file) != NULL;
}

bool map_is_fd(int fd)
{
	return fd_is(fd, "bpf-map");
}

bool map_is_frozen(int fd)
{
	_free_ char *path = text_format("/proc/self/fdinfo/%d", fd), *text = NULL;
	const char *at;

	if (!path || file_read(path, 4096, &text, NULL))
		return false;
	at = strstr(text, "frozen:");
	return at && strtoul(at + strlen("frozen:"), NULL, 10) == 1;
}

/* Unpins what a failed load had pinned. */
void map_unpin(struct cleat_map *m)
{
	const char *path = m->params ? cleat_param(m->params, "pin") : NULL;

	if (m->pinned_here && path)
		unlink(path);
	m->pinned_here = false;
}

/* Closes it; what it was pinned at stays. */
static void map_shut(struct cleat_map *m)
{
	if (m->memory)
		munmap(m->memory, m->memory_size);
	m->memory = NULL;
	m->memory_size = 0;
	m->base = 0;
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	m->id = 0;
	m->frozen = false;
	m->adopted = false;
}

void map_unload(struct cleat_map *m)
{
	map_unpin(m);
	map_shut(m);
}

void map_release(struct cleat_map *m)
{
	map_shut(m);
	if (m->adopted_fd >= 0)
		close(m->adopted_fd);
	cleat_map_keep_fd(m, CLEAT_KEY, -1);
	cleat_map_keep_fd(m, CLEAT_VALUE, -1);
	params_free(m->params);
	btf_free(m->own_btf);
	log_decoder_free(m->log);
	/* An object keeps what it says of its maps. */
	if (!m->object)
		free(m->spec);
	free(m->name);
	free(m->key_type);
	free(m->value_type);
}

CLEAT_API int cleat_map_adopt(struct cleat_map *m, int fd)
{
	int copy;

	OPERATION(m->c);
	if (m->fd >= 0)
		return report_error(m->c->report, EBUSY, "map '%s' is created already", m->name);
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return report_sys(m->c->report, errno, "cannot take a descriptor for map '%s'",
				  m->name);
	if (m->adopted_fd >= 0)
		close(m->adopted_fd);
	m->adopted_fd = copy;
	return 0;
}

int map_fill(struct cleat_map *m)
{
	if (!m->plugin || !m->plugin->map->fill || m->fd < 0)
		return 0;
	REPORT_IN(m->c->report, REPORT_OBJECT, m->object ? m->object->path : NULL);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	return m->plugin->map->fill(m, m->params);
}

/* Static functions of one name may be in several sections. */
static const struct cleat_program *program_of_func(const struct cleat_object *o,
						   const struct func *f)
{
	for (size_t i = 0; i < o->n_programs; i++)
		if (o->programs[i].spec->entry == f)
			return &o->programs[i];
	return NULL;
}

CLEAT_API int cleat_map_slot_at(const struct cleat_map *m, size_t i, struct cleat_map_slot *slot)
{
	struct cleat_map_slot full = { .struct_size = sizeof(full), .fd = -1 };
	const struct map_slot *s;

	if (!m->spec || i >= m->spec->slots.n)
		return -ENOENT;
	s = &m->spec->slots.v[i];
	full.index = s->index;
	if (s->map) {
		struct cleat_map *target = map_of_spec(m->object, s->map);

		full.name = s->map->name;
		full.fd = target ? target->fd : -1;
	} else if (s->func) {
		const struct cleat_program *target = program_of_func(m->object, s->func);

		full.name = target ? target->spec->name : s->func->name;
		full.fd = target ? target->fd : -1;
	}
	memcpy(slot, &full, MIN(slot->struct_size, (uint32_t)sizeof(full)));
	return 0;
}

CLEAT_API void cleat_map_keep_fd(struct cleat_map *m, int which, int fd)
{
	int *kept = &m->text_fd[which == CLEAT_VALUE];

	if (*kept >= 0)
		close(*kept);
	*kept = fd;
}

CLEAT_API struct cleat *cleat_map_context(const struct cleat_map *m)
{
	return m->c;
}

CLEAT_API const char *cleat_map_name(const struct cleat_map *m)
{
	return m->name;
}

CLEAT_API int cleat_map_fd(const struct cleat_map *m)
{
	return m->fd;
}

CLEAT_API struct cleat_object *cleat_map_object(const struct cleat_map *m)
{
	return m->object;
}

void map_types(struct cleat_map *m, const struct btf **b, uint32_t *key, uint32_t *value)
{
	*b = m->own_btf ? m->own_btf : m->object ? m->object->spec->btf : NULL;
	*key = *value = 0;
	if (*b && m->spec) {
		*key = m->spec->key_btf;
		*value = m->spec->value_btf;
	} else if (*b) {
		*key = m->own_key;
		*value = m->own_value;
	}
}

bool map_is_per_cpu(const struct cleat_map *m)
{
	const char *name;

	if (m->type)
		return m->type->flags & CLEAT_MAP_PER_CPU;
	/* No plugin knows the type. Better too much room than what the kernel writes beyond it. */
	name = name_of_map_type(m->attr.type);
	return !name || strstr(name, "percpu");
}

size_t map_value_slot(const struct cleat_map *m)
{
	return ROUND_UP((size_t)m->attr.value_size, (size_t)8);
}

size_t map_value_bytes(struct cleat_map *m)
{
	if (!map_is_per_cpu(m))
		return m->attr.value_size;
	return map_value_slot(m) * (size_t)MAX(cleat_possible_cpus(m->c), 1);
}

static const char *type_text(const struct btf *b, uint32_t id, char **kept)
{
	struct buf text _buf_free_ = { 0 };

	if (!*kept && b && id && !btf_decl_type(&text, b, id, ""))
		*kept = buf_take(&text);
	return *kept;
}

CLEAT_API int cleat_map_info(struct cleat_map *m, struct cleat_map_info *info)
{
	struct cleat_map_info full = { 0 };
	struct operation op _cleanup_(operation_end) = operation_begin(m->c);
	uint32_t key, value;
	const struct btf *b;

	(void)op;
	if (info->size < sizeof(size_t))
		return -EINVAL;
	if (m->spec)
		map_resolve(m);
	full.size = info->size;
	full.name = m->name;
	full.type_number = m->type || !m->spec ? m->attr.type : m->spec->type;
	full.type = name_of_map_type(full.type_number);
	full.plugin = m->plugin ? m->plugin->name : NULL;
	full.key_size = m->resolved ? m->attr.key_size : m->spec->key_size;
	full.value_size = m->resolved ? m->attr.value_size : m->spec->value_size;
	full.max_entries = m->resolved ? m->attr.max_entries : m->spec->max_entries;
	full.flags = m->resolved ? m->attr.flags : m->spec->flags;
	full.extra = m->resolved ? m->attr.extra : m->spec->extra;
	full.data = map_is_data(m);
	full.frozen = m->frozen;
	if (m->fd >= 0 && !m->id) {
		struct bpf_map_info kernel = { 0 };
		uint32_t size = sizeof(kernel);

		if (sys_obj_info(m->fd, &kernel, &size) == 0)
			m->id = kernel.id;
	}
	full.id = m->id;
	full.value_bytes = map_value_bytes(m);
	map_types(m, &b, &key, &value);
	full.key_type = type_text(b, key, &m->key_type);
	full.value_type = type_text(b, value, &m->value_type);
	memcpy(info, &full, MIN(info->size, sizeof(full)));
	return 0;
}
