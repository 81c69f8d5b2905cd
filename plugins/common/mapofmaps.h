/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapofmaps.h - maps whose values are maps: the same for those with an index and those with keys.
 * Knows the template and the values; the keys are the plugins' own.
 */
#ifndef COMMON_MAPOFMAPS_H
#define COMMON_MAPOFMAPS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* For the plugins' key tables. */
#define MAPOFMAPS_KEYS                                                                       \
	{                                                                                    \
		.name = "inner",                                                             \
		.help = "what the maps in it are like: a map of the object, an id or a path" \
	}

int mapofmaps_check(struct cleat_map *m, const struct cleat_params *p,
		    const struct cleat_map_attr *attr);
int mapofmaps_prepare(struct cleat_map *m, const struct cleat_params *p,
		      struct cleat_map_attr *attr);
int mapofmaps_fill(struct cleat_map *m, const struct cleat_params *p);
int mapofmaps_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags);
int mapofmaps_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size);

#endif
