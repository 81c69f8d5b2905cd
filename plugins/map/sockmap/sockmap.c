/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockmap.c - sockets by index: programs send what one receives to another, or judge it.
 * What values are is in common/sockets.c.
 */
#include "common/mapref.h"
#include "common/sockets.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_SOCKMAP,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE,
	  .name = "sockmap" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return sockets_check(m, attr, "a map of sockets", 4);
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return sockets_update(m, key, value, flags,
			      "TCP sockets that are connected or listen, UDP and UNIX sockets");
}

static const struct cleat_map_plugin sockmap = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "sockmap",
			   "sockets by index, to splice and to filter"),
	CLEAT_TABLE(types, types),
	.check = check,
	.lookup = sockets_lookup,
	.update = update,
	.parse = mapref_parse_socket,
};
CLEAT_PLUGIN(sockmap)
