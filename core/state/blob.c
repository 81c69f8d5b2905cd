/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * blob.c - bytes on the BPF file system: one value of a map of variables. What type of map that is,
 * its plugin knows.
 */
#include "kernel/bpf.h"
#include "state/state.h"

/* The value's first bytes: how many follow. */
#define HEAD sizeof(uint64_t)

int blob_make(struct cleat *c, const void *data, size_t size)
{
	const struct cleat_map_type *type;
	_free_ uint8_t *value = NULL;
	union bpf_attr attr = { 0 };
	_close_ int fd = -1;
	struct plugin *plugin;
	uint32_t zero = 0;
	uint64_t n = size;
	int err;

	err = registry_for_data(c->registry, &plugin, &type, c->report);
	if (err)
		return err;
	value = malloc(HEAD + size);
	if (!value)
		return report_oom(c->report);
	memcpy(value, &n, HEAD);
	memcpy(value + HEAD, data, size);
	attr.map_type = type->type;
	attr.key_size = sizeof(zero);
	attr.value_size = (uint32_t)(HEAD + size);
	attr.max_entries = 1;
	memcpy(attr.map_name, "cleat_record", sizeof("cleat_record"));
	fd = sys_map_create(&attr);
	err = fd < 0 ? fd : sys_map_update(fd, &zero, value, 0);
	if (err)
		return report_sys(c->report, err, "cannot keep a record of %zu bytes in the kernel",
				  size);
	return take_fd(&fd);
}

int blob_read(const char *path, char **data, size_t *size)
{
	_close_ int fd = sys_obj_get(path, 0);
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info), zero = 0;
	_free_ char *value = NULL;
	uint64_t n;
	int err;

	if (fd < 0)
		return fd;
	if (!map_is_fd(fd))
		return -EINVAL;
	err = sys_obj_info(fd, &info, &len);
	if (err)
		return err;
	if (info.value_size < HEAD || info.key_size != sizeof(zero) || info.max_entries != 1)
		return -EINVAL;
	value = malloc((size_t)info.value_size + 1);
	if (!value)
		return -ENOMEM;
	err = sys_map_lookup(fd, &zero, value, 0);
	if (err)
		return err;
	memcpy(&n, value, HEAD);
	if (n > info.value_size - HEAD)
		return -EINVAL;
	memmove(value, value + HEAD, n);
	value[n] = '\0';
	*size = n;
	*data = take_ptr(value);
	return 0;
}
