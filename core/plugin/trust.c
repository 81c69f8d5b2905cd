// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * trust.c - may code from this file run in a process with privileges. Knows owners and modes of a
 * path and of all that is above it; refuses to know what is in the file.
 *
 * When nobody but root and the caller can change any part of the real path, nobody else can swap
 * the file between this check and its use. An ACL shows in the group's bits, as the mask.
 */
#include <limits.h>
#include <sys/stat.h>

#include "plugin/inner.h"

/* A sticky directory lets nobody rename or remove what belongs to others. */
static bool others_may_change(const struct stat *st)
{
	if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	return !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX));
}

static int check_mode(const char *path, const char *part, const struct stat *st, struct report *r)
{
	bool itself = streq(path, part);

	if (S_ISLNK(st->st_mode))
		return report_error(r, EPERM, "refusing %s: %s became a symbolic link", path,
				    itself ? "it" : part);
	if (st->st_uid != 0 && st->st_uid != geteuid()) {
		report_error(r, EPERM, "refusing %s: %s belongs to user %u, not to root%s", path,
			     itself ? "it" : part, (unsigned int)st->st_uid,
			     geteuid() ? " or the caller" : "");
		return -EPERM;
	}
	if (others_may_change(st)) {
		report_error(r, EPERM, "refusing %s: %s is writable by others (mode %03o)", path,
			     itself ? "it" : part, (unsigned int)(st->st_mode & 07777));
		report_hint(r, "chmod go-w %s", part);
		return -EPERM;
	}
	return 0;
}

static int check_one(const char *path, const char *part, struct report *r)
{
	struct stat st;

	if (lstat(part, &st))
		return report_sys(r, errno, "refusing %s: cannot look at %s", path,
				  streq(path, part) ? "it" : part);
	return check_mode(path, part, &st, r);
}

int trust_file(const char *path, const struct stat *st, struct report *r)
{
	return check_mode(path, path, st, r);
}

int trust_resolve(const char *path, char **real_out, struct report *r)
{
	_free_ char *real = realpath(path, NULL);
	_free_ char *part = NULL;
	char *slash;
	int err;

	*real_out = NULL;
	if (!real)
		return report_sys(r, errno, "cannot find %s", path);
	part = strdup(real);
	if (!part)
		return report_oom(r);
	/* from the top: what is named is the outermost that others can change */
	err = check_one(real, "/", r);
	for (slash = part + 1; !err && *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		err = check_one(real, part, r);
		*slash = '/';
	}
	if (!err && part[1])
		err = check_one(real, real, r);
	if (!err)
		*real_out = take_ptr(real);
	return err;
}

int trust_check(const char *path, struct report *r)
{
	_free_ char *real = NULL;

	return trust_resolve(path, &real, r);
}
