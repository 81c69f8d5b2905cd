/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgstorage.h - values for each cgroup that a program is attached to, made and removed by the kernel.
 * Knows their keys, with and without the kind of attachment; one value or one for each CPU is the
 * plugins' own.
 */
#ifndef COMMON_CGSTORAGE_H
#define COMMON_CGSTORAGE_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

int cgstorage_check(struct cleat_map *m, const struct cleat_params *p,
		    const struct cleat_map_attr *attr);
int cgstorage_prepare(struct cleat_map *m, const struct cleat_params *p,
		      struct cleat_map_attr *attr);
int cgstorage_erase(struct cleat_map *m, const void *key);
int cgstorage_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size);
int cgstorage_format(struct cleat_map *m, int which, const void *data, size_t size,
		     unsigned int flags, struct cleat_text *out);

#endif
