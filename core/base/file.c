// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * file.c - paths and whole files. Knows how to get all bytes of a file whatever the file system
 * says about its size; refuses to know what is in it, and to report: only the caller knows what
 * the file was for.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"

/*
 * Smaller files are copied: it costs no more than the page faults of a mapping, and a file that
 * somebody shortens or rewrites meanwhile can neither kill us nor differ from what was checked.
 */
#define MAP_FROM ((off_t)1 << 20)
/* Nothing that we read is bigger. Keeps endless files (/dev/zero) from taking all memory. */
#define READ_MAX ((size_t)1 << 30)

static int read_all(int fd, size_t hint, size_t max, struct buf *b)
{
	/* one byte more than announced, so that the end is seen without growing */
	size_t room = MIN(hint, max) + 1;

	for (;;) {
		char *to = buf_reserve(b, room);
		ssize_t n;

		if (!to)
			return -ENOMEM;
		n = read(fd, to, room);
		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (n == 0)
			break;
		b->len += (size_t)n;
		if (b->len > max)
			return -EFBIG;
		/* as announced, and there was room for more */
		if (hint && b->len == hint && (size_t)n < room)
			break;
		/* /sys answers a page at a time, and its length is right; in /proc it is 0: ask for much */
		room = b->len < hint ? hint - b->len + 1 : MAX((size_t)65536, b->len);
		room = MIN(room, max - b->len + 1);
	}
	b->data[b->len] = '\0';
	return 0;
}

static int open_readable(const char *path, struct stat *st)
{
	/* a FIFO must not make us wait; for the rest O_NONBLOCK means nothing */
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, st))
		return -errno;
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	return take_fd(&fd);
}

int file_map(const char *path, struct file_view *view)
{
	_buf_free_ struct buf b = { 0 };
	_close_ int fd = -1;
	struct stat st;
	void *data;
	int err;

	*view = (struct file_view) { 0 };
	fd = open_readable(path, &st);
	if (fd < 0)
		return fd;
	if (S_ISREG(st.st_mode) && st.st_size >= MAP_FROM && (uintmax_t)st.st_size <= SIZE_MAX) {
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data != MAP_FAILED) {
			*view = (struct file_view) { data, (size_t)st.st_size, true };
			return 0;
		}
		/* sysfs and friends: read it */
	}
	err = read_all(fd, st.st_size > 0 ? (size_t)st.st_size : 0, READ_MAX, &b);
	if (err)
		return err;
	view->size = b.len;
	view->data = (uint8_t *)buf_take(&b);
	return view->data ? 0 : -ENOMEM;
}

void file_unmap(struct file_view *view)
{
	if (view->mapped)
		munmap((void *)(uintptr_t)view->data, view->size);
	else
		free((void *)(uintptr_t)view->data);
	*view = (struct file_view) { 0 };
}

int file_read(const char *path, size_t max, char **text, size_t *size)
{
	_buf_free_ struct buf b = { 0 };
	_close_ int fd = -1;
	struct stat st;
	int err;

	*text = NULL;
	fd = open_readable(path, &st);
	if (fd < 0)
		return fd;
	err = read_all(fd, st.st_size > 0 ? (size_t)st.st_size : 0, MIN(max, READ_MAX), &b);
	if (err)
		return err;
	if (size)
		*size = b.len;
	*text = buf_take(&b);
	return *text ? 0 : -ENOMEM;
}

/* Asked before it is opened: opening a device may already do something. */
static int check_regular(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) ? 0 : -EMEDIUMTYPE;
}

int file_read_regular(const char *path, size_t max, char **text, size_t *size)
{
	int err = check_regular(path);

	*text = NULL;
	return err ?: file_read(path, max, text, size);
}

int file_open_regular(const char *path)
{
	int err = check_regular(path);
	_close_ int fd = -1;
	struct stat st;

	if (err)
		return err;
	fd = open_readable(path, &st);
	if (fd < 0)
		return fd;
	/* it may have become another one meanwhile */
	return S_ISREG(st.st_mode) ? take_fd(&fd) : -EMEDIUMTYPE;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Closing may tell of an error that writing did not. */
static int write_and_close(int fd, const void *data, size_t size)
{
	int err = write_all(fd, data, size);

	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* A new file beside @path; *name, which the caller frees, is its name. */
static int open_beside(const char *path, char **name)
{
	int fd = -EEXIST;

	for (unsigned int i = 0; fd == -EEXIST && i < 100; i++) {
		free(*name);
		*name = text_format("%s.%d.%u", path, (int)getpid(), i);
		if (!*name)
			return -ENOMEM;
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
		if (fd < 0)
			fd = -errno;
	}
	return fd;
}

int file_write(const char *path, const void *data, size_t size)
{
	_free_ char *name = NULL;
	struct stat st;
	int fd, err;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return fd < 0 ? -errno : write_and_close(fd, data, size);
	}
	fd = open_beside(path, &name);
	if (fd < 0)
		return fd;
	err = write_and_close(fd, data, size);
	if (!err && rename(name, path))
		err = -errno;
	if (err)
		unlink(name);
	return err;
}

char *path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir), len = strlen(name);
	char *path;

	if (name[0] == '/' || !n)
		return text_dup(name);
	path = malloc(n + len + 2);
	if (!path)
		return NULL;
	memcpy(path, dir, n);
	if (dir[n - 1] != '/')
		path[n++] = '/';
	memcpy(path + n, name, len + 1);
	return path;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return text_dup(".");
	while (slash > path && slash[-1] == '/')
		slash--;
	return slash == path ? text_dup("/") : strndup(path, (size_t)(slash - path));
}

bool file_is_same(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

char *path_real(const char *path)
{
	return realpath(path, NULL);
}

static int make_dir(const char *path, unsigned int mode)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return 0;
	/* on a read-only file system an existing directory may give EROFS first */
	if (errno != EEXIST && errno != EROFS && errno != EACCES)
		return -errno;
	{
		int err = -errno;

		/* something is there: why it cannot be looked at counts */
		if (stat(path, &st))
			return err == -EEXIST ? -errno : err;
	}
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int path_mkdirs(const char *path, unsigned int mode)
{
	_free_ char *partial = text_dup(path);
	char *slash;
	int err;

	if (!partial)
		return -ENOMEM;
	if (!*partial)
		return -ENOENT;
	for (slash = partial + strspn(partial, "/"); (slash = strchr(slash, '/'));) {
		*slash = '\0';
		err = make_dir(partial, mode);
		if (err)
			return err;
		*slash = '/';
		slash += strspn(slash, "/");
	}
	return make_dir(partial, mode);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && streq(name + n - k, suffix);
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int path_list(const char *dir, const char *suffix, char ***names, size_t *n)
{
	VEC(char *) found = { 0 };
	_cleanup_(close_dir) DIR *d = opendir(dir);
	struct dirent *entry;
	int err;

	*names = NULL;
	*n = 0;
	if (!d)
		return errno == ENOENT ? 0 : -errno;
	for (;;) {
		char *name;

		errno = 0;
		entry = readdir(d);
		if (!entry) {
			err = -errno;
			break;
		}
		/* hidden: "." and "..", and what editors leave beside a file */
		if (entry->d_name[0] == '.' || !has_suffix(entry->d_name, suffix))
			continue;
		name = text_dup(entry->d_name);
		if (!name || vec_push(&found, name)) {
			free(name);
			err = -ENOMEM;
			break;
		}
	}
	if (err) {
		path_list_free(found.v, found.n);
		return err;
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), compare_names);
	*names = found.v;
	*n = found.n;
	return 0;
}

void path_list_free(char **names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
}
