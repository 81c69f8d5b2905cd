/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * mapref.c - programs, cgroups, sockets and processes by their names, for keys and values of maps;
 * see mapref.h.
 */
#include "common/mapref.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* ---- checks ---------------------------------------------------------------------------------- */

int mapref_check_room(struct cleat_map *m, const struct cleat_map_attr *attr)
{
	struct cleat *c = cleat_map_context(m);

	if (attr->max_entries)
		return 0;
	cleat_error(c, EINVAL, "the map has no room: max-entries is 0");
	cleat_hint(c, "set max-entries, in a unit in [map %s]", cleat_map_name(m));
	return -EINVAL;
}

int mapref_check_sizes(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun,
		       uint32_t key, uint32_t value, uint32_t other)
{
	struct cleat *c = cleat_map_context(m);

	if (key && attr->key_size != key)
		return cleat_error(c, EINVAL, "keys of %s have %u bytes, not %u", noun, key,
				   attr->key_size);
	if (!attr->key_size)
		return cleat_error(c, EINVAL, "the map has no key: its size is 0");
	if (attr->value_size == value || attr->value_size == other)
		return 0;
	if (value == other)
		return cleat_error(c, EINVAL, "values of %s have %u bytes, not %u", noun, value,
				   attr->value_size);
	return cleat_error(c, EINVAL, "values of %s have %u or %u bytes, not %u", noun, value,
			   other, attr->value_size);
}

int mapref_check_keyless(struct cleat_map *m, const struct cleat_map_attr *attr, const char *noun)
{
	struct cleat *c = cleat_map_context(m);

	if (attr->key_size)
		return cleat_error(c, EINVAL, "%s has no keys: their size is 0, not %u",
				   noun, attr->key_size);
	if (!attr->value_size)
		return cleat_error(c, EINVAL, "the map has no value: its size is 0");
	return mapref_check_room(m, attr);
}

/* ---- text ------------------------------------------------------------------------------------ */

const char *mapref_word(const char *text, char *buf, size_t size)
{
	size_t n = strlen(text);

	if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
		text++;
		n -= 2;
	}
	if (n >= size)
		return NULL;
	memcpy(buf, text, n);
	buf[n] = '\0';
	return buf;
}

bool mapref_is_plain(const char *text)
{
	return text[0] == '{' || text[0] == '[' || (text[0] == '0' && text[1] == 'x');
}

/* A decimal number and nothing else. */
static bool is_number(const char *text, unsigned long most, unsigned long *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return !*end && !errno && *number <= most;
}

/* ---- programs -------------------------------------------------------------------------------- */

int mapref_program_open(struct cleat *c, uint32_t id)
{
	union bpf_attr attr = { .prog_id = id };
	int fd = cleat_sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));

	if (fd == -ENOENT) {
		cleat_error(c, ESRCH, "no program has the id %u", id);
		cleat_hint(c, "'cleat list programs' shows all");
		return -ESRCH;
	}
	return fd < 0 ? cleat_error_sys(c, fd, "cannot open program %u", id) : fd;
}

static int id_of_pin(struct cleat *c, const char *path, uint32_t *id)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path };
	struct bpf_prog_info info = { 0 };
	char link[64], kind[64];
	int fd, err;
	ssize_t n;

	fd = cleat_sys_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open program %s", path);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, kind, sizeof(kind) - 1);
	kind[n < 0 ? 0 : n] = '\0';
	attr = (union bpf_attr) {
		.info = { .bpf_fd = (uint32_t)fd,
			  .info_len = sizeof(info),
			  .info = (uintptr_t)&info },
	};
	/* Maps and links have ids, too. */
	err = n > 0 && !strstr(kind, "bpf-prog")
		      ? -EINVAL
		      : cleat_sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	close(fd);
	*id = info.id;
	return err ? cleat_error(c, EINVAL, "%s is no program", path) : 0;
}

