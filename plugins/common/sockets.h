/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockets.h - maps whose values are sockets: descriptors going in, cookies coming out. Knows what is
 * said when the kernel does not take one; which sockets those are the plugins know.
 */
#ifndef COMMON_SOCKETS_H
#define COMMON_SOCKETS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

/* @key: bytes of keys, 0: any. @noun: "a map of sockets". */
int sockets_check(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun,
		  uint32_t key);
int sockets_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags);
/* @wanted: what the kernel takes, for messages: "TCP sockets that are connected". */
int sockets_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags,
		   const char *wanted);

#endif
