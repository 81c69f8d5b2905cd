/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * prog_array.c - programs that others jump to (tail calls).
 *
 * Values are descriptors of programs going in and ids coming out; as text, a program of the same
 * object by its name, any program by its id, or by the path of its pin.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PROG_ARRAY, .flags = CLEAT_MAP_FD_VALUE, .name = "prog_array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	(void)p;
	if (attr->key_size != 4 || attr->value_size != 4)
		return cleat_error(c, EINVAL,
				   "keys and values of a program array have 4 bytes, not %u and %u",
				   attr->key_size, attr->value_size);
	if (!attr->max_entries) {
		cleat_error(c, EINVAL, "the map has no room: max-entries is 0");
		cleat_hint(c, "set max-entries, in a unit in [map %s]", cleat_map_name(m));
		return -EINVAL;
	}
	return 0;
}

/* The kernel says EINVAL to a program that the others cannot jump to. */
static int put(struct cleat_map *m, const void *key, int fd, uint64_t flags, const char *what)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_info info = { .size = sizeof(info) };
	int err = cleat_map_raw_update(m, key, &fd, flags);
	uint32_t index;

	if (!err || err == -EEXIST)
		return err;
	memcpy(&index, key, sizeof(index));
	if (err == -E2BIG) {
		cleat_map_info(m, &info);
		return cleat_error(c, ERANGE, "slot %u is out of range: the map has %u slots", index,
				   info.max_entries);
	}
	cleat_error_sys(c, err, "cannot put program '%s' into slot %u", what, index);
	if (err == -EINVAL)
		cleat_hint(c, "all programs of the array and those that jump are of one type, "
			      "with the same attach type and all of them, or none, for several buffers");
	return err;
}

/* The object may say which program belongs where. */
static int fill(struct cleat_map *m, const struct cleat_params *p)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_slot slot = { .struct_size = sizeof(slot) };
	int err = 0;

	(void)p;
	for (size_t i = 0; !err && cleat_map_slot_at(m, i, &slot) == 0; i++) {
		if (slot.fd < 0)
			cleat_warning(c, "program '%s' is not loaded: slot %u of '%s' stays empty",
				      slot.name, slot.index, cleat_map_name(m));
		else
			err = put(m, &slot.index, slot.fd, BPF_ANY, slot.name);
	}
	return err;
}

/* A value is an id outside the kernel: opened for the moment of the update. */
static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	struct cleat *c = cleat_map_context(m);
	union bpf_attr attr = { 0 };
	char what[16] = "";
	uint32_t id = 0;
	int fd, err;

	memcpy(&id, value, sizeof(id));
	attr.prog_id = id;
	fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
	if (fd == -ENOENT) {
		cleat_error(c, ESRCH, "no program has the id %u", id);
		cleat_hint(c, "'cleat list programs' shows all");
		return -ESRCH;
	}
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open program %u", id);
	snprintf(what, sizeof(what), "%u", id);
	err = put(m, key, fd, flags, what);
	close(fd);
	return err;
}

/* Maps and links have ids, too: the descriptor must be a program's. */
static int id_of_fd(int fd, uint32_t *id)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr = { 0 };
	char path[64], kind[64];
	ssize_t n;
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, kind, sizeof(kind) - 1);
	kind[n < 0 ? 0 : n] = '\0';
	if (n > 0 && !strstr(kind, "bpf-prog"))
		return -EINVAL;

	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	err = cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	*id = info.id;
	return err;
}

static int id_of_pin(struct cleat *c, const char *path, uint32_t *id)
{
	union bpf_attr attr = { 0 };
	int fd, err;

	attr.pathname = (uintptr_t)path;
	fd = cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open program %s", path);
	err = id_of_fd(fd, id);
	close(fd);
	return err ? cleat_error_sys(c, err, "cannot tell the id of program %s", path) : 0;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_object *o = cleat_map_object(m);
	struct cleat_program *prog = o ? cleat_object_program(o, text) : NULL;
	struct cleat_program_info info = { .size = sizeof(info) };
	const char *names[64];
	uint32_t id = 0;
	size_t n = 0;
	int err;

	(void)size;
	if (which == CLEAT_KEY || (text[0] >= '0' && text[0] <= '9'))
		return -EAGAIN;
	if (text[0] == '/') {
		err = id_of_pin(c, text, &id);
		if (!err)
			memcpy(data, &id, sizeof(id));
		return err;
	}
	if (!prog) {
		cleat_error(c, ENOENT, "'%s' is no program of the object, no id and no path", text);
		for (; o && n < 64 && (prog = cleat_object_program_at(o, n)); n++) {
			cleat_program_info(prog, &info);
			names[n] = info.name;
		}
		cleat_hint_nearest(c, text, names, n);
		return -EINVAL;
	}
	cleat_program_info(prog, &info);
	if (!info.id)
		return cleat_error(c, EINVAL, "program '%s' is not loaded", text);
	memcpy(data, &info.id, sizeof(info.id));
	return 0;
}

static const struct cleat_map_plugin prog_array = {
	.base = CLEAT_HEAD(struct cleat_map_plugin, CLEAT_KIND_MAP, "prog_array",
			   "programs to jump to"),
	CLEAT_TABLE(types, types),
	.check = check,
	.fill = fill,
	.update = update,
	.parse = parse,
};
CLEAT_PLUGIN(prog_array)
