/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * inode_storage.c - a value that lives with a file: programs find it from there, without a key.
 *
 * Keys as text: a path, or fd:N, a descriptor of this process. All names of a file are one file.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "common/mapref.h"
#include "common/storage.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_INODE_STORAGE, .flags = STORAGE_FLAGS, .name = "inode_storage" },
};

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_lookup(m, key, value, flags), "a file");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_update(m, key, value, flags), "a file");
}

static int erase(struct cleat_map *m, const void *key)
{
	return storage_explain(m, cleat_map_raw_delete(m, key), "a file");
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	char buf[PATH_MAX];
	int fd;

	if (storage_key_text(which, text, buf, sizeof(buf)))
		return -EAGAIN;
	if (strncmp(buf, "fd:", 3) == 0)
		return storage_key(m, mapref_fd(c, buf), data, size);
	fd = open(buf, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot open '%s'", buf);
	return storage_key(m, fd, data, size);
}

static const struct cleat_map_plugin inode_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "inode_storage",
			   "a value that lives with a file"),
	CLEAT_TABLE(types, types),
	.check = storage_check,
	.prepare = storage_prepare,
	.lookup = lookup,
	.update = update,
	.erase = erase,
	.parse = parse,
	.format = storage_format,
};
CLEAT_PLUGIN(inode_storage)
