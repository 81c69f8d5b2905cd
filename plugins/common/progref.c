/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * progref.c - other programs and links by id or pinned path; see progref.h.
 *
 * Knows how the kernel is asked for them; refuses to know what they do.
 */
#include "common/progref.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int info_of(int fd, void *info, uint32_t size)
{
	union bpf_attr attr = {
		.info = { .bpf_fd = (uint32_t)fd, .info_len = size, .info = (uintptr_t)info },
	};

	return cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

uint32_t progref_id(int fd)
{
	struct bpf_prog_info info = { 0 };

	return info_of(fd, &info, sizeof(info)) ? 0 : info.id;
}

static int by_id(int command, uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };

	return cleat_sys_bpf(command, &attr, sizeof(attr));
}

int progref_open(struct cleat *c, const struct cleat_params *p, const char *key)
{
	const char *which = cleat_param(p, key);
	union bpf_attr attr = { 0 };
	unsigned long id;
	char *end;
	int fd;

	if (strchr(which, '/')) {
		attr.pathname = (uintptr_t)which;
		fd = cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	} else {
		id = strtoul(which, &end, 10);
		if (*end || !id || id > UINT32_MAX)
			return cleat_param_error(c, p, key, EINVAL,
						 "program '%s' is neither an id nor a path", which);
		fd = by_id(BPF_PROG_GET_FD_BY_ID, (uint32_t)id);
	}
	if (fd < 0)
		cleat_param_error(c, p, key, fd, "cannot open program '%s': %s", which,
				  strerror(-fd));
	return fd;
}

void progref_name(uint32_t id, char *name, size_t size)
{
	struct bpf_prog_info info = { 0 };
	int fd = by_id(BPF_PROG_GET_FD_BY_ID, id);

	name[0] = '\0';
	if (fd < 0)
		return;
	if (info_of(fd, &info, sizeof(info)) == 0)
		snprintf(name, size, "%.*s", (int)sizeof(info.name), info.name);
	close(fd);
}

static bool is_at(const struct bpf_link_info *info, uint32_t type, const struct link_place *place)
{
	if (info->type != type || info->prog_id != place->program)
		return false;
	if (type == BPF_LINK_TYPE_XDP)
		return info->xdp.ifindex == place->ifindex;
	return type == BPF_LINK_TYPE_CGROUP && info->cgroup.cgroup_id == place->cgroup_id &&
	       info->cgroup.attach_type == place->attach_type;
}

int progref_link(uint32_t type, const struct link_place *place, uint32_t *id)
{
	union bpf_attr attr = { 0 };

	while (cleat_sys_bpf(BPF_LINK_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		uint32_t next = attr.next_id;
		struct bpf_link_info info = { 0 };
		int fd = by_id(BPF_LINK_GET_FD_BY_ID, next);

		if (fd >= 0 && info_of(fd, &info, sizeof(info)) == 0 && is_at(&info, type, place)) {
			*id = info.id;
			return fd;
		}
		if (fd >= 0)
			close(fd);
		attr = (union bpf_attr) { .start_id = next };
	}
	return -1;
}

/* ---- order ----------------------------------------------------------------------------------- */

const char *order_key(const struct cleat_params *p)
{
	return cleat_param_given(p, "before")  ? "before"
	       : cleat_param_given(p, "after") ? "after"
					       : "expected-revision";
}

/* "12", "link:12": an id. */
static bool parse_id(const char *text, bool *link, uint32_t *id)
{
	unsigned long n;
	char *end;

	*link = strncmp(text, "link:", 5) == 0;
	if (*link)
		text += 5;
	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*id = (uint32_t)n;
	return !*end && n && n <= UINT32_MAX;
}

int order_check(struct cleat *c, const struct cleat_params *p)
{
	const char *which = cleat_param(p, "before") ? cleat_param(p, "before")
						     : cleat_param(p, "after");
	uint32_t id;
	bool link;

	if (cleat_param_given(p, "before") && cleat_param_given(p, "after"))
		return cleat_param_error(c, p, "after", EINVAL,
					 "'before' and 'after' exclude each other");
	if (!which || strcmp(which, "all") == 0 || which[0] == '/' || parse_id(which, &link, &id))
		return 0;
	cleat_param_error(c, p, order_key(p), EINVAL,
			  "'%s' is no id of a program, link:ID, path or 'all'", which);
	return -EINVAL;
}

/* What is pinned at a path: a link is one whose info says so, and programs have none such. */
static bool is_link(int fd)
{
	char path[64], line[128];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = strncmp(line, "link_id:", 8) == 0;
	if (f)
		fclose(f);
	return found;
}

int order_read(struct cleat *c, const struct cleat_params *p, struct order *o)
{
	bool before = cleat_param_given(p, "before"), link;
	const char *which = cleat_param(p, before ? "before" : "after");
	union bpf_attr attr = { 0 };

	*o = (struct order) { .fd = -1, .revision = cleat_param_uint(p, "expected-revision") };
	o->given = which || cleat_param_given(p, "expected-revision");
	if (!which)
		return 0;
	o->flags = before ? BPF_F_BEFORE : BPF_F_AFTER;
	if (strcmp(which, "all") == 0)
		return 0;
	if (parse_id(which, &link, &o->relative)) {
		o->flags |= BPF_F_ID | (link ? BPF_F_LINK : 0);
		return 0;
	}
	attr.pathname = (uintptr_t)which;
	o->fd = cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	if (o->fd < 0)
		return cleat_param_error(c, p, order_key(p), o->fd, "cannot open '%s': %s", which,
					 strerror(-o->fd));
	o->relative = (uint32_t)o->fd;
	if (is_link(o->fd))
		o->flags |= BPF_F_LINK;
	return 0;
}

void order_release(struct order *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

bool order_blamed(struct cleat *c, const struct cleat_params *p, int err, const char *where)
{
	const char *key = order_key(p), *value = cleat_param(p, key);

	if (!value)
		return false;
	if (err == -ESTALE) {
		cleat_param_error(c, p, "expected-revision", ESTALE,
				  "what is attached at %s has changed: it is not revision %s",
				  where, cleat_param(p, "expected-revision"));
		return true;
	}
	if (strcmp(key, "expected-revision") == 0 || (err != -ENOENT && err != -EINVAL))
		return false;
	cleat_param_error(c, p, key, err, "'%s' is not attached at %s in such a way", value, where);
	return true;
}
