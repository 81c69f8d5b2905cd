/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * file.h - paths and whole files.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/base.h"
#include "base/report.h"

/*
 * A file's bytes: big ones are mapped when possible (binaries, kernel BTF), else read. Files under
 * 1 MiB are always read, so that what was checked cannot change afterwards.
 */
struct file_view {
	const uint8_t *data;
	size_t size;
	bool mapped;
};

/* Returns 0 or -errno, and reports nothing: the caller knows what the file was for. */
int file_map(const char *path, struct file_view *view);
void file_unmap(struct file_view *view);
/* Read a file of unknown size (/proc, /sys): NUL-terminated text the caller frees. At most @max. */
int file_read(const char *path, size_t max, char **text, size_t *size);
/* The same for a regular file: -EMEDIUMTYPE when it is a device, a FIFO or a socket. */
int file_read_regular(const char *path, size_t max, char **text, size_t *size);
/* A descriptor to read parts of a regular file with, or -errno (-EMEDIUMTYPE as above). */
int file_open_regular(const char *path);

/*
 * Write a whole file, or leave what is there as it was: the bytes go to a new file beside it, which
 * then takes its place. What is no regular file (a device, a pipe) is written to. Returns 0 or
 * -errno.
 */
int file_write(const char *path, const void *data, size_t size);

/* Do both name one file; false when one is not there. */
bool file_is_same(const char *a, const char *b);

/* "dir/name", or name alone when it is absolute; the caller frees. */
char *path_join(const char *dir, const char *name);
/* The part after the last slash (into @path). */
const char *path_base(const char *path);
/* The part before it, or "."; the caller frees. */
char *path_dir(const char *path);
/* The path without symbolic links, or NULL when it is not there; the caller frees. */
char *path_real(const char *path);
/* mkdir -p. Returns 0 or -errno. */
int path_mkdirs(const char *path, unsigned int mode);

/*
 * Names in @dir that end with @suffix, sorted, without hidden files; both the array and the names
 * are freed with path_list_free(). A directory that does not exist is an empty list. Returns 0 or
 * -errno.
 */
int path_list(const char *dir, const char *suffix, char ***names, size_t *n);
void path_list_free(char **names, size_t n);

#endif
