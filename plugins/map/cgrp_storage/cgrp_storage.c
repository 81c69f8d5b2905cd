/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgrp_storage.c - a value that lives with a cgroup: programs find it from there, without a key.
 *
 * Keys as text: the path of the cgroup, absolute or from the root of the hierarchy on, or fd:N.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/mapref.h"
#include "common/storage.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_CGRP_STORAGE, .flags = STORAGE_FLAGS, .name = "cgrp_storage" },
};

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_lookup(m, key, value, flags), "a cgroup");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_update(m, key, value, flags), "a cgroup");
}

static int erase(struct cleat_map *m, const void *key)
{
	return storage_explain(m, cleat_map_raw_delete(m, key), "a cgroup");
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	char buf[PATH_MAX];
	int fd;

	if (storage_key_text(which, text, buf, sizeof(buf)))
		return -EAGAIN;
	fd = mapref_fd(c, buf);
	if (fd == -EAGAIN)
		fd = mapref_cgroup(c, buf);
	return storage_key(m, fd, data, size);
}

static const struct cleat_map_plugin cgrp_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "cgrp_storage",
			   "a value that lives with a cgroup"),
	CLEAT_TABLE(types, types),
	.check = storage_check,
	.prepare = storage_prepare,
	.lookup = lookup,
	.update = update,
	.erase = erase,
	.parse = parse,
	.format = storage_format,
};
CLEAT_PLUGIN(cgrp_storage)
