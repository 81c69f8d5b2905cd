/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * devmap_hash.c - network interfaces that XDP programs send packets to, by any number: their own, say.
 * What values are is in common/devmaps.c.
 */
#include "common/devmaps.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_DEVMAP_HASH,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE,
	  .name = "devmap_hash" },
};

static const struct cleat_map_plugin devmap_hash = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "devmap_hash",
			   "network interfaces to redirect packets to, by any number"),
	CLEAT_TABLE(types, types),
	.check = devmaps_check,
	.prepare = devmaps_prepare,
	.adopt = devmaps_adopt,
	.update = devmaps_update,
	.parse = devmaps_parse,
	.format = devmaps_format,
};
CLEAT_PLUGIN(devmap_hash)
