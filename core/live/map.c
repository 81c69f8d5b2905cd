/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * map.c - a map's handle: its plugin, its sizes, its making. What a type needs beyond numbers is
 * asked of the plugin.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/file.h"
#include "btf/decl.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/names.h"
#include "live/context.h"

const struct cleat_key map_keys[] = {
	{ .name = "max-entries", .type = CLEAT_TYPE_SIZE, .help = "how many entries there may be" },
	{ .name = "flags", .type = CLEAT_TYPE_UINT, .help = "the kernel's map flags, added to the object's" },
	{ .name = "numa-node", .type = CLEAT_TYPE_UINT, .help = "NUMA node whose memory is used" },
	{ .name = "pin", .type = CLEAT_TYPE_PATH,
	  .help = "path on a BPF file system, used when it exists, made when not; 'no': not pinned" },
};
const size_t map_keys_count = ARRAY_SIZE(map_keys);

/* Where LIBBPF_PIN_BY_NAME puts maps: shared with programs of other loaders. */
#define PIN_ROOT "/sys/fs/bpf/"

static bool is_data(const struct cleat_map *m)
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
	};
	if (spec->read_only)
		m->attr.flags |= BPF_F_RDONLY_PROG;
	if (is_data(m) && spec->mappable)
		m->attr.flags |= BPF_F_MMAPABLE;
	m->resolved = true;
	return 0;
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
	params_free(m->params);
	btf_free(m->own_btf);
	free(m->name);
	free(m->key_type);
	free(m->value_type);
}

/* What a map in the kernel was made with. */
static int attr_of_fd(int fd, struct cleat_map_attr *attr)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	int err = sys_obj_info(fd, &info, &size);

	if (err)
		return err;
	*attr = (struct cleat_map_attr){
		.struct_size = sizeof(*attr),
		.type = info.type,
		.key_size = info.key_size,
		.value_size = info.value_size,
		.max_entries = info.max_entries,
		.flags = info.map_flags,
		.extra = info.map_extra,
		.inner_map_fd = -1,
	};
	return 0;
}

/* The rule for types whose plugin has none: everything equal. */
static int adopt_equal(struct cleat_map *m, const struct cleat_map_attr *want,
		       const struct cleat_map_attr *have, const char *from)
{
	struct report *r = m->c->report;
	const struct {
		const char *name;
		uint64_t want, have;
	} checks[] = {
		{ "key size", want->key_size, have->key_size },
		{ "value size", want->value_size, have->value_size },
		{ "max-entries", want->max_entries, have->max_entries },
		{ "flags", want->flags, have->flags },
		{ "map_extra", want->extra, have->extra },
	};

	if (want->type != have->type)
		return report_error(r, EINVAL, "the map at %s is of type '%s', the object says '%s'",
				    from, name_of_map_type(have->type) ?: "unknown",
				    m->type->name);
	if (m->plugin->map->adopt)
		return m->plugin->map->adopt(m, want, have);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (checks[i].want == checks[i].have)
			continue;
		report_error(r, EINVAL, "the map at %s has %s %llu, the object says %llu", from,
			     checks[i].name, (unsigned long long)checks[i].have,
			     (unsigned long long)checks[i].want);
		report_hint(r, "remove %s, or change the object or unit", from);
		return -EINVAL;
	}
	return 0;
}