int mapref_program_id(struct cleat_map *m, const char *text, uint32_t *id)
{
	struct cleat *c = cleat_map_context(m);
	struct cleat_object *o = cleat_map_object(m);
	struct cleat_program *prog = o ? cleat_object_program(o, text) : NULL;
	struct cleat_program_info info = { .size = sizeof(info) };
	const char *names[64];
	unsigned long number;
	size_t n = 0;

	if (text[0] == '/')
		return id_of_pin(c, text, id);
	if (is_number(text, UINT32_MAX, &number)) {
		*id = (uint32_t)number;
		return 0;
	}
	if (!prog) {
		cleat_error(c, ENOENT, "'%s' is no program of the object, no id and no path", text);
		for (; o && n < 64 && (prog = cleat_object_program_at(o, n)); n++)
			names[n] = cleat_program_name(prog);
		cleat_hint_nearest(c, text, names, n);
		return -EINVAL;
	}
	cleat_program_info(prog, &info);
	if (!info.id)
		return cleat_error(c, EINVAL, "program '%s' is not loaded", text);
	*id = info.id;
	return 0;
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static int fd_of_process(struct cleat *c, const char *text, int pid, int number)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0), fd, err;

	if (process < 0)
		return cleat_error_sys(c, errno, "cannot reach process %d", pid);
	fd = (int)syscall(SYS_pidfd_getfd, process, number, 0);
	err = errno;
	close(process);
	if (fd >= 0)
		return fd;
	cleat_error_sys(c, err, "cannot take %s", text);
	if (err == EPERM)
		cleat_hint(c, "needs the right to trace that process, CAP_SYS_PTRACE");
	return -err;
}

int mapref_fd(struct cleat *c, const char *text)
{
	unsigned long number;
	int pid, fd, end = 0;

	if (sscanf(text, "/proc/%d/fd/%d%n", &pid, &fd, &end) == 2 && !text[end] && pid > 0)
		return fd_of_process(c, text, pid, fd);
	if (strncmp(text, "fd:", 3) != 0)
		return -EAGAIN;
	if (!is_number(text + 3, INT_MAX, &number))
		return cleat_error(c, EINVAL, "'%s': expected fd:NUMBER", text);
	fd = fcntl((int)number, F_DUPFD_CLOEXEC, 3);
	return fd >= 0 ? fd : cleat_error_sys(c, errno, "cannot use descriptor %lu", number);
}

int mapref_cgroup(struct cleat *c, const char *text)
{
	const char *root = text[0] == '/' ? "" : cleat_cgroupfs(c);
	char path[PATH_MAX];
	int fd;

	if (!root)
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s%s%s", root, *root ? "/" : "", text) >=
	    (int)sizeof(path))
		return cleat_error(c, ENAMETOOLONG, "the path of the cgroup is too long");
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : cleat_error_sys(c, errno, "cannot open cgroup %s", path);
}

bool mapref_fd_text(int fd, char *text, size_t size)
{
	char path[64], line[128];
	bool found = false;
	ssize_t n;
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "Pid: %d", &pid) == 1;
	if (f)
		fclose(f);
	if (found) {
		snprintf(text, size, "pid:%d", pid);
		return true;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, text, size - 1);
	text[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

int mapref_parse_socket(struct cleat_map *m, int which, const char *text, void *data, size_t size)
{
	struct cleat *c = cleat_map_context(m);
	char buf[PATH_MAX];
	const char *word = mapref_word(text, buf, sizeof(buf));
	unsigned long number;
	uint64_t wide;
	int fd;

	if (which == CLEAT_KEY || !word)
		return -EAGAIN;
	fd = mapref_fd(c, word);
	if (fd == -EAGAIN) {
		cleat_error(c, EINVAL, "'%s' is no socket: fd:NUMBER and /proc/PID/fd/NUMBER are",
			    word);
		if (is_number(word, INT_MAX, &number))
			cleat_hint(c, "did you mean 'fd:%lu'?", number);
		return -EINVAL;
	}
	if (fd < 0)
		return fd;
	cleat_map_keep_fd(m, which, fd);
	wide = (uint64_t)fd;
	if (size == sizeof(wide))
		memcpy(data, &wide, sizeof(wide));
	else
		memcpy(data, &fd, sizeof(fd));
	return 0;
}
