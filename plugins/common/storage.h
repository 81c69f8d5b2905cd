/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * storage.h - values that live with a socket, an inode, a task or a cgroup, and go with it. The key is a
 * descriptor of it. Knows what the kernel wants of all of these maps; what opens a descriptor is
 * the plugins' own.
 */
#ifndef COMMON_STORAGE_H
#define COMMON_STORAGE_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#define STORAGE_FLAGS CLEAT_MAP_NO_ITERATE

int storage_check(struct cleat_map *m, const struct cleat_params *p,
		  const struct cleat_map_attr *attr);
int storage_prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr);
/* -EBADF means that the key is no descriptor of @noun. */
int storage_explain(struct cleat_map *m, int err, const char *noun);
/*
 * For 'parse': the text of a key, without quotes, in @buf; -EAGAIN for values, numbers and what is
 * too long.
 */
int storage_key_text(int which, const char *text, char *buf, size_t size);
/* For 'parse': the key is this descriptor, which is taken; or an error to be handed on. */
int storage_key(struct cleat_map *m, int fd, void *data, size_t size);
/* Contract of 'format'. */
int storage_format(struct cleat_map *m, int which, const void *data, size_t size,
		   unsigned int flags, struct cleat_text *out);

#endif
