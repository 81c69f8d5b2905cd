/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cgstorage.c - values for each cgroup that a program is attached to; see cgstorage.h.
 *
 * A key is the id of the cgroup and, in 16 bytes, the number of the attach type; as text
 * "PATH NUMBER", or "PATH" where the type is not in the key. The id is that of the directory, a
 * handle of which leads back to the path.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cgstorage.h"
#include "common/mapref.h"

/* FILEID_KERNFS: a handle that is the 8 bytes of the id. */
#define KERNFS_HANDLE 0xfe

int cgstorage_check(struct cleat_map *m, const struct cleat_params *p,
		    const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	(void)p;
	if (attr->key_size != sizeof(uint64_t) &&
	    attr->key_size != sizeof(struct bpf_cgroup_storage_key))
		return cleat_error(c, EINVAL,
				   "keys are struct bpf_cgroup_storage_key or the id of a "
				   "cgroup, 16 or 8 bytes, not %u",
				   attr->key_size);
	if (!attr->value_size)
		return cleat_error(c, EINVAL, "the map has no value: its size is 0");
	return 0;
}

/* The kernel makes an entry when a program is attached: there is no limit to be set. */
int cgstorage_prepare(struct cleat_map *m, const struct cleat_params *p,
		      struct cleat_map_attr *attr)
{
	if (cleat_param_given(p, "max-entries"))
		return cleat_param_error(
			cleat_map_context(m), p, "max-entries", EINVAL,
			"there is an entry for each cgroup that a program is attached "
			"to, and no limit");
	attr->max_entries = 0;
	return 0;
}

int cgstorage_erase(struct cleat_map *m, const void *key)
{
	(void)key;
	return cleat_error(cleat_map_context(m), EINVAL,
			   "an entry goes when its program is detached from the cgroup");
}

int cgstorage_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	struct bpf_cgroup_storage_key key = { 0 };
	char buf[PATH_MAX], *space, *end;
	struct stat st;
	int fd;

	if (which != CLEAT_KEY || mapref_is_plain(text) || !mapref_word(text, buf, sizeof(buf)) ||
	    (*buf >= '0' && *buf <= '9'))
		return -EAGAIN;
	space = strrchr(buf, ' ');
	if (size == sizeof(key)) {
		if (!space || !space[1])
			return cleat_error(c, EINVAL,
					   "'%s': expected CGROUP NUMBER, the number of the "
					   "attach type",
					   text);
		key.attach_type = (uint32_t)strtoul(space + 1, &end, 10);
		if (*end)
			return cleat_error(c, EINVAL, "'%s' is no number of an attach type",
					   space + 1);
		*space = '\0';
	}
	fd = mapref_cgroup(c, buf);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st)) {
		close(fd);
		return cleat_error_sys(c, errno, "cannot tell the id of cgroup %s", buf);
	}
	close(fd);
	key.cgroup_inode_id = st.st_ino;
	memcpy(data, &key, size < sizeof(key) ? size : sizeof(key));
	return 0;
}

/* The directory with this id, or false: it has gone, or we may not ask. */
static bool path_of(struct cleat *c, uint64_t id, char *path, size_t size)
{
	struct {
		struct file_handle head;
		uint64_t id;
	} handle = { .head = { .handle_bytes = sizeof(id), .handle_type = KERNFS_HANDLE } };
	const char *root = cleat_cgroupfs(c);
	int mount = root ? open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, fd = -1;
	bool found;

	memcpy(handle.head.f_handle, &id, sizeof(id));
	if (mount >= 0) {
		fd = open_by_handle_at(mount, &handle.head, O_PATH | O_CLOEXEC);
		close(mount);
	}
	found = fd >= 0 && mapref_fd_text(fd, path, size);
	if (fd >= 0)
		close(fd);
	return found && !strpbrk(path, "\"\\\n\t");
}

int cgstorage_format(struct cleat_map *m, int which, const void *data, size_t size,
		     unsigned int flags, struct cleat_text *out)
{
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	struct bpf_cgroup_storage_key key = { 0 };
	char path[PATH_MAX];

	if (which != CLEAT_KEY)
		return -EAGAIN;
	memcpy(&key, data, size < sizeof(key) ? size : sizeof(key));
	if (!path_of(cleat_map_context(m), key.cgroup_inode_id, path, sizeof(path)))
		return -EAGAIN;
	cleat_text_add(out, "%s%s", quote, path);
	if (size == sizeof(key))
		cleat_text_add(out, " %u", key.attach_type);
	cleat_text_add(out, "%s", quote);
	return 0;
}
