/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapofmaps.c - maps whose values are maps; see mapofmaps.h.
 *
 * The kernel takes a descriptor of a map and gives its id back. For users a value is an id both
 * ways, and as text a map of the same object, or any other by its id, its name or its pin.
 */
#include "common/mapofmaps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/mapref.h"

int mapofmaps_check(struct cleat_map *m, const struct cleat_params *p,
		    const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	if (attr->templated || cleat_param_given(p, "inner"))
		return mapref_check_room(m, attr);
	cleat_error(c, EINVAL, "nothing says what the maps in this map are like");
	cleat_hint(
		c,
		"__array(values, struct { ... }) in the object, or 'inner', in a unit in [map %s]",
		cleat_map_name(m));
	return -EINVAL;
}

/*
 * The map that is meant: of the object by its name, else by id or pin; without an object any by its
 * name, too. *found is to be closed. NULL after saying why.
 */
static struct cleat_map *resolve(struct cleat_map *m, const char *text, struct cleat_map **found)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_object *o = cleat_map_object(m);
	struct cleat_map *named = o ? cleat_object_map(o, text) : NULL;
	const char *names[64];
	size_t n = 0;

	*found = NULL;
	if (named)
		return named;
	if (!o || strchr(text, '/') || strspn(text, "0123456789") == strlen(text))
		return cleat_map_find(c, text, found) ? NULL : *found;
	cleat_error(c, ENOENT, "'%s' is no map of the object, no id and no path", text);
	for (; n < 64 && (named = cleat_object_map_at(o, n)); n++)
		names[n] = cleat_map_name(named);
	cleat_hint_nearest(c, text, names, n);
	return NULL;
}

int mapofmaps_prepare(struct cleat_map *m, const struct cleat_params *p,
		      struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);
	const char *inner = cleat_param(p, "inner");
	struct cleat_map *named, *found;
	int fd;

	if (!inner)
		return 0;
	named = resolve(m, inner, &found);
	if (!named)
		return -ENOENT;
	fd = cleat_map_fd(named);
	if (fd < 0)
		return cleat_param_error(c, p, "inner", EINVAL,
					 "map '%s' is made later: define it before this one",
					 inner);
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	cleat_map_close(found);
	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot use map '%s'", inner);
	cleat_map_keep_fd(m, CLEAT_VALUE, fd);
	attr->inner_map_fd = fd;
	return 0;
}

/* The kernel says EINVAL to a map that is not like the template. */
static int put(struct cleat_map *m, const void *key, int fd, uint64_t flags, const char *what)
{
	struct cleat *c = cleat_map_context(m);
	int err = cleat_map_raw_update(m, key, &fd, flags);

	if (!err || err == -EEXIST || err == -ENOENT || err == -E2BIG)
		return err;
	cleat_error_sys(c, err, "cannot put map '%s' in", what);
	if (err == -EINVAL)
		cleat_hint(c, "the maps in a map have one type, sizes and flags; in arrays "
			      "max-entries, too, unless they have the flag 'inner_map'");
	return err;
}

int mapofmaps_fill(struct cleat_map *m, const struct cleat_params *p)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_slot slot = { .struct_size = sizeof(slot) };
	struct cleat_map_info info = { .size = sizeof(info) };
	int err = 0;

	(void)p;
	cleat_map_info(m, &info);
	for (size_t i = 0; !err && cleat_map_slot_at(m, i, &slot) == 0; i++) {
		if (info.key_size != sizeof(slot.index))
			return cleat_error(c, EINVAL,
					   "slots of the object are numbers of 4 bytes, "
					   "and keys of this map have %u",
					   info.key_size);
		if (slot.fd < 0) {
			cleat_warning(c, "map '%s' is not created: slot %u of '%s' stays empty",
				      slot.name, slot.index, cleat_map_name(m));
			continue;
		}
		err = put(m, &slot.index, slot.fd, BPF_ANY, slot.name);
		if (err == -E2BIG)
			err = cleat_error(c, ERANGE, "no room for '%s' in slot %u: the map has %u",
					  slot.name, slot.index, info.max_entries);
	}
	return err;
}

int mapofmaps_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	struct cleat *c = cleat_map_context(m);
	union bpf_attr attr = { 0 };
	uint32_t id;
	int fd, err;
	char what[16];

	memcpy(&id, value, sizeof(id));
	attr.map_id = id;
	fd = cleat_sys_bpf(BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
	if (fd == -ENOENT) {
		cleat_error(c, ESRCH, "no map has the id %u", id);
		cleat_hint(c, "'cleat list maps' shows all");
		return -ESRCH;
	}
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open map %u", id);
	snprintf(what, sizeof(what), "%u", id);
	err = put(m, key, fd, flags, what);
	close(fd);
	return err;
}

int mapofmaps_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	struct cleat_map *named, *found;
	char buf[PATH_MAX];
	const char *word = mapref_word(text, buf, sizeof(buf));

	if (which == CLEAT_KEY || !word || size != sizeof(info.id) ||
	    (word[0] >= '0' && word[0] <= '9'))
		return -EAGAIN;
	named = resolve(m, word, &found);
	if (!named)
		return -EINVAL;
	cleat_map_info(named, &info);
	cleat_map_close(found);
	if (!info.id)
		return cleat_error(c, EINVAL, "map '%s' is not created", word);
	memcpy(data, &info.id, sizeof(info.id));
	return 0;
}
