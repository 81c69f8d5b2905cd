/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * host.c - what plugins may ask of the host besides their program, map or output: messages, the
 * system's mounts and symbols, system calls.
 */
#include <stdarg.h>
#include <stdio.h>

#include "elf/symbol.h"
#include "kernel/bpf.h"
#include "kernel/machine.h"
#include "kernel/perf.h"
#include "live/context.h"

#define WITH_TEXT(text, fmt)                                            \
	_free_ char *text = NULL;                                       \
	do {                                                            \
		va_list args_;                                          \
		va_start(args_, fmt);                                   \
		if (vasprintf(&text, fmt, args_) < 0)                   \
			text = NULL;                                    \
		va_end(args_);                                          \
	} while (0)

/* Plugins' operations on maps run on any thread. */
static struct report *report_of(struct cleat *c)
{
	return context_is_ours(c) ? c->report : NULL;
}

CLEAT_API int cleat_error(struct cleat *c, int err, const char *fmt, ...)
{
	WITH_TEXT(text, fmt);
	return report_error(report_of(c), err, "%s", text ? text : "out of memory");
}

CLEAT_API int cleat_error_sys(struct cleat *c, int err, const char *fmt, ...)
{
	WITH_TEXT(text, fmt);
	return report_sys(report_of(c), err, "%s", text ? text : "out of memory");
}

CLEAT_API void cleat_hint(struct cleat *c, const char *fmt, ...)
{
	WITH_TEXT(text, fmt);
	if (text)
		report_hint(report_of(c), "%s", text);
}

CLEAT_API void cleat_warning(struct cleat *c, const char *fmt, ...)
{
	WITH_TEXT(text, fmt);
	if (text)
		report_warning(report_of(c), "%s", text);
}

CLEAT_API void cleat_hint_nearest(struct cleat *c, const char *name, const char *const *candidates,
				  size_t n)
{
	report_nearest(c->report, name, candidates, n);
}

CLEAT_API int cleat_param_error(struct cleat *c, const struct cleat_params *p, const char *key,
				int err, const char *fmt, ...)
{
	const char *file = NULL;
	unsigned int line = 0;

	WITH_TEXT(text, fmt);
	params_place(p, key, &file, &line);
	if (!file)
		return report_error(c->report, err, "%s: %s", key, text ? text : "out of memory");

	REPORT_IN(c->report, REPORT_FILE, file);
	report_line(c->report, line);
	return report_error(c->report, err, "%s", text ? text : "out of memory");
}

CLEAT_API int cleat_sys_bpf(int command, union bpf_attr *attr, size_t size)
{
	return sys_bpf(command, attr, size);
}

CLEAT_API int cleat_sys_perf_open(struct perf_event_attr *attr, int pid, int cpu,
				  unsigned long flags)
{
	return sys_perf_event_open(attr, pid, cpu, -1, flags);
}

CLEAT_API int cleat_pmu_type(const char *name)
{
	return perf_pmu_type(name);
}

CLEAT_API int cleat_pmu_format_bit(const char *pmu, const char *field)
{
	return perf_pmu_format_bit(pmu, field);
}

static const char *mount_point(struct cleat *c, const char *fstype, char **kept)
{
	int err = *kept ? 0 : machine_mount_point(fstype, kept);

	if (err) {
		*kept = NULL;
		report_error(c->report, err, "%s is not mounted", fstype);
		report_hint(c->report, "mount -t %s %s %s", fstype, fstype,
			    streq(fstype, "cgroup2") ? "/sys/fs/cgroup" : "/sys/kernel/tracing");
	}
	return *kept;
}

CLEAT_API const char *cleat_tracefs(struct cleat *c)
{
	return mount_point(c, "tracefs", &c->tracefs);
}

CLEAT_API const char *cleat_cgroupfs(struct cleat *c)
{
	return mount_point(c, "cgroup2", &c->cgroupfs);
}

CLEAT_API int cleat_possible_cpus(struct cleat *c)
{
	if (c->possible_cpus <= 0)
		c->possible_cpus = machine_possible_cpus();
	return c->possible_cpus;
}

CLEAT_API bool cleat_cpu_online(int cpu)
{
	_free_ int *cpus = NULL;
	size_t n = 0;

	if (machine_online_cpus(&cpus, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (cpus[i] == cpu)
			return true;
	return false;
}

static int context_ksyms(struct cleat *c)
{
	return c->ksyms ? 0 : ksyms_open(&c->ksyms);
}

int context_want_ksyms(struct cleat *c, const char *const *names, size_t n)
{
	int err = context_ksyms(c);

	return err ? err : ksyms_want(c->ksyms, names, n);
}

CLEAT_API int cleat_kernel_symbol(struct cleat *c, const char *name, uint64_t *address)
{
	int err = context_ksyms(c);

	return err ? err : ksyms_address(c->ksyms, name, address);
}

CLEAT_API int cleat_kernel_each_function(struct cleat *c, const char *pattern,
					 int (*fn)(void *user, const char *name, uint64_t address,
						   const char *module),
					 void *user)
{
	int err = context_ksyms(c);

	return err ? err : ksyms_each(c->ksyms, pattern, fn, user);
}

CLEAT_API const char *cleat_kernel_function(struct cleat *c, uint64_t address, uint64_t *offset)
{
	return context_ksyms(c) ? NULL : ksyms_name(c->ksyms, address, offset);
}

struct nearest {
	const char *name;
	size_t prefix; /* letters of each candidate that do not count */
	char best[128];
	unsigned int distance;
};

static int nearer(void *user, const char *name, uint64_t address, const char *module)
{
	struct nearest *n = user;
	unsigned int distance;

	(void)address;
	(void)module;
	name += n->prefix;
	distance = text_distance(n->name, name, n->distance - 1);
	if (distance < n->distance) {
		n->distance = distance;
		snprintf(n->best, sizeof(n->best), "%s", name);
	}
	return n->distance > 1 ? 0 : 1;
}

CLEAT_API void cleat_hint_kernel_symbol(struct cleat *c, const char *name)
{
	cleat_hint_kernel_name(c, "", name);
}

CLEAT_API void cleat_hint_kernel_name(struct cleat *c, const char *prefix, const char *name)
{
	struct nearest n = { .name = name,
			     .prefix = strlen(prefix),
			     .distance = (unsigned int)strlen(name) / 3 + 1 };
	_free_ char *pattern = text_format("%s*", prefix);

	if (pattern && !context_ksyms(c))
		ksyms_each(c->ksyms, pattern, nearer, &n);
	if (n.best[0])
		report_hint(c->report, "did you mean '%s'?", n.best);
}

CLEAT_API int cleat_user_symbol(struct cleat *c, const char *path, const char *symbol,
				uint64_t *offset)
{
	return elf_function_offset(path, symbol, offset, c->report);
}

CLEAT_API int cleat_user_each_function(struct cleat *c, const char *path, const char *pattern,
				       int (*fn)(void *user, const char *name, uint64_t offset),
				       void *user)
{
	return elf_function_each(path, pattern, fn, user, c->report);
}

CLEAT_API int cleat_describe_fd(struct cleat *c)
{
	return c->describe_fd;
}
