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
#include <limits.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
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
		if (p->semaphore > UINT32_MAX)
			return -ERANGE;
		attr.config |= p->semaphore << bit;
	}
	attr.config1 = (uintptr_t)p->target;
	attr.config2 = p->offset;
	/* A probe event belongs to a process or to a CPU; for any process one CPU stands for all. */
	return cleat_sys_perf_open(&attr, p->pid, p->pid < 0 ? 0 : -1, 0);
}

/* ---- tracefs ------------------------------------------------------------------------------- */

struct event {
	char file[16]; /* kprobe_events */
	char name[48]; /* cleat/NAME */
};

/* Is there such a file, without a word when tracefs is not mounted. */
static bool has_tracefs(const char *pmu)
{
	static const char *const usual[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[64];

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s_events", usual[i], pmu);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

int probe_possible(const char *pmu)
{
	return cleat_pmu_type(pmu) >= 0 || has_tracefs(pmu) ? 0 : -EOPNOTSUPP;
}

/* One line into one of the files that make and remove events. Never truncates: that removes all. */
static int append(struct cleat *c, const char *file, const char *line)
{
	const char *tracefs = cleat_tracefs(c);
	char path[512];
	int fd, err = 0;

	if (!tracefs || snprintf(path, sizeof(path), "%s/%s", tracefs, file) >= (int)sizeof(path))
		return -ENOENT;
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -EOPNOTSUPP : -errno;
	if (write(fd, line, strlen(line)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int remove_event(struct cleat *c, const void *data)
{
	const struct event *event = data;
	char line[80];
	int err;

	snprintf(line, sizeof(line), "-:%s\n", event->name);
	err = append(c, event->file, line);
	if (err)
		cleat_error_sys(c, err, "cannot remove event '%s' from %s", event->name,
				event->file);
	return err;
}

/* Nothing else has the name: our number, and the time. */
static void name_event(const struct probe *p, struct event *event)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(event->file, sizeof(event->file), "%s_events", p->pmu);
	snprintf(event->name, sizeof(event->name), "cleat/%s_%d_%llx", p->at_return ? "ret" : "at",
		 (int)getpid(), (unsigned long long)now.tv_sec * 1000000000 +
					(unsigned long long)now.tv_nsec);
}

/* The line that makes the event: -ENAMETOOLONG, or -EINVAL when tracefs has no words for it. */
static int write_line(const struct probe *p, const struct event *event, char *line, size_t size)
{
	char kind = p->at_return ? 'r' : 'p', semaphore[24] = "";
	int n;

	if (p->target && strpbrk(p->target, " \t\n"))
		return -EINVAL;
	if (p->semaphore)
		snprintf(semaphore, sizeof(semaphore), "(0x%llx)",
			 (unsigned long long)p->semaphore);
	if (p->pmu[0] == 'u')
		n = snprintf(line, size, "%c:%s %s:0x%llx%s\n", kind, event->name, p->target,
			     (unsigned long long)p->offset, semaphore);
	else if (p->target)
		n = snprintf(line, size, "%c:%s %s+%llu\n", kind, event->name, p->target,
			     (unsigned long long)p->offset);
	else
		n = snprintf(line, size, "%c:%s 0x%llx\n", kind, event->name,
			     (unsigned long long)p->offset);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
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

static int open_tracefs(struct cleat *c, const struct probe *p, struct event *event)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr),
					.sample_period = 1, .wakeup_events = 1 };
	char line[PATH_MAX + 128];
	int id, fd, err;

	name_event(p, event);
	err = write_line(p, event, line, sizeof(line));
	if (!err)
		err = append(c, event->file, line);
	if (err)
		return err;
	id = event_id(c, event->name);
	attr.config = (uint64_t)id;
	fd = id < 0 ? id : cleat_sys_perf_open(&attr, p->pid, p->pid < 0 ? 0 : -1, 0);
	if (fd < 0)
		remove_event(c, event);
	return fd;
}

static int attach_tracefs(struct cleat_attach *a, struct probe *p)
{
	struct cleat *c = cleat_attach_context(a);
	struct event event = { 0 };
	int fd, err;

	if (!cleat_tracefs(c)) {
		p->said = true;
		return -ENOENT;
	}
	fd = open_tracefs(c, p, &event);
	if (fd < 0)
		return fd;
	err = cleat_attach_perf(a, fd, p->cookie, "%s, through tracefs", p->what);
	if (err) {
		remove_event(c, &event);
		return err;
	}
	/* The event can go when its perf event is closed. */
	return cleat_attach_after(a, remove_event, &event, sizeof(event));
}

int probe_attach(struct cleat_attach *a, struct probe *p)
{
	int fd;

	if (strcmp(p->via, "tracefs") == 0)
		return attach_tracefs(a, p);
	fd = open_pmu(p);
	if (fd >= 0)
		return cleat_attach_perf(a, fd, p->cookie, "%s", p->what);
	if (fd == -EOPNOTSUPP && strcmp(p->via, "auto") == 0 && has_tracefs(p->pmu))
		return attach_tracefs(a, p);
	return fd;
}

int probe_attach_each(struct cleat_attach *a, size_t n, const char *what,
		      int (*attach)(void *user, size_t i, bool *skip), void *user)
{
	size_t skipped = 0;
	int last = 0;

	for (size_t i = 0; i < n; i++) {
		bool skip = false;
		int err = attach(user, i, &skip);

		if (err && !skip)
			return err;
		if (err) {
			skipped++;
			last = err;
		}
	}
	if (skipped == n)
		return last;
	if (skipped)
		cleat_warning(cleat_attach_context(a), "%zu of %zu %s cannot be probed, and are left out",
			      skipped, n, what);
	return 0;
}

int probe_nothing(uint32_t attach_type)
{
	static const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.expected_attach_type = attach_type,
		.insns = (uintptr_t)nothing,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
	};

	return cleat_sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}
