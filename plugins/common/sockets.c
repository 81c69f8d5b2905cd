/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * sockets.c - maps whose values are sockets; see sockets.h.
 *
 * What is put in is a descriptor of 4 or 8 bytes; what is read is the socket's cookie, which has
 * 8 bytes, so that maps with values of 4 cannot be read.
 */
#include "common/sockets.h"

#include <errno.h>
#include <string.h>

#include "common/mapref.h"

int sockets_check(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun,
		  uint32_t key)
{
	int err = mapref_check_sizes(m, attr, noun, key, 4, 8);

	return err ? err : mapref_check_room(m, attr);
}

int sockets_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	struct cleat *c = cleat_map_context(m);
	int err = cleat_map_raw_lookup(m, key, value, flags);

	if (err != -ENOSPC)
		return err;
	cleat_error(c, EOPNOTSUPP, "the sockets cannot be read: values have 4 bytes");
	cleat_hint(c, "with values of 8 bytes, __type(value, u64), they are read as cookies");
	return -EOPNOTSUPP;
}

int sockets_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags,
		   const char *wanted)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	int err = cleat_map_raw_update(m, key, value, flags);

	switch (-err) {
	case EBADF:
	case ENOTSOCK:
		return cleat_error(c, EINVAL, "what is put in is no socket");
	case EINVAL:
	case EOPNOTSUPP:
	case ESOCKTNOSUPPORT:
		cleat_error_sys(c, err, "the map does not take this socket");
		cleat_hint(c, "it takes %s", wanted);
		return err;
	case EBUSY:
		return cleat_error(c, err, "the socket is in such a map already");
	case E2BIG:
		cleat_map_info(m, &info);
		return cleat_error(c, ERANGE, "no room: the map has %u entries", info.max_entries);
	default:
		return err;
	}
}
