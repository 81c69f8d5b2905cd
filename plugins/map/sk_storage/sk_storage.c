/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sk_storage.c - a value that lives with a socket: programs find it from there, without a key.
 *
 * Keys as text: fd:N, a descriptor of this process, or /proc/PID/fd/N, one of another.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/mapref.h"
#include "common/storage.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_SK_STORAGE, .flags = STORAGE_FLAGS, .name = "sk_storage" },
};

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_lookup(m, key, value, flags), "a socket");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_update(m, key, value, flags), "a socket");
}

static int erase(struct cleat_map *m, const void *key)
{
	return storage_explain(m, cleat_map_raw_delete(m, key), "a socket");
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
		return cleat_error(c, EINVAL,
				   "'%s' is no socket: fd:NUMBER and /proc/PID/fd/NUMBER are", buf);
	return storage_key(m, fd, data, size);
}

static const struct cleat_map_plugin sk_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "sk_storage",
			   "a value that lives with a socket"),
	CLEAT_TABLE(types, types),
	.check = storage_check,
	.prepare = storage_prepare,
	.lookup = lookup,
	.update = update,
	.erase = erase,
	.parse = parse,
	.format = storage_format,
};
CLEAT_PLUGIN(sk_storage)
