/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bpf-ids - prints the BPF objects that are in the kernel, one per line: kind,
 * id, name. With `pin PATH` it makes a map and leaves it there, so that the
 * check can be checked; with `pin PATH ID` it is that program that is pinned.
 * It is made with plain system calls, because what it checks is that libcleat
 * left nothing behind.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static void name_of(int cmd, uint32_t id, const char *kind, char *name, size_t size)
{
	union bpf_attr attr;
	struct bpf_prog_info prog;
	struct bpf_map_info map;
	int fd;

	snprintf(name, size, "-");
	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	fd = (int)bpf(cmd, &attr);
	if (fd < 0)
		return;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	if (!strcmp(kind, "prog")) {
		memset(&prog, 0, sizeof(prog));
		attr.info.info = (uintptr_t)&prog;
		attr.info.info_len = sizeof(prog);
		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) && prog.name[0])
			snprintf(name, size, "%s", prog.name);
	} else if (!strcmp(kind, "map")) {
		memset(&map, 0, sizeof(map));
		attr.info.info = (uintptr_t)&map;
		attr.info.info_len = sizeof(map);
		if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attr) && map.name[0])
			snprintf(name, size, "%s", map.name);
	}
	close(fd);
}

static int walk(const char *kind, int next, int get)
{
	union bpf_attr attr;
	uint32_t id = 0;
	char name[BPF_OBJ_NAME_LEN + 1];

	for (;;) {
		memset(&attr, 0, sizeof(attr));
		attr.start_id = id;
		if (bpf(next, &attr) < 0) {
			if (errno == ENOENT)
				return 0;
			fprintf(stderr, "bpf-ids: %s: %s\n", kind, strerror(errno));
			return 1;
		}
		id = attr.next_id;
		name_of(get, id, kind, name, sizeof(name));
		printf("%s %u %s\n", kind, id, name);
	}
}

static int make_map(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = 4;
	attr.max_entries = 1;
	strcpy(attr.map_name, "left_behind");
	return (int)bpf(BPF_MAP_CREATE, &attr);
}

static int open_program(uint32_t id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	return (int)bpf(BPF_PROG_GET_FD_BY_ID, &attr);
}

static int pin(const char *path, int fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)path;
	attr.bpf_fd = (uint32_t)fd;
	if (fd >= 0 && !bpf(BPF_OBJ_PIN, &attr))
		return 0;
	fprintf(stderr, "bpf-ids: %s: %s\n", path, strerror(errno));
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "pin"))
		return pin(argv[2], make_map());
	if (argc == 4 && !strcmp(argv[1], "pin"))
		return pin(argv[2], open_program((uint32_t)strtoul(argv[3], NULL, 10)));
	return walk("prog", BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID) ||
	       walk("map", BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID) ||
	       walk("link", BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID);
}
