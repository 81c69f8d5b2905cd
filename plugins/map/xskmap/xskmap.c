/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * xskmap.c - AF_XDP sockets that XDP programs hand packets to, by the number of their queue mostly.
 *
 * Values are descriptors going in and cannot be read back; as text fd:N, or /proc/PID/fd/N for the
 * socket of another process. A socket that is closed leaves the map by itself.
 */
#include "common/mapref.h"

#include <errno.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_XSKMAP,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE | CLEAT_MAP_NO_ITERATE,
	  .name = "xskmap" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	int err = mapref_check_sizes(m, attr, "a map of AF_XDP sockets", 4, 4, 4);

	(void)p;
	return err ? err : mapref_check_room(m, attr);
}

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	(void)key;
	(void)value;
	(void)flags;
	return cleat_error(cleat_map_context(m), EOPNOTSUPP,
			   "the kernel does not say which socket is in a slot");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat *c = cleat_map_context(m);
	int err = cleat_map_raw_update(m, key, value, flags);

	if (err == -EOPNOTSUPP || err == -ENOTSOCK || err == -EBADF)
		return cleat_error(c, EINVAL, "what is put in is no AF_XDP socket");
	if (err != -E2BIG)
		return err;
	cleat_map_info(m, &info);
	return cleat_error(c, ERANGE, "the index is out of range: the map has %u entries",
			   info.max_entries);
}

static const struct cleat_map_plugin xskmap = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "xskmap",
			   "AF_XDP sockets to redirect packets to"),
	CLEAT_TABLE(types, types),
	.check = check,
	.lookup = lookup,
	.update = update,
	.parse = mapref_parse_socket,
};
CLEAT_PLUGIN(xskmap)
