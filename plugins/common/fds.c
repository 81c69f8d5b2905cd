/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * fds.c - a process's descriptors by their links in /proc; see fds.h.
 */
#include "common/fds.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 1 or 0, or -errno when that may not be known. One that was closed in between is of no kind. */
static int is_of(int dir, const char *name, const char *kind)
{
	char link[64] = "";
	size_t n = strlen(kind);

	if (readlinkat(dir, name, link, sizeof(link) - 1) < 0)
		return errno == ENOENT ? 0 : -errno;
	return strncmp(link, kind, n) == 0 && (!link[n] || strncmp(link + n, ":[", 2) == 0);
}

int fds_each(int pid, const char *kind, int (*fn)(void *user, int fd), void *user)
{
	struct dirent *entry;
	char path[32];
	int result = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!result && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		result = is_of(dirfd(dir), entry->d_name, kind);
		if (result > 0)
			result = fn(user, atoi(entry->d_name));
	}
	closedir(dir);
	return result;
}
