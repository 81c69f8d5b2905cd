/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * probe.c - dynamic probes as perf events; see probe.h.
 *
 * Knows the two PMUs' attribute layout (config bits from sysfs, config1 the name, config2 the
 * offset) and the grammar of tracefs' kprobe_events and uprobe_events.
 */
#include "common/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int open_pmu(const struct probe *p)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	int type = cleat_pmu_type(p->pmu), bit;

	if (type < 0)
		return -EOPNOTSUPP;
	attr.type = (uint32_t)type;
	if (p->at_return) {
		bit = cleat_pmu_format_bit(p->pmu, "retprobe");
		attr.config |= 1ull << (bit >= 0 ? bit : 0);
	}
	if (p->semaphore) {
		bit = cleat_pmu_format_bit(p->pmu, "ref_ctr_offset");
		if (bit < 0)
			return -EOPNOTSUPP;
		attr.config |= p->semaphore << bit;
	}
	attr.config1 = (uintptr_t)p->target;
	attr.config2 = p->offset;
	/* A probe event belongs to a process or to a CPU; for any process one CPU stands for all. */
	return cleat_sys_perf_open(&attr, p->pid, p->pid < 0 ? 0 : -1, 0);
}

/* ---- tracefs ---------------------------------------------------------------------------------- */

struct event {
	char file[16];	/* kprobe_events */
	char name[64];	/* cleat/NAME */
};

static int append(struct cleat *c, const char *file, const char *line)
{
	const char *tracefs = cleat_tracefs(c);
	char path[512];
	int fd, err = 0;

	if (!tracefs || snprintf(path, sizeof(path), "%s/%s", tracefs, file) >= (int)sizeof(path))
		return -ENOENT;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, line, strlen(line)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int remove_event(struct cleat *c, const void *data)
{
	const struct event *event = data;
	char line[80];

	snprintf(line, sizeof(line), "-:%s\n", event->name);
	return append(c, event->file, line);
}

/* Nothing else may have the name: process, program and target are in it. */
static void name_event(const struct probe *p, int prog_fd, struct event *event)
{
	uint32_t hash = 2166136261u;

	for (const char *s = p->target ? p->target : ""; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	snprintf(event->file, sizeof(event->file), "%s_events", p->pmu);
	snprintf(event->name, sizeof(event->name), "cleat/%s_%d_%d_%x_%llx",
		 p->at_return ? "ret" : "at", (int)getpid(), prog_fd, hash,
		 (unsigned long long)p->offset);
}

static int event_id(struct cleat *c, const char *name)
{
	const char *tracefs = cleat_tracefs(c);
	char path[512];
	int id = -ENOENT;
	FILE *f;

	if (!tracefs ||
	    snprintf(path, sizeof(path), "%s/events/%s/id", tracefs, name) >= (int)sizeof(path))
		return -ENOENT;
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (fscanf(f, "%d", &id) != 1)
		id = -EINVAL;
	fclose(f);
	return id;
}

static int attach_tracefs(struct cleat_attach *a, const struct probe *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr),
					.sample_period = 1, .wakeup_events = 1 };
	struct event event = { 0 };
	char line[4096 + 256];
	int id, fd, err, n;

	if (p->cookie)
		return -EOPNOTSUPP;
	name_event(p, cleat_attach_fd(a), &event);
	if (p->pmu[0] == 'u')
		n = snprintf(line, sizeof(line), "%c:%s %s:0x%llx%s\n", p->at_return ? 'r' : 'p',
			     event.name, p->target, (unsigned long long)p->offset, "");
	else if (p->target)
		n = snprintf(line, sizeof(line), "%c:%s %s+%llu\n", p->at_return ? 'r' : 'p',
			     event.name, p->target, (unsigned long long)p->offset);
	else
		n = snprintf(line, sizeof(line), "%c:%s 0x%llx\n", p->at_return ? 'r' : 'p',
			     event.name, (unsigned long long)p->offset);
	if (n < 0 || n >= (int)sizeof(line))
		return -ENAMETOOLONG;
	err = append(c, event.file, line);
	if (err)
		return err;
	id = event_id(c, event.name);
	if (id < 0) {
		remove_event(c, &event);
		return id;
	}
	/* Undone in reverse: the perf event is closed before its tracefs event goes. */
	err = cleat_attach_undo(a, remove_event, &event, sizeof(event), "%s", p->what);
	if (err)
		return err;
	attr.config = (uint64_t)id;
	fd = cleat_sys_perf_open(&attr, p->pid, p->pid < 0 ? 0 : -1, 0);
	return fd < 0 ? fd : cleat_attach_perf(a, fd, 0, "%s, through tracefs", p->what);
}

int probe_attach(struct cleat_attach *a, const struct probe *p)
{
	int fd;

	if (strcmp(p->via, "tracefs") == 0)
		return attach_tracefs(a, p);
	fd = open_pmu(p);
	if (fd >= 0)
		return cleat_attach_perf(a, fd, p->cookie, "%s", p->what);
	if (fd == -EOPNOTSUPP && strcmp(p->via, "auto") == 0 && !p->semaphore && !p->cookie) {
		int err = attach_tracefs(a, p);

		/* Neither form is there: the first answer is the better one. */
		return err == -ENOENT ? fd : err;
	}
	return fd;
}
