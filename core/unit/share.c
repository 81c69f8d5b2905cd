/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * share.c - maps of another unit: of one that is started together with it, or was applied. Knows where those
 * are; refuses to know what a map must be like to be taken.
 */
#include <fcntl.h>

#include "base/text.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "unit/unit.h"

static int is_no_map(const struct unit_map *m, struct report *r)
{
	return report_error(r, ENOENT, "unit '%s' has no map '%s'", m->share_unit, m->share_map);
}

int unit_share_missing(const struct unit_map *m, struct report *r)
{
	report_error(r, ENOENT, "unit '%s', whose map '%s' is shared, is neither here nor applied",
		     m->share_unit, m->share_map);
	report_hint(r, "name it, too, or 'cleat apply %s' first", m->share_unit);
	return -ENOENT;
}

static char *applied_path(const struct unit_map *m)
{
	struct buf b = { 0 };

	buf_puts(&b, APPLIED_ROOT "/");
	pin_put_name(&b, m->share_unit);
	buf_puts(&b, "/maps/");
	pin_put_name(&b, m->share_map);
	return buf_take(&b);
}

/* Units are in their order: those that are shared with have theirs already. */
static int open_shared(struct unit *const *units, size_t n, const struct unit_map *m,
		       struct report *r)
{
	_free_ char *path = NULL;
	int fd;

	for (size_t i = 0; i < n; i++) {
		const struct unit *u = units[i];
		const struct cleat_map *theirs;

		if (!streq(u->files.name, m->share_unit) || !u->object)
			continue;
		theirs = cleat_object_map(u->object, m->share_map);
		if (!theirs || theirs->fd < 0)
			return is_no_map(m, r);
		fd = fcntl(theirs->fd, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? report_sys(r, errno, "cannot copy a descriptor") : fd;
	}
	path = applied_path(m);
	fd = path ? sys_obj_get(path, 0) : -ENOMEM;
	if (fd != -ENOENT)
		return fd < 0 ? report_sys(r, fd, "cannot open %s", path ? path : "a map") : fd;
	return unit_share_missing(m, r);
}

int unit_share(struct unit *const *units, size_t i, struct report *r)
{
	const struct unit *u = units[i];
	int err = 0;

	for (size_t k = 0; k < u->maps.n && !err; k++) {
		struct unit_map *m = u->maps.v[k];
		_close_ int fd = -1;

		if (!m->share_unit)
			continue;
		REPORT_IN(r, REPORT_FILE, m->section->file);
		REPORT_IN(r, REPORT_SECTION, m->section->title);
		report_line(r, m->section->line);
		fd = open_shared(units, i, m, r);
		err = fd < 0 ? fd : cleat_map_adopt(m->map, fd);
	}
	return err;
}
