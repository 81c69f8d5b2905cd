/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapfind.c - maps that are in the kernel already, by id, by name, by the path of their pin. What
 * their keys and values are the kernel says, when it was told by who made them.
 */
#include "kernel/bpf.h"
#include "live/context.h"

/* Takes @fd in any case. */
static int found(struct cleat *c, int fd, const char *what, struct cleat_map **out)
{
	_close_ int owned = fd;
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	struct cleat_map *m;
	int err;

	if (!map_is_fd(fd))
		return report_error(c->report, EINVAL, "%s is not a map", what);
	err = sys_obj_info(fd, &info, &size);
	if (err)
		return report_sys(c->report, err, "cannot tell what map %s is", what);
	m = calloc(1, sizeof(*m));
	if (!m || vec_push(&c->found, m)) {
		free(m);
		return report_oom(c->report);
	}
	m->c = c;
	m->fd = take_fd(&owned);
	m->adopted_fd = m->text_fd[0] = m->text_fd[1] = -1;
	m->adopted = true;
	m->id = info.id;
	m->resolved = true;
	m->frozen = map_is_frozen(m->fd);
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

/* The kernel keeps the first 15 bytes of a name. */
static bool is_called(const struct bpf_map_info *info, const char *name)
{
	return strncmp(info->name, name, sizeof(info->name) - 1) == 0;
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

		if (fd < 0 || sys_obj_info(fd, &info, &size) || !is_called(&info, name))
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
	return found(c, take_fd(&match), name, out);
}

int open_pin(const char *path)
{
	int fd = sys_obj_get(path, 0), read_only;

	if (fd != -EACCES && fd != -EPERM)
		return fd;
	read_only = sys_obj_get(path, BPF_F_RDONLY);
	return read_only >= 0 ? read_only : fd;
}

static int find_pinned(struct cleat *c, const char *path, struct cleat_map **out)
{
	int fd = open_pin(path);

	return fd < 0 ? report_sys(c->report, fd, "cannot open map %s", path) :
			found(c, fd, path, out);
}

CLEAT_API int cleat_map_find(struct cleat *c, const char *what, struct cleat_map **out)
{
	uint64_t id;
	int fd;

	OPERATION(c);
	*out = NULL;
	if (strchr(what, '/'))
		return find_pinned(c, what, out);
	if (text_u64(what, &id) || id > UINT32_MAX)
		return find_by_name(c, what, out);
	fd = sys_fd_by_id(BPF_MAP_GET_FD_BY_ID, (uint32_t)id);
	if (fd == -ENOENT)
		return report_error(c->report, fd, "no map has the id %s", what);
	return fd < 0 ? report_sys(c->report, fd, "cannot open map %s", what) :
			found(c, fd, what, out);
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
