// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bpf.c - the bpf(2) system call, one thin function per command.
 *
 * Knows how arguments are laid out, which errors mean "again", and what an older kernel refuses
 * only because it does not know a decoration. Does not know what a program or map is for, and
 * reports nothing: the caller knows what was wanted.
 *
 * The whole union is always handed over. Kernels since 4.8 accept a larger size than theirs as long
 * as the bytes they do not know are zero (bpf_check_uarg_tail_zero() in kernel/bpf/syscall.c), so
 * nothing is gained by cutting it per command.
 */
#include <fcntl.h>
#include <sys/syscall.h>

#include "kernel/bpf.h"

#define LOAD_ATTEMPTS 5 /* a pending signal makes the verifier give up with EAGAIN */

static uint64_t ptr(const void *p)
{
	return (uintptr_t)p;
}

int sys_bpf(int cmd, union bpf_attr *attr, size_t size)
{
	long ret = syscall(SYS_bpf, cmd, attr, size);

	return ret < 0 ? -errno : (int)ret;
}

static int call(int cmd, union bpf_attr *attr)
{
	return sys_bpf(cmd, attr, sizeof(*attr));
}

/* A descriptor in the place of stdin, stdout or stderr sooner or later gets text written to it. */
static int call_fd(int cmd, union bpf_attr *attr)
{
	_close_ int low = -1;
	int fd = call(cmd, attr);

	if (fd < 0 || fd > 2)
		return fd;
	low = fd;
	fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

/* How kernels before 4.15 answer to a name, and all kernels to a character they do not like. */
static bool may_be_the_name(int err, const char *name)
{
	return name[0] && (err == -EINVAL || err == -E2BIG);
}

int sys_map_create(union bpf_attr *attr)
{
	char name[sizeof(attr->map_name)];
	int fd = call_fd(BPF_MAP_CREATE, attr);

	if (!may_be_the_name(fd, attr->map_name))
		return fd;
	memcpy(name, attr->map_name, sizeof(name));
	memset(attr->map_name, 0, sizeof(name));
	/* A refusal that is still there is not the name's, and one of its own is what matters. */
	fd = call_fd(BPF_MAP_CREATE, attr);
	memcpy(attr->map_name, name, sizeof(name));
	return fd;
}

int sys_map_create_log(union bpf_attr *attr, char *log, size_t size)
{
	struct bpf_common_attr common = {
		.log_buf = ptr(log),
		.log_size = (uint32_t)size,
		.log_level = 1,
	};
	long ret;

	log[0] = '\0';
	ret = syscall(SYS_bpf, BPF_MAP_CREATE | BPF_COMMON_ATTRS, attr, sizeof(*attr), &common,
		      sizeof(common));
	return ret < 0 ? -errno : (int)ret;
}

int sys_map_lookup(int fd, const void *key, void *value, uint64_t flags)
{
	union bpf_attr attr = {
		.map_fd = (uint32_t)fd,
		.key = ptr(key),
		.value = ptr(value),
		.flags = flags,
	};

	return call(BPF_MAP_LOOKUP_ELEM, &attr);
}

int sys_map_update(int fd, const void *key, const void *value, uint64_t flags)
{
	union bpf_attr attr = {
		.map_fd = (uint32_t)fd,
		.key = ptr(key),
		.value = ptr(value),
		.flags = flags,
	};

	return call(BPF_MAP_UPDATE_ELEM, &attr);
}

int sys_map_delete(int fd, const void *key)
{
	union bpf_attr attr = { .map_fd = (uint32_t)fd, .key = ptr(key) };

	return call(BPF_MAP_DELETE_ELEM, &attr);
}

int sys_map_lookup_delete(int fd, const void *key, void *value, uint64_t flags)
{
	union bpf_attr attr = {
		.map_fd = (uint32_t)fd,
		.key = ptr(key),
		.value = ptr(value),
		.flags = flags,
	};

	return call(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attr);
}

int sys_map_next_key(int fd, const void *key, void *next)
{
	union bpf_attr attr = { .map_fd = (uint32_t)fd, .key = ptr(key), .next_key = ptr(next) };

	return call(BPF_MAP_GET_NEXT_KEY, &attr);
}

int sys_map_batch(int cmd, int fd, const void *in, void *out, void *keys, void *values,
		  uint32_t *count, uint64_t elem_flags)
{
	union bpf_attr attr = { 0 };
	int err;

	attr.batch.in_batch = ptr(in);
	attr.batch.out_batch = ptr(out);
	attr.batch.keys = ptr(keys);
	attr.batch.values = ptr(values);
	attr.batch.count = *count;
	attr.batch.map_fd = (uint32_t)fd;
	attr.batch.elem_flags = elem_flags;
	err = call(cmd, &attr);
	*count = attr.batch.count;
	/* After EFAULT the kernel has not written the count: what was done nobody knows. */
	if (err == -EFAULT)
		*count = 0;
	return err;
}

int sys_map_freeze(int fd)
{
	union bpf_attr attr = { .map_fd = (uint32_t)fd };

	return call(BPF_MAP_FREEZE, &attr);
}

static int load(union bpf_attr *attr)
{
	int fd, tries = LOAD_ATTEMPTS;

	do {
		fd = call_fd(BPF_PROG_LOAD, attr);
	} while (fd == -EAGAIN && --tries > 0);
	return fd;
}

/*
 * Records that are longer than the kernel knows must be zero in their tails. On E2BIG it writes the
 * size it knows over ours (check_btf_func() and check_btf_line() in kernel/bpf/verifier.c): give it
 * a copy with zero tails. Returns the copy, or NULL.
 */
static void *cut_records(uint64_t records, uint32_t n, uint32_t have, uint32_t known)
{
	const char *from = (const char *)(uintptr_t)records;
	char *to = calloc(n ? n : 1, have);

	for (uint32_t i = 0; to && i < n; i++)
		memcpy(to + (size_t)i * have, from + (size_t)i * have, known);
	return to;
}

/* Repeats a load that the kernel answered with E2BIG, if it was for its records. */
static int load_cut(union bpf_attr *attr, const union bpf_attr *wanted)
{
	_free_ void *funcs = NULL, *lines = NULL;
	int fd = -E2BIG;

	while (fd == -E2BIG) {
		uint32_t func = attr->func_info_rec_size, line = attr->line_info_rec_size;

		attr->func_info_rec_size = wanted->func_info_rec_size;
		attr->line_info_rec_size = wanted->line_info_rec_size;
		if (func && func < wanted->func_info_rec_size && !funcs) {
			funcs = cut_records(wanted->func_info, wanted->func_info_cnt,
					    wanted->func_info_rec_size, func);
			if (!funcs)
				return -ENOMEM;
			attr->func_info = ptr(funcs);
		} else if (line && line < wanted->line_info_rec_size && !lines) {
			lines = cut_records(wanted->line_info, wanted->line_info_cnt,
					    wanted->line_info_rec_size, line);
			if (!lines)
				return -ENOMEM;
			attr->line_info = ptr(lines);
		} else {
			return fd;
		}
		fd = load(attr);
	}
	return fd;
}

int sys_prog_load(union bpf_attr *attr)
{
	const union bpf_attr wanted = *attr;
	char *log = (char *)(uintptr_t)attr->log_buf;
	int fd, first;

	if (log && attr->log_size)
		log[0] = '\0';
	fd = load(attr);
	if (fd == -E2BIG) {
		fd = load_cut(attr, &wanted);
		attr->func_info = wanted.func_info;
		attr->line_info = wanted.line_info;
		attr->func_info_rec_size = wanted.func_info_rec_size;
		attr->line_info_rec_size = wanted.line_info_rec_size;
	}
	/*
	 * An empty log tells that the verifier was not reached, so a second try costs nothing.
	 * Without a log nothing tells, and a large program is not verified twice for its name.
	 */
	if (!may_be_the_name(fd, attr->prog_name) || !attr->log_level || !log || log[0])
		return fd;
	first = fd;
	memset(attr->prog_name, 0, sizeof(attr->prog_name));
	fd = load(attr);
	memcpy(attr->prog_name, wanted.prog_name, sizeof(attr->prog_name));
	/* A log that speaks now is worth more than the first refusal. */
	return fd < 0 && !log[0] ? first : fd;
}

int sys_prog_bind_map(int prog_fd, int map_fd)
{
	union bpf_attr attr = { 0 };

	attr.prog_bind_map.prog_fd = (uint32_t)prog_fd;
	attr.prog_bind_map.map_fd = (uint32_t)map_fd;
	return call(BPF_PROG_BIND_MAP, &attr);
}

int sys_prog_test_run(union bpf_attr *attr)
{
	return call(BPF_PROG_TEST_RUN, attr);
}

int sys_btf_load(const void *data, size_t size, int token_fd)
{
	union bpf_attr attr = { .btf = ptr(data), .btf_size = (uint32_t)size };

	if (size > UINT32_MAX)
		return -E2BIG;
	if (token_fd >= 0) {
		attr.btf_flags = BPF_F_TOKEN_FD;
		attr.btf_token_fd = token_fd;
	}
	return call_fd(BPF_BTF_LOAD, &attr);
}

int sys_token_create(int bpffs_fd)
{
	union bpf_attr attr = { 0 };

	attr.token_create.bpffs_fd = (uint32_t)bpffs_fd;
	return call_fd(BPF_TOKEN_CREATE, &attr);
}

int sys_obj_pin(int fd, const char *path)
{
	union bpf_attr attr = { .pathname = ptr(path) };

	attr.bpf_fd = (uint32_t)fd;
	return call(BPF_OBJ_PIN, &attr);
}

int sys_obj_get(const char *path, unsigned int file_flags)
{
	union bpf_attr attr = { .pathname = ptr(path), .file_flags = file_flags };

	return call_fd(BPF_OBJ_GET, &attr);
}

int sys_link_create(union bpf_attr *attr)
{
	return call_fd(BPF_LINK_CREATE, attr);
}

int sys_link_update(union bpf_attr *attr)
{
	return call(BPF_LINK_UPDATE, attr);
}

int sys_link_detach(int link_fd)
{
	union bpf_attr attr = { 0 };

	attr.link_detach.link_fd = (uint32_t)link_fd;
	return call(BPF_LINK_DETACH, &attr);
}

int sys_iter_create(int link_fd)
{
	union bpf_attr attr = { 0 };

	attr.iter_create.link_fd = (uint32_t)link_fd;
	return call_fd(BPF_ITER_CREATE, &attr);
}

int sys_raw_tracepoint_open(const char *name, int prog_fd, uint64_t cookie)
{
	union bpf_attr attr = { 0 };

	attr.raw_tracepoint.name = ptr(name);
	attr.raw_tracepoint.prog_fd = (uint32_t)prog_fd;
	attr.raw_tracepoint.cookie = cookie;
	return call_fd(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

int sys_prog_attach(union bpf_attr *attr)
{
	return call(BPF_PROG_ATTACH, attr);
}

int sys_prog_detach(union bpf_attr *attr)
{
	return call(BPF_PROG_DETACH, attr);
}

int sys_prog_query(union bpf_attr *attr)
{
	return call(BPF_PROG_QUERY, attr);
}

int sys_next_id(int cmd, uint32_t start, uint32_t *next)
{
	union bpf_attr attr = { .start_id = start };
	int err = call(cmd, &attr);

	if (!err)
		*next = attr.next_id;
	return err;
}

int sys_fd_by_id(int cmd, uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };

	return call_fd(cmd, &attr);
}

int sys_obj_info(int fd, void *info, uint32_t *size)
{
	union bpf_attr attr = { 0 };
	uint32_t room = *size;
	int err;

	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = room;
	attr.info.info = ptr(info);
	err = call(BPF_OBJ_GET_INFO_BY_FD, &attr);
	if (err)
		return err;
	if (attr.info.info_len < room)
		memset((char *)info + attr.info.info_len, 0, room - attr.info.info_len);
	*size = attr.info.info_len;
	return 0;
}

int sys_obj_id(int fd, uint32_t *id)
{
	struct {
		uint32_t type, id;
	} info = { 0 };
	uint32_t size = sizeof(info);
	int err = sys_obj_info(fd, &info, &size);

	if (!err)
		*id = info.id;
	return err;
}

int sys_enable_stats(void)
{
	union bpf_attr attr = { 0 };

	attr.enable_stats.type = BPF_STATS_RUN_TIME;
	return call_fd(BPF_ENABLE_STATS, &attr);
}
