// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * perf.c - perf_event_open(2), its ioctls, and the numbers of dynamic PMUs in sysfs.
 *
 * Knows how to open, arm and number perf events. Does not know which event means what: callers
 * fill in the attributes.
 */
#include <limits.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/text.h"
#include "kernel/perf.h"

#define PMU_DIR "/sys/bus/event_source/devices"

int sys_perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group,
			unsigned long flags)
{
	long fd;

	/* A kernel with a smaller struct takes ours when the tail it does not know is zero. */
	attr->size = sizeof(*attr);
	fd = syscall(SYS_perf_event_open, attr, pid, cpu, group, flags | PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

static int control(int fd, unsigned long request, int arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

int sys_perf_set_bpf(int perf_fd, int prog_fd)
{
	return control(perf_fd, PERF_EVENT_IOC_SET_BPF, prog_fd);
}

int sys_perf_enable(int perf_fd)
{
	return control(perf_fd, PERF_EVENT_IOC_ENABLE, 0);
}

int sys_perf_disable(int perf_fd)
{
	return control(perf_fd, PERF_EVENT_IOC_DISABLE, 0);
}

/* The line in PMU_DIR/@pmu/@file. PMUs are named by programs too: a name is not a way out. */
static int read_line(const char *pmu, const char *file, char **text)
{
	_free_ char *path = NULL;
	int err;

	if (!*pmu || strchr(pmu, '/') || pmu[0] == '.' || strstr(file, ".."))
		return -ENOENT;
	path = text_format(PMU_DIR "/%s/%s", pmu, file);
	if (!path)
		return -ENOMEM;
	err = file_read(path, 4096, text, NULL);
	if (err)
		return err;
	text_trim(*text);
	return 0;
}

int perf_pmu_type(const char *name)
{
	_free_ char *text = NULL;
	uint64_t type;
	int err = read_line(name, "type", &text);

	if (err)
		return err;
	if (text_u64(text, &type) || type > INT_MAX)
		return -EINVAL;
	return (int)type;
}

int perf_pmu_format_bit(const char *pmu, const char *field)
{
	_free_ char *text = NULL, *file = NULL;
	const char *colon;
	char *end;
	unsigned long bit;
	int err;

	if (!*field || strchr(field, '/'))
		return -ENOENT;
	file = text_format("format/%s", field);
	if (!file)
		return -ENOMEM;
	err = read_line(pmu, file, &text);
	if (err)
		return err;
	/* "config:0", or "config:32-63": the lowest bit. */
	colon = strchr(text, ':');
	if (!colon || colon[1] < '0' || colon[1] > '9')
		return -EINVAL;
	bit = strtoul(colon + 1, &end, 10);
	if ((*end && *end != '-' && *end != ',') || bit > 63)
		return -EINVAL;
	return (int)bit;
}
