/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * tree.c - where what was applied is pinned. Knows how names become names on the BPF file system,
 * which takes no dots, and who may change it when; refuses to know what is pinned.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "state/state.h"

#define TEMPORARY PIN_TEMPORARY

static const char *const dir_names[] = {
	[STATE_PROGRAMS] = "programs",
	[STATE_MAPS] = "maps",
	[STATE_LINKS] = "links",
	[STATE_SEEDS] = "entries",
};

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The reverse, in place. */
static void restore_name(char *name)
{
	char *to = name;

	for (char *at = name; *at; at++) {
		if (*at == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
			*to++ = (char)(hex_digit(at[1]) << 4 | hex_digit(at[2]));
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
}

char *state_path(const char *root, const char *unit, enum state_dir dir, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/", root);
	pin_put_name(&b, unit);
	if (dir != STATE_DIRS)
		buf_printf(&b, "/%s", dir_names[dir]);
	if (name) {
		buf_putc(&b, '/');
		pin_put_name(&b, name);
	}
	return buf_take(&b);
}

char *state_record_path(const char *root, const char *unit)
{
	_free_ char *dir = state_path(root, unit, STATE_DIRS, NULL);

	return dir ? text_format("%s/record", dir) : NULL;
}

int state_units(const char *root, char ***names, size_t *n)
{
	int err = path_list(root, "", names, n);

	for (size_t i = 0; !err && i < *n; i++)
		restore_name((*names)[i]);
	return err;
}

static int try_lock(const char *root, bool write, struct report *r)
{
	_free_ char *above = path_dir(root);
	_close_ int fd = -1;
	int err;

	if (!above)
		return report_oom(r);
	if (write && access(root, F_OK)) {
		if (!machine_is_bpffs(above)) {
			report_error(r, EINVAL, "no BPF file system is at %s", above);
			report_hint(r, "mount -t bpf bpf %s", above);
			return -EINVAL;
		}
		err = path_mkdirs(root, 0700);
		if (err)
			return report_sys(r, err, "cannot make the directory %s", root);
	}
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return report_sys(r, errno, "cannot open %s", root);
	if (flock(fd, write ? LOCK_EX : LOCK_SH))
		return report_sys(r, errno, "cannot lock %s", root);
	return take_fd(&fd);
}

/* Who had the lock before may have taken the folder away. */
static bool is_there(const char *root, int fd)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !stat(root, &there) && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

int state_lock(const char *root, bool write, struct report *r)
{
	for (;;) {
		int fd = try_lock(root, write, r);

		if (fd < 0 || is_there(root, fd))
			return fd;
		close(fd);
	}
}

int state_make_dirs(const char *root, const char *unit, struct report *r)
{
	for (enum state_dir i = 0; i < STATE_DIRS; i++) {
		_free_ char *path = state_path(root, unit, i, NULL);
		int err = path ? path_mkdirs(path, 0700) : -ENOMEM;

		if (err)
			return report_sys(r, err, "cannot make the directory %s",
					  path ? path : root);
	}
	return 0;
}

static void sweep_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] == TEMPORARY)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	/* Only empty ones go. */
	rmdir(path);
}

void state_sweep(const char *root, const char *unit)
{
	for (enum state_dir i = 0; i <= STATE_DIRS; i++) {
		_free_ char *path = state_path(root, unit, i, NULL);

		if (path)
			sweep_dir(path);
	}
}

int state_pin(int fd, const char *path, struct report *r)
{
	_free_ char *dir = path_dir(path);
	_free_ char *new = dir ? text_format("%s/%c%s", dir, TEMPORARY, path_base(path)) : NULL;
	int err;

	if (!new)
		return report_oom(r);
	unlink(new);
	err = sys_obj_pin(fd, new);
	if (!err && rename(new, path)) {
		err = -errno;
		unlink(new);
	}
	return err ? report_sys(r, err, "cannot pin at %s", path) : 0;
}
