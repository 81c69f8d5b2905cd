/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * array_of_maps.c - maps by index, one of which a program picks while it runs.
 * All but the keys is in common/mapofmaps.c.
 */
#include "common/mapofmaps.h"
#include "common/mapref.h"

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE | CLEAT_MAP_TEMPLATE,
	  .name = "array_of_maps" },
};

static const struct cleat_key keys[] = { MAPOFMAPS_KEYS };

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	int err = mapref_check_sizes(m, attr, "an array of maps", 4, 4, 4);

	return err ? err : mapofmaps_check(m, p, attr);
}

static const struct cleat_map_plugin array_of_maps = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "array_of_maps",
			   "maps by index"),
	CLEAT_TABLE(types, types),
	CLEAT_TABLE(keys, keys),
	.check = check,
	.prepare = mapofmaps_prepare,
	.fill = mapofmaps_fill,
	.update = mapofmaps_update,
	.parse = mapofmaps_parse,
};
CLEAT_PLUGIN(array_of_maps)
