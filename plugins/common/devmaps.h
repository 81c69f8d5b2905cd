/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * devmaps.h - values that are a network interface and, since 5.8, a program that runs for packets
 * on their way there. The same for maps with an index and with keys.
 */
#ifndef COMMON_DEVMAPS_H
#define COMMON_DEVMAPS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

int devmaps_check(struct cleat_map *m, const struct cleat_params *p,
		  const struct cleat_map_attr *attr);
int devmaps_prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr);
int devmaps_adopt(struct cleat_map *m, const struct cleat_map_attr *want,
		  const struct cleat_map_attr *have);
int devmaps_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags);
int devmaps_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size);
int devmaps_format(struct cleat_map *m, int which, const void *data, size_t size,
		   unsigned int flags, struct cleat_text *out);

#endif
