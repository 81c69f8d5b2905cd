/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * devmaps.c - network interfaces as values of maps; see devmaps.h.
 *
 * The kernel takes a descriptor of the program and gives its id back. For users it is an id both
 * ways, and as text "eth0", "eth0 PROGRAM". Names are of the network namespace that the caller is in.
 */
#include "common/devmaps.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mapref.h"

#define TEXT_MOST 512

int devmaps_check(struct cleat_map *m, const struct cleat_params *p,
		  const struct cleat_map_attr *attr)
{
	int err = mapref_check_sizes(m, attr, "a map of interfaces", 4, 4,
				     sizeof(struct bpf_devmap_val));

	(void)p;
	return err ? err : mapref_check_room(m, attr);
}

/* The kernel sets this flag itself, and refuses it from others. */
int devmaps_prepare(struct cleat_map *m, const struct cleat_params *p, struct cleat_map_attr *attr)
{
	(void)m;
	(void)p;
	attr->flags &= ~(uint32_t)BPF_F_RDONLY_PROG;
	return 0;
}

int devmaps_adopt(struct cleat_map *m, const struct cleat_map_attr *want,
		  const struct cleat_map_attr *have)
{
	struct cleat_map_attr w = *want, h = *have;

	w.flags &= ~(uint32_t)BPF_F_RDONLY_PROG;
	h.flags &= ~(uint32_t)BPF_F_RDONLY_PROG;
	return cleat_map_fits(m, &w, &h);
}

int devmaps_update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	struct bpf_devmap_val val = { 0 };
	int err, fd = -1;

	cleat_map_info(m, &info);
	memcpy(&val, value, info.value_size < sizeof(val) ? info.value_size : sizeof(val));
	if (val.bpf_prog.id) {
		fd = mapref_program_open(c, val.bpf_prog.id);
		if (fd < 0)
			return fd;
		val.bpf_prog.fd = fd;
	}
	err = cleat_map_raw_update(m, key, &val, flags);
	if (fd >= 0)
		close(fd);
	if (err == -E2BIG && info.type_number == BPF_MAP_TYPE_DEVMAP)
		return cleat_error(c, ERANGE, "the index is out of range: the map has %u entries",
				   info.max_entries);
	if (err != -EINVAL)
		return err;
	cleat_error(c, EINVAL,
		    "cannot set the entry: the kernel has no such interface in this network "
		    "namespace%s",
		    fd >= 0 ? ", or the program is no 'xdp/devmap'" : "");
	return -EINVAL;
}

static int no_interface(struct cleat *c, const char *name)
{
	struct if_nameindex *all = if_nameindex();
	const char *names[512];
	size_t n = 0;

	cleat_error(c, ENODEV, "no network interface '%s'", name);
	while (n < 512 && all && all[n].if_index) {
		names[n] = all[n].if_name;
		n++;
	}
	cleat_hint_nearest(c, name, names, n);
	if (all)
		if_freenameindex(all);
	return -ENODEV;
}

int devmaps_parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	struct bpf_devmap_val val = { 0 };
	char buf[TEXT_MOST], *name, *program, *rest;
	int err;

	if (which == CLEAT_KEY || mapref_is_plain(text) || !mapref_word(text, buf, sizeof(buf)))
		return -EAGAIN;
	name = strtok_r(buf, " \t", &rest);
	program = name ? strtok_r(NULL, " \t", &rest) : NULL;
	if (!name || strtok_r(NULL, " \t", &rest))
		return cleat_error(c, EINVAL, "'%s': expected INTERFACE or INTERFACE PROGRAM",
				   text);
	val.ifindex = if_nametoindex(name);
	if (!val.ifindex && strspn(name, "0123456789") == strlen(name))
		val.ifindex = (uint32_t)strtoul(name, NULL, 10);
	if (!val.ifindex)
		return no_interface(c, name);
	if (program && size < sizeof(val)) {
		cleat_error(c, EINVAL, "'%s': the map takes no programs", text);
		cleat_hint(c, "for these its values are struct bpf_devmap_val, 8 bytes");
		return -EINVAL;
	}
	if (program) {
		err = mapref_program_id(m, program, &val.bpf_prog.id);
		if (err)
			return err;
	}
	memcpy(data, &val, size < sizeof(val) ? size : sizeof(val));
	return 0;
}

int devmaps_format(struct cleat_map *m, int which, const void *data, size_t size,
		   unsigned int flags, struct cleat_text *out)
{
	const char *quote = flags & CLEAT_FORMAT_JSON ? "\"" : "";
	struct bpf_devmap_val val = { 0 };
	char name[IF_NAMESIZE];

	(void)m;
	if (which == CLEAT_KEY || size < sizeof(val.ifindex))
		return -EAGAIN;
	memcpy(&val, data, size < sizeof(val) ? size : sizeof(val));
	if (if_indextoname(val.ifindex, name))
		cleat_text_add(out, "%s%s", quote, name);
	else
		cleat_text_add(out, "%s%u", quote, val.ifindex);
	if (val.bpf_prog.id)
		cleat_text_add(out, " %u", val.bpf_prog.id);
	cleat_text_add(out, "%s", quote);
	return 0;
}
