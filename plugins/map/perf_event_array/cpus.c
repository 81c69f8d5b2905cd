/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cpus.c - CPUs that come and go, see cpus.h.
 *
 * Knows the kernel's messages about devices (NETLINK_KOBJECT_UEVENT): "ACTION@PATH" and a NUL, then the same
 * again as variables. Refuses to know what is to be done on a CPU.
 */
#include "cpus.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

/* The group of what the kernel itself says. */
#define KERNEL_GROUP 1

/* Does the 32-bit word at @at begin with these letters; else go on @no instructions further. */
#define WORD(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define LOAD(at) { BPF_LD | BPF_W | BPF_ABS, 0, 0, at }
#define UNLESS(word, no) { BPF_JMP | BPF_JEQ | BPF_K, 0, no, word }
#define PASS(bytes) { BPF_RET | BPF_K, 0, 0, bytes }

/*
 * Messages about all devices of the machine come on this socket. A reader is not to be woken by them:
 * "online@/devices/system/cpu/cpu1" passes, and "offline@" with it.
 */
static struct sock_filter about_cpus[] = {
	LOAD(0),
	UNLESS(WORD('o', 'n', 'l', 'i'), 5),
	LOAD(15),
	UNLESS(WORD('/', 's', 'y', 's'), 9),
	LOAD(23),
	UNLESS(WORD('c', 'p', 'u', '/'), 7),
	PASS(UINT32_MAX),
	UNLESS(WORD('o', 'f', 'f', 'l'), 5),
	LOAD(16),
	UNLESS(WORD('/', 's', 'y', 's'), 3),
	LOAD(24),
	UNLESS(WORD('c', 'p', 'u', '/'), 1),
	PASS(UINT32_MAX),
	PASS(0),
};

int cpus_open(void)
{
	struct sock_fprog filter = { .len = ARRAY(about_cpus), .filter = about_cpus };
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
			bind(fd, (struct sockaddr *)&address, sizeof(address)))) {
		close(fd);
		return -1;
	}
	return fd;
}

int cpus_next(int fd, unsigned int *cpu, bool *came)
{
	char text[2048];
	struct sockaddr_nl from;
	socklen_t size = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(fd, text, sizeof(text) - 1, MSG_DONTWAIT, (struct sockaddr *)&from, &size)) >= 0) {
		text[n] = '\0';
		*came = text[1] == 'n';
		/* Processes may send, too, when they may everything. */
		if (from.nl_pid == 0 &&
		    sscanf(strchr(text, '@') ? strchr(text, '@') : "", "@/devices/system/cpu/cpu%u", cpu) == 1)
			return 1;
		size = sizeof(from);
	}
	return errno == ENOBUFS ? -ENOBUFS : 0;
}
