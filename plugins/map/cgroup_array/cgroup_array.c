/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgroup_array.c - cgroups by index: programs ask whether a packet's or the current process is in
 * one. Values are descriptors going in and cannot be read back; as text they are paths.
 */
#include "common/mapref.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_CGROUP_ARRAY,
	  .flags = CLEAT_MAP_NO_BTF | CLEAT_MAP_FD_VALUE | CLEAT_MAP_NO_ITERATE,
	  .name = "cgroup_array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	int err = mapref_check_sizes(m, attr, "an array of cgroups", 4, 4, 4);

	(void)p;
	return err ? err : mapref_check_room(m, attr);
}

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	(void)key;
	(void)value;
	(void)flags;
	return cleat_error(cleat_map_context(m), EOPNOTSUPP,
			   "the kernel does not say which cgroup is in a slot");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	int err = cleat_map_raw_update(m, key, value, flags);

	if (err == -EBADF || err == -EINVAL)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "what is put in is no cgroup of version 2");
	return err;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	char buf[PATH_MAX];
	const char *word = mapref_word(text, buf, sizeof(buf));
	int fd;

	if (which == CLEAT_KEY || !word || size != sizeof(fd))
		return -EAGAIN;
	fd = mapref_fd(c, word);
	if (fd == -EAGAIN)
		fd = mapref_cgroup(c, word);
	if (fd < 0)
		return fd;
	cleat_map_keep_fd(m, which, fd);
	memcpy(data, &fd, sizeof(fd));
	return 0;
}

static const struct cleat_map_plugin cgroup_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "cgroup_array",
			   "cgroups, to ask whether a process is in one"),
	CLEAT_TABLE(types, types),
	.check = check,
	.lookup = lookup,
	.update = update,
	.parse = parse,
};
CLEAT_PLUGIN(cgroup_array)
