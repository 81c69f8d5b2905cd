/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * map.c - a map's handle: its plugin, its keys, what is known of it. What a type needs beyond
 * numbers is asked of the plugin; how a map gets into the kernel is in mapmake.c.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/file.h"
#include "btf/decl.h"
#include "kernel/bpf.h"
#include "kernel/names.h"
#include "live/context.h"

const struct cleat_key map_keys[] = {
	{ .name = "max-entries", .type = CLEAT_TYPE_SIZE, .help = "how many entries there may be" },
	{ .name = "flags", .type = CLEAT_TYPE_TEXT,
	  .help = "the kernel's map flags by name, no_prealloc|mmapable, added to the object's" },
	{ .name = "numa-node", .type = CLEAT_TYPE_UINT, .help = "NUMA node whose memory is used" },
	{ .name = "pin", .type = CLEAT_TYPE_PATH,
	  .help = "path on a BPF file system, used when it exists, made when not; 'no': not pinned" },
};
const size_t map_keys_count = ARRAY_SIZE(map_keys);

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
	REPORT_IN(r, REPORT_OBJECT, m->object->path);
	REPORT_IN(r, REPORT_MAP, m->name);
	if (spec->origin == MAP_FROM_DATA || spec->origin == MAP_FROM_KCONFIG)
		err = registry_for_data(m->c->registry, &m->plugin, &m->type, r);
	else
		err = registry_for_map(m->c->registry, spec->type, &m->plugin, &m->type, r);
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
	if (map_is_data(m) && spec->mappable)
		m->attr.flags |= BPF_F_MMAPABLE;
	m->own_flags = m->attr.flags;
	m->resolved = true;
	return 0;
}

/* ---- a descriptor's kind --------------------------------------------------------------------- */

bool map_is_fd(int fd)
{
	_free_ char *path = text_format("/proc/self/fd/%d", fd);
	char kind[64];
	ssize_t n = path ? readlink(path, kind, sizeof(kind) - 1) : -1;

	/* Without /proc everything may be one: the kernel will tell. */
	if (n < 0)
		return true;
	kind[n] = '\0';
	return strstr(kind, "bpf-map") != NULL;
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

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{ "no_prealloc", BPF_F_NO_PREALLOC },
	{ "no_common_lru", BPF_F_NO_COMMON_LRU },
	{ "numa_node", BPF_F_NUMA_NODE },
	{ "rdonly", BPF_F_RDONLY },
	{ "wronly", BPF_F_WRONLY },
	{ "stack_build_id", BPF_F_STACK_BUILD_ID },
	{ "zero_seed", BPF_F_ZERO_SEED },
	{ "rdonly_prog", BPF_F_RDONLY_PROG },
	{ "wronly_prog", BPF_F_WRONLY_PROG },
	{ "clone", BPF_F_CLONE },
	{ "mmapable", BPF_F_MMAPABLE },
	{ "preserve_elems", BPF_F_PRESERVE_ELEMS },
	{ "inner_map", BPF_F_INNER_MAP },
	{ "link", BPF_F_LINK },
	{ "path_fd", BPF_F_PATH_FD },
	{ "vtype_btf_obj_fd", BPF_F_VTYPE_BTF_OBJ_FD },
	{ "token_fd", BPF_F_TOKEN_FD },
	{ "segv_on_fault", BPF_F_SEGV_ON_FAULT },
	{ "no_user_conv", BPF_F_NO_USER_CONV },
	{ "rb_overwrite", BPF_F_RB_OVERWRITE },
};

/* A dash is as good as an underscore. */
static bool is_flag_name(const char *name, const char *word, size_t n)
{
	size_t i;

	for (i = 0; i < n && name[i]; i++)
		if (name[i] != (word[i] == '-' ? '_' : word[i]))
			return false;
	return i == n && !name[i];
}

static int parse_flag(const char *word, size_t n, uint32_t *flags, struct report *r)
{
	const char *names[ARRAY_SIZE(flag_names)];
	_free_ char *copy = strndup(word, n);
	uint64_t number;

	if (!copy)
		return report_oom(r);
	if (text_u64(copy, &number) == 0 && number <= UINT32_MAX) {
		*flags |= (uint32_t)number;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++) {
		names[i] = flag_names[i].name;
		if (is_flag_name(names[i], word, n)) {
			*flags |= flag_names[i].flag;
			return 0;
		}
	}
	report_error(r, EINVAL, "no map flag '%s'", copy);
	report_nearest(r, copy, names, ARRAY_SIZE(names));
	return -EINVAL;
}

int map_parse_flags(const char *text, uint32_t *flags, struct report *r)
{
	static const char between[] = "| ,\t";
	int err = 0;

	*flags = 0;
	for (text += strspn(text, between); *text && !err; text += strspn(text, between)) {
		size_t n = strcspn(text, between);

		err = parse_flag(text, n, flags, r);
		text += n;
	}
	return err;
}

static int set_max_entries(struct cleat_map *m, const char *value)
{
	uint64_t n = cleat_param_uint(m->params, "max-entries");

	if (n == 0 || n > UINT32_MAX)
		return report_error(m->c->report, ERANGE,
				    "max-entries is 1 to 4294967295, not '%s'", value);
	if (map_is_data(m))
		return report_error(m->c->report, EINVAL,
				    "'%s' is a section of variables: it has one entry", m->name);
	m->attr.max_entries = (uint32_t)n;
	return 0;
}

/* What was given up to now, each time anew: the keys come in any order. */
static int set_flags(struct cleat_map *m)
{
	const char *given = cleat_param(m->params, "flags");
	uint64_t node = cleat_param_uint(m->params, "numa-node");
	uint32_t flags = 0;
	int err = given ? map_parse_flags(given, &flags, m->c->report) : 0;

	if (err)
		return err;
	m->attr.flags = m->own_flags | flags;
	if (!cleat_param_given(m->params, "numa-node"))
		return 0;
	if (node > UINT32_MAX)
		return report_error(m->c->report, ERANGE, "no NUMA node has the number %llu",
				    (unsigned long long)node);
	m->attr.numa_node = (uint32_t)node;
	m->attr.flags |= BPF_F_NUMA_NODE;
	return 0;
}

CLEAT_API int cleat_map_set_param(struct cleat_map *m, const char *key, const char *value)
{
	int err;

	OPERATION(m->c);
	if (m->fd >= 0)
		return report_error(m->c->report, EBUSY, "map '%s' is created already", m->name);
	err = m->spec ? map_resolve(m) : -EINVAL;
	if (err)
		return err;
	if (streq(key, "pin")) {
		m->unpinned = streq(value, "no");
		if (m->unpinned)
			return 0;
	}
	err = params_set(m->params, key, value, NULL, 0, ++m->layer, m->c->report);
	if (err)
		return err;
	if (streq(key, "max-entries"))
		return set_max_entries(m, value);
	return streq(key, "flags") || streq(key, "numa-node") ? set_flags(m) : 0;
}

int map_fill(struct cleat_map *m)
{
	if (!m->plugin || !m->plugin->map->fill || m->fd < 0)
		return 0;
	REPORT_IN(m->c->report, REPORT_OBJECT, m->object ? m->object->path : NULL);
	REPORT_IN(m->c->report, REPORT_MAP, m->name);
	return m->plugin->map->fill(m, m->params);
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
		struct cleat_program *target = cleat_object_program(m->object, s->func->name);

		full.name = s->func->name;
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
