/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * task_storage.c - a value that lives with a task: programs find it from there, without a key.
 *
 * Keys as text: pid:N, a process or (from 6.9) one of its threads.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/mapref.h"
#include "common/storage.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
/* PIDFD_THREAD of newer headers: O_EXCL. */
#define THREAD 0200

/* A process; else a thread, for kernels that have descriptors of threads. */
static int open_task(int pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), err = errno;

	if (fd >= 0)
		return fd;
	if (err == ESRCH)
		return -err;
	fd = (int)syscall(SYS_pidfd_open, pid, THREAD);
	return fd >= 0 ? fd : -err;
}

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_TASK_STORAGE, .flags = STORAGE_FLAGS, .name = "task_storage" },
};

static int lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_lookup(m, key, value, flags), "a task");
}

static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	return storage_explain(m, cleat_map_raw_update(m, key, value, flags), "a task");
}

static int erase(struct cleat_map *m, const void *key)
{
	return storage_explain(m, cleat_map_raw_delete(m, key), "a task");
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	char buf[PATH_MAX];
	int fd, pid, end = 0;

	if (storage_key_text(which, text, buf, sizeof(buf)))
		return -EAGAIN;
	if (sscanf(buf, "pid:%d%n", &pid, &end) != 1 || buf[end] || pid <= 0)
		return cleat_error(c, EINVAL, "'%s' is no task: pid:NUMBER is", buf);
	fd = open_task(pid);
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot reach task %d", pid);
	return storage_key(m, fd, data, size);
}

static const struct cleat_map_plugin task_storage = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "task_storage",
			   "a value that lives with a task"),
	CLEAT_TABLE(types, types),
	.check = storage_check,
	.prepare = storage_prepare,
	.lookup = lookup,
	.update = update,
	.erase = erase,
	.parse = parse,
	.format = storage_format,
};
CLEAT_PLUGIN(task_storage)
