/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * prog_array.c - programs that others jump to (tail calls).
 *
 * Values are descriptors of programs going in and ids coming out; as text, a program of the same
 * object by its name, or any program by its id.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cleat_map_type types[] = {
	{ .type = BPF_MAP_TYPE_PROG_ARRAY, .flags = CLEAT_MAP_FD_VALUE, .name = "prog_array" },
};

static int check(struct cleat_map *m, const struct cleat_params *p,
		 const struct cleat_map_attr *attr)
{
	(void)p;
	if (attr->key_size != 4 || attr->value_size != 4)
		return cleat_error(cleat_map_context(m), EINVAL,
				   "keys and values of a program array have 4 bytes, not %u and %u",
				   attr->key_size, attr->value_size);
	return 0;
}

/* The object may say which program belongs where. */
static int fill(struct cleat_map *m, const struct cleat_params *p)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_map_slot slot = { .struct_size = sizeof(slot) };
	int err = 0;

	(void)p;
	for (size_t i = 0; cleat_map_slot_at(m, i, &slot) == 0 && !err; i++) {
		if (slot.fd < 0) {
			cleat_warning(c, "program '%s' is not loaded: slot %u of '%s' stays empty",
				      slot.name, slot.index, cleat_map_name(m));
			continue;
		}
		err = cleat_map_raw_update(m, &slot.index, &slot.fd, BPF_ANY);
		if (err)
			cleat_error_sys(c, err, "cannot put program '%s' into slot %u", slot.name,
					slot.index);
	}
	return err;
}

static int fd_of_id(uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };

	return cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
}

/* A value is an id outside the kernel: opened for the moment of the update. */
static int update(struct cleat_map *m, const void *key, const void *value, uint64_t flags)
{
	uint32_t id;
	int fd, err;

	memcpy(&id, value, sizeof(id));
	fd = fd_of_id(id);
	if (fd == -ENOENT)
		return cleat_error(cleat_map_context(m), ENOENT, "no program has the id %u", id);
	if (fd < 0)
		return fd;
	err = cleat_map_raw_update(m, key, &fd, flags);
	close(fd);
	return err;
}

static int parse(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat_object *o = cleat_map_object(m);
	struct cleat_program *prog = o ? cleat_object_program(o, text) : NULL;
	struct cleat_program_info info = { .size = sizeof(info) };

	(void)size;
	if (which == CLEAT_KEY || !prog)
		return -EAGAIN;
	cleat_program_info(prog, &info);
	if (!info.id)
		return cleat_error(cleat_map_context(m), EINVAL, "program '%s' is not loaded", text);
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