/* Takes @fd in any case. */
static int adopt(struct cleat_map *m, int fd, const char *from)
{
	_close_ int owned = fd;
	struct cleat_map_attr have;
	int err;

	err = attr_of_fd(fd, &have);
	if (err)
		return report_sys(m->c->report, err, "%s is not a map", from);
	err = adopt_equal(m, &m->attr, &have, from);
	if (err)
		return err;
	m->attr = have;
	m->fd = take_fd(&owned);
	return 0;
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

CLEAT_API int cleat_map_set_param(struct cleat_map *m, const char *key, const char *value)
{
	int err;

	OPERATION(m->c);
	if (m->fd >= 0)
		return report_error(m->c->report, EBUSY, "map '%s' is created already", m->name);
	err = m->spec ? map_resolve(m) : -EINVAL;
	if (err)
		return err;
	if (streq(key, "pin") && streq(value, "no")) {
		m->unpinned = true;
		return 0;
	}
	err = params_set(m->params, key, value, NULL, 0, 1, m->c->report);
	if (err)
		return err;
	if (streq(key, "max-entries")) {
		uint64_t n = cleat_param_uint(m->params, key);

		if (n == 0 || n > UINT32_MAX)
			return report_error(m->c->report, ERANGE,
					    "max-entries is 1 to 4294967295, not '%s'", value);
		m->attr.max_entries = (uint32_t)n;
	} else if (streq(key, "flags")) {
		m->attr.flags = m->spec->flags | (uint32_t)cleat_param_uint(m->params, key);
	} else if (streq(key, "numa-node")) {
		m->attr.numa_node = (uint32_t)cleat_param_uint(m->params, key);
		m->attr.flags |= BPF_F_NUMA_NODE;
	}
	return 0;
}

/* Names have 15 characters of [A-Za-z0-9_.]; data maps get the object's in front, as people know it. */
static void kernel_name(const struct cleat_map *m, char name[static BPF_OBJ_NAME_LEN])
{
	size_t n = 0;

	if (is_data(m)) {
		size_t room = BPF_OBJ_NAME_LEN - 1;
		size_t tail = MIN(strlen(m->name), (size_t)7);

		snprintf(name, BPF_OBJ_NAME_LEN, "%.*s%.*s",
			 (int)MIN(room - tail, strlen(m->object->spec->name)),
			 m->object->spec->name, (int)MIN(strlen(m->name), room), m->name);
	} else {
		snprintf(name, BPF_OBJ_NAME_LEN, "%s", m->name);
	}
	for (; name[n]; n++)
		if (!((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z') ||
		      (name[n] >= '0' && name[n] <= '9') || name[n] == '_' || name[n] == '.'))
			name[n] = '_';
}

static int create_inner(struct cleat_map *m, int *fd)
{
	const struct map_spec *inner = m->spec->inner;
	union bpf_attr attr = { 0 };
	struct plugin *plugin;
	const struct cleat_map_type *type;
	struct cleat_map_attr want = {
		.struct_size = sizeof(want),
		.type = inner->type,
		.key_size = inner->key_size,
		.value_size = inner->value_size,
		.max_entries = inner->max_entries,
		.flags = inner->flags,
		.extra = inner->extra,
		.inner_map_fd = -1,
	};
	int err;

	err = registry_for_map(m->c->registry, inner->type, &plugin, &type, m->c->report);
	if (!err && plugin->map->prepare)
		err = plugin->map->prepare(m, m->params, &want);
	if (err)
		return err;
	attr.map_type = want.type;
	attr.key_size = want.key_size;
	attr.value_size = want.value_size;
	attr.max_entries = want.max_entries;
	attr.map_flags = want.flags;
	attr.map_extra = want.extra;
	*fd = sys_map_create(&attr);
	return *fd < 0 ? report_sys(m->c->report, *fd, "cannot create the template of inner maps")
		       : 0;
}

static void explain_create(struct cleat_map *m, int err)
{
	struct report *r = m->c->report;
	_free_ char *caps = NULL;

	report_sys(r, err, "cannot create a map of type '%s' (key %u, value %u, max-entries %u)",
		   m->type->name, m->attr.key_size, m->attr.value_size, m->attr.max_entries);
	if (err == -EPERM) {
		caps = machine_missing_caps(CAP_BIT(CAP_BPF) | CAP_BIT(CAP_NET_ADMIN));
		if (caps && *caps)
			report_hint(r, "needs %s; see CAPABILITIES in cleat(8)", caps);
		else if (machine_raise_memlock() == 0)
			report_hint(r, "the limit of locked memory may be too low (ulimit -l)");
	} else if (err == -EINVAL && m->attr.max_entries == 0) {
		report_hint(r, "set max-entries: [map %s] in the unit", m->name);
	} else if (err == -EINVAL && probe_map_type(m->c->prober, m->attr.type) == PROBE_NO) {
		report_hint(r, "this kernel has no maps of type '%s'", m->type->name);
	} else if (err == -E2BIG || err == -ENOMEM) {
		report_hint(r, "less max-entries may fit");
	}
}

static int create(struct cleat_map *m)
{
	struct cleat_object *o = m->object;
	_close_ int inner_fd = -1;
	union bpf_attr attr = { 0 };
	int fd, err;

	if (m->spec->inner) {
		err = create_inner(m, &inner_fd);
		if (err)
			return err;
		m->attr.inner_map_fd = inner_fd;
	}
	attr.map_type = m->attr.type;
	attr.key_size = m->attr.key_size;
	attr.value_size = m->attr.value_size;
	attr.max_entries = m->attr.max_entries;
	attr.map_flags = m->attr.flags;
	attr.map_extra = m->attr.extra;
	attr.numa_node = m->attr.numa_node;
	if (m->attr.inner_map_fd >= 0)
		attr.inner_map_fd = m->attr.inner_map_fd;
	kernel_name(m, attr.map_name);
	if (!m->attr.no_btf && (m->spec->key_btf || m->spec->value_btf)) {
		int btf_fd = object_btf_fd(o);

		if (btf_fd >= 0) {
			attr.btf_fd = btf_fd;
			attr.btf_key_type_id = m->spec->key_btf;
			attr.btf_value_type_id = m->spec->value_btf;
		}
	}
	fd = sys_map_create(&attr);
	if (fd < 0 && fd != -EPERM && (attr.btf_key_type_id || attr.btf_value_type_id)) {
		/* A kernel that does not like the types takes the map without them. */
		attr.btf_fd = attr.btf_key_type_id = attr.btf_value_type_id = 0;
		fd = sys_map_create(&attr);
	}
	if (fd == -EINVAL && is_data(m) && (m->attr.flags & BPF_F_MMAPABLE)) {
		/* Before 5.5 there is no mapping: then globals are written by the system call. */
		attr.map_flags = m->attr.flags &= ~(uint32_t)BPF_F_MMAPABLE;
		fd = sys_map_create(&attr);
	}
	m->attr.inner_map_fd = -1;
	if (fd == -EPERM && probe(m->c->prober, PROBE_MEMCG) == PROBE_NO &&
	    machine_raise_memlock() == 0)
		fd = sys_map_create(&attr);
	if (fd < 0) {
		explain_create(m, fd);
		return fd;
	}
	m->fd = fd;
	return 0;
}

/* Contents of a data section, and its memory shared with the kernel. */
static int fill_data(struct cleat_map *m)
{
	struct report *r = m->c->report;
	struct map_spec *spec = m->spec;
	uint32_t zero = 0;
	int err;

	if (spec->data) {
		err = sys_map_update(m->fd, &zero, spec->data, 0);
		if (err)
			return report_sys(r, err, "cannot write the initial contents of %s",
					  m->name);
	}
	if (spec->read_only) {
		err = sys_map_freeze(m->fd);
		m->frozen = !err;
		if (err && err != -EINVAL)
			return report_sys(r, err, "cannot freeze %s", m->name);
	}
	if (!(m->attr.flags & BPF_F_MMAPABLE))
		return 0;
	m->memory_size = ROUND_UP((size_t)m->attr.value_size * MAX(m->attr.max_entries, 1u),
				  (size_t)sysconf(_SC_PAGESIZE));
	m->memory = mmap(NULL, m->memory_size, spec->read_only ? PROT_READ : PROT_READ | PROT_WRITE,
			 MAP_SHARED, m->fd, 0);
	if (m->memory == MAP_FAILED)
		m->memory = NULL;
	return 0;
}

static int pin(struct cleat_map *m, const char *path)
{
	_free_ char *dir = path_dir(path);
	int err;

	if (!dir)
		return report_oom(m->c->report);
	path_mkdirs(dir, 0700);
	err = sys_obj_pin(m->fd, path);
	if (err == -EEXIST)
		return err;
	if (err) {
		report_sys(m->c->report, err, "cannot pin at %s", path);
		if (!machine_is_bpffs(dir))
			report_hint(m->c->report, "%s is not on a BPF file system: mount -t bpf bpf /sys/fs/bpf",
				    path);
		return err;
	}
	m->pinned_here = true;
	return 0;
}

static int create_or_adopt(struct cleat_map *m)
{
	const char *path = m->unpinned ? NULL : cleat_param(m->params, "pin");
	int fd, err;

	if (m->adopted_fd >= 0)
		return adopt(m, take_fd(&m->adopted_fd), "the given descriptor");
	/* Another process may pin between our look and our pin: then its map is taken after all. */
	for (int attempt = 0;; attempt++) {
		fd = path ? sys_obj_get(path, 0) : -ENOENT;
		if (fd >= 0)
			return adopt(m, fd, path);
		if (fd != -ENOENT)
			return report_sys(m->c->report, fd, "cannot open the pinned map %s", path);
		err = create(m);
		if (err || !path)
			return err;
		err = pin(m, path);
		if (err != -EEXIST)
			return err;
		close(m->fd);
		m->fd = -1;
		if (attempt)
			return report_error(m->c->report, EEXIST, "%s is in the way", path);
	}
}

int map_create(struct cleat_map *m)
{
	struct report *r = m->c->report;
	int err;

	if (m->fd >= 0)
		return 0;
	err = map_resolve(m);
	if (err)
		return err;
	REPORT_IN(r, REPORT_OBJECT, m->object->path);
	REPORT_IN(r, REPORT_MAP, m->name);
	if (m->spec->pin_by_name && !m->unpinned && !cleat_param_given(m->params, "pin")) {
		_free_ char *path = path_join(PIN_ROOT, m->name);

		err = path ? params_set(m->params, "pin", path, NULL, 0, 0, r) : report_oom(r);
		if (err)
			return err;
	}
	if (m->plugin->map->check)
		err = m->plugin->map->check(m, m->params, &m->attr);
	if (!err && m->plugin->map->prepare)
		err = m->plugin->map->prepare(m, m->params, &m->attr);
	if (err)
		return err;
	err = create_or_adopt(m);
	if (!err && is_data(m))
		err = fill_data(m);
	if (err)
		map_unload(m);
	return err;
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

size_t map_value_bytes(struct cleat_map *m)
{
	int cpus;

	if (!m->type || !(m->type->flags & CLEAT_MAP_PER_CPU))
		return m->attr.value_size;
	cpus = cleat_possible_cpus(m->c);
	return ROUND_UP((size_t)m->attr.value_size, (size_t)8) * (size_t)MAX(cpus, 1);
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
	full.data = is_data(m);
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
