/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * reuseport_sockarray.c - sockets that share a port: a program chooses who gets a connection.
 * What values are is in common/sockets.c.
 */
#include "common/mapref.h"
#include "common/sockets.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
	  .flags = CLEAT_MAP_FD_VALUE,
	  .name = "reuseport_sockarray" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	return sockets_check(m, attr, "an array of sockets", 4);
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return sockets_update(
		m, key, value, flags,
		"TCP sockets that listen and UDP sockets that are bound, with SO_REUSEPORT set before");
}

static const struct cleat_map_plugin reuseport_sockarray = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "reuseport_sockarray",
			   "sockets of a port, one of which is chosen"),
	CLEAT_TABLE(types, types),
	.check = check,
	.lookup = sockets_lookup,
	.update = update,
	.parse = mapref_parse_socket,
};
CLEAT_PLUGIN(reuseport_sockarray)
