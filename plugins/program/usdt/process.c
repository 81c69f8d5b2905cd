/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * process.c - where a place in a binary's code is in memory; see process.h. Knows /proc/PID/maps.
 */
#include "process.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/binary.h"

/* The file that is looked for, as maps name it. */
struct file {
	struct stat st;
	char path[PATH_MAX]; /* without symbolic links, and as the process sees it */
};

struct mapping {
	unsigned long long start, end, offset, inode;
	unsigned int major, minor;
	char access[5];
	const char *path;
};

static bool read_mapping(char *line, struct mapping *m)
{
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &m->start, &m->end, m->access,
		   &m->offset, &m->major, &m->minor, &m->inode, &at) < 7 ||
	    !at)
		return false;
	m->path = line + at;
	return true;
}

/* By inode; or by path, where a file system tells maps of another device than stat() (overlayfs). */
static bool is_of(const struct mapping *m, const struct file *file)
{
	if (m->inode != file->st.st_ino)
		return false;
	return (m->major == major(file->st.st_dev) && m->minor == minor(file->st.st_dev)) ||
	       strcmp(m->path, file->path) == 0;
}

static bool find_file(const char *path, int pid, struct file *file)
{
	char root[32];
	size_t n = (size_t)snprintf(root, sizeof(root), "/proc/%d/root/", pid);

	if (stat(path, &file->st))
		return false;
	if (strncmp(path, root, n) == 0)
		snprintf(file->path, sizeof(file->path), "%s", path + n - 1);
	else if (!realpath(path, file->path))
		return false;
	return true;
}

static int add(uint64_t **ips, size_t *n, uint64_t ip)
{
	uint64_t *more = realloc(*ips, (*n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	*ips = more;
	(*ips)[(*n)++] = ip;
	return 0;
}

static int search_maps(FILE *f, const struct file *file, uint64_t offset, uint64_t **ips, size_t *n)
{
	struct mapping m = { 0 };
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	while (!err && getline(&line, &size, f) > 0)
		if (read_mapping(line, &m) && m.access[2] == 'x' && is_of(&m, file) &&
		    offset >= m.offset && offset - m.offset < m.end - m.start)
			err = add(ips, n, m.start + (offset - m.offset));
	free(line);
	return err;
}

static int find_in_process(struct cleat *c, const struct cleat_params *p, const char *path,
			   uint64_t offset, uint64_t **ips, size_t *n)
{
	int pid = binary_pid(p), err;
	struct file *file = malloc(sizeof(*file));
	char maps[32];
	FILE *f;

	if (!file)
		return cleat_error(c, ENOMEM, "out of memory");
	snprintf(maps, sizeof(maps), "/proc/%d/maps", pid);
	f = find_file(path, pid, file) ? fopen(maps, "re") : NULL;
	if (!f) {
		err = cleat_error_sys(c, errno, "cannot read %s", maps);
	} else {
		err = search_maps(f, file, offset, ips, n);
		fclose(f);
		if (err)
			cleat_error(c, err, "out of memory");
	}
	free(file);
	return err;
}

int process_find(struct cleat *c, const struct cleat_params *p, const struct notes *notes,
		 const char *path, uint64_t offset, uint64_t **ips, size_t *n)
{
	int err;

	*ips = NULL;
	*n = 0;
	if (notes->fixed)
		return add(ips, n, notes_address(notes, offset))
			       ? cleat_error(c, ENOMEM, "out of memory")
			       : 0;
	if (binary_pid(p) < 0) {
		cleat_param_error(c, p, "binary", EOPNOTSUPP,
				  "%s can be anywhere in memory, and this kernel has no attach "
				  "cookies to tell probes by",
				  path);
		cleat_hint(c, "say which process: 'pid = NUMBER'");
		return -EOPNOTSUPP;
	}
	err = find_in_process(c, p, path, offset, ips, n);
	if (!err && !*n)
		err = cleat_param_error(c, p, "pid", ENOENT, "process %d does not use %s",
					binary_pid(p), path);
	return err;
}
