/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mappin.c - who may use a map by its pin: mode, owner and group of the file. Knows names of users and
 * groups; refuses to know how it was pinned.
 */
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include "base/text.h"
#include "live/context.h"

#define UNCHANGED UINT32_MAX

static int parse_mode(const char *text, mode_t *mode)
{
	char *end;
	unsigned long n = strtoul(text, &end, 8);

	if (!*text || *end || n > 0777)
		return -EINVAL;
	*mode = (mode_t)n;
	return 0;
}

static int parse_number(const char *text, uint32_t *id)
{
	uint64_t n;

	if (text_u64(text, &n) || n >= UNCHANGED)
		return -ENOENT;
	*id = (uint32_t)n;
	return 0;
}

static int parse_owner(const char *text, uint32_t *id)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwnam_r(text, &entry, room, sizeof(room), &found) || !found)
		return parse_number(text, id);
	*id = entry.pw_uid;
	return 0;
}

static int parse_group(const char *text, uint32_t *id)
{
	struct group entry, *found = NULL;
	char room[4096];

	if (getgrnam_r(text, &entry, room, sizeof(room), &found) || !found)
		return parse_number(text, id);
	*id = entry.gr_gid;
	return 0;
}

int map_pin_access_check(const struct cleat_map *m, const char *key, const char *value)
{
	struct report *r = m->c->report;
	uint32_t id;
	mode_t mode;

	if (streq(key, "pin-mode") && parse_mode(value, &mode))
		return report_error(r, EINVAL, "pin-mode '%s': expected octal digits, at most 0777",
				    value);
	if (streq(key, "pin-owner") && parse_owner(value, &id))
		return report_error(r, ENOENT, "no user '%s'", value);
	if (streq(key, "pin-group") && parse_group(value, &id))
		return report_error(r, ENOENT, "no group '%s'", value);
	return 0;
}

int map_pin_access(const struct cleat_map *m, const char *path)
{
	const char *mode_text = cleat_param(m->params, "pin-mode");
	const char *owner_text = cleat_param(m->params, "pin-owner");
	const char *group_text = cleat_param(m->params, "pin-group");
	uint32_t owner = UNCHANGED, group = UNCHANGED;
	mode_t mode = 0;
	int err = 0;

	if (mode_text)
		err = parse_mode(mode_text, &mode);
	if (!err && owner_text)
		err = parse_owner(owner_text, &owner);
	if (!err && group_text)
		err = parse_group(group_text, &group);
	/* Who is given the file may do what the mode says, and never more in between. */
	if (!err && mode_text && chmod(path, mode))
		err = -errno;
	if (!err && (owner_text || group_text) && chown(path, owner, group))
		err = -errno;
	return err ? report_sys(m->c->report, err, "cannot set mode and owner of %s", path) : 0;
}
