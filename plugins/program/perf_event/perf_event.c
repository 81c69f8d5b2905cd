/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perf_event.c - programs that run when a counter overflows: profilers, mostly.
 *
 * Knows perf's software and hardware events by name; one link for each CPU or process.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/linkinfo.h"

static const struct cleat_section sections[] = {
	{ .pattern = "perf_event" },
};

static const struct cleat_key keys[] = {
	{ .name = "event", .preset = "cpu-clock",
	  .help = "what is counted: a software or hardware event's name, or TYPE:CONFIG in numbers" },
	{ .name = "frequency", .type = CLEAT_TYPE_UINT,
	  .help = "runs per second and CPU; 99 unless a period is given" },
	{ .name = "period", .type = CLEAT_TYPE_UINT, .help = "one run for so many events" },
	{ .name = "cpu", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_REPEAT,
	  .help = "on this CPU; all online ones unless a pid is given" },
	{ .name = "pid", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_REPEAT,
	  .help = "count in this process alone" },
	{ .name = "inherit", .type = CLEAT_TYPE_BOOL, .preset = "no",
	  .help = "count in the children of the process, too" },
	{ .name = "cookie", .type = CLEAT_TYPE_UINT, .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.15)" },
};

static const struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
} events[] = {
	{ "cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK },
	{ "task-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK },
	{ "page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS },
	{ "minor-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN },
	{ "major-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ },
	{ "context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES },
	{ "cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS },
	{ "alignment-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_ALIGNMENT_FAULTS },
	{ "emulation-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_EMULATION_FAULTS },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "bus-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BUS_CYCLES },
	{ "ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES },
};
#define N_EVENTS (sizeof(events) / sizeof(events[0]))

#define DEFAULT_FREQUENCY 99 /* not 100: no lockstep with what happens every 10 ms */

/* By name, or "TYPE:CONFIG". */
static int find_event(const char *text, struct event *out)
{
	char *end;

	for (size_t i = 0; i < N_EVENTS; i++) {
		if (strcmp(events[i].name, text) == 0) {
			*out = events[i];
			return 0;
		}
	}
	out->name = text;
	out->type = (uint32_t)strtoul(text, &end, 0);
	if (end == text || *end != ':')
		return -ENOENT;
	text = end + 1;
	out->config = strtoull(text, &end, 0);
	return end == text || *end ? -ENOENT : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	struct cleat *c = cleat_program_context(prog);
	const char *names[N_EVENTS];
	struct event event;
	int err;

	if (cleat_param_given(p, "period") && cleat_param_given(p, "frequency"))
		return cleat_param_error(c, p, "period", EINVAL,
					 "'period' and 'frequency' exclude each other");
	if (find_event(cleat_param(p, "event"), &event) == 0)
		return 0;
	err = cleat_param_error(c, p, "event", ENOENT, "no event '%s'", cleat_param(p, "event"));
	for (size_t i = 0; i < N_EVENTS; i++)
		names[i] = events[i].name;
	cleat_hint_nearest(c, cleat_param(p, "event"), names, N_EVENTS);
	return err;
}

static int attach_one(struct cleat_attach *a, const struct cleat_params *p, int pid, int cpu)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = cleat_param(p, "event");
	struct perf_event_attr attr = { .size = sizeof(attr) };
	char place[48] = "";
	struct event event;
	int fd, err;

	err = find_event(name, &event);
	if (err)
		return cleat_param_error(c, p, "event", -err, "no event '%s'", name);
	attr.type = event.type;
	attr.config = event.config;
	attr.inherit = cleat_param_bool(p, "inherit");
	if (cleat_param_given(p, "period")) {
		attr.sample_period = cleat_param_uint(p, "period");
	} else {
		attr.freq = 1;
		attr.sample_freq = cleat_param_given(p, "frequency") ?
					   cleat_param_uint(p, "frequency") :
					   DEFAULT_FREQUENCY;
	}
	if (pid >= 0)
		snprintf(place, sizeof(place), " in process %d", pid);
	if (cpu >= 0)
		snprintf(place + strlen(place), sizeof(place) - strlen(place), " on CPU %d", cpu);
	fd = cleat_sys_perf_open(&attr, pid, cpu, 0);
	if (fd == -ENOENT || fd == -EOPNOTSUPP)
		return cleat_error(c, fd, "this machine cannot count '%s'", name);
	if (fd == -ESRCH)
		return cleat_param_error(c, p, "pid", ESRCH, "no process %d", pid);
	if (fd < 0)
		return cleat_error_sys(c, fd, "cannot open event '%s'%s", name, place);
	err = cleat_attach_perf(a, fd, cleat_param_uint(p, "cookie"), "perf event %s%s", name,
				place);
	if (err)
		cleat_error_sys(c, err, "cannot attach to event '%s'%s", name, place);
	return err;
}

/* On the given CPUs, or (a process alone) on any, or on all that are online. */
static int attach_cpus(struct cleat_attach *a, const struct cleat_params *p, int pid)
{
	size_t n = cleat_param_count(p, "cpu");
	int err = 0, possible, made = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = attach_one(a, p, pid, atoi(cleat_param_nth(p, "cpu", i)));
	if (n)
		return err;
	if (pid >= 0)
		return attach_one(a, p, pid, -1);
	possible = cleat_possible_cpus(cleat_attach_context(a));
	for (int cpu = 0; cpu < possible && !err; cpu++) {
		if (!cleat_cpu_online(cpu))
			continue;
		err = attach_one(a, p, pid, cpu);
		made++;
	}
	return err || made ? err : cleat_error(cleat_attach_context(a), ENODEV, "no CPU is online");
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	size_t n = cleat_param_count(p, "pid");
	int err = 0;

	if (!n)
		return attach_cpus(a, p, -1);
	for (size_t i = 0; i < n && !err; i++)
		err = attach_cpus(a, p, atoi(cleat_param_nth(p, "pid", i)));
	return err;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	(void)c;
	(void)size;
	if (!linkinfo_is_perf(info, BPF_PERF_EVENT_EVENT))
		return -ENOENT;
	for (size_t i = 0; i < N_EVENTS; i++) {
		if (events[i].type == info->perf_event.event.type &&
		    events[i].config == info->perf_event.event.config) {
			cleat_facts_text(out, "event", "%s", events[i].name);
			break;
		}
		if (i == N_EVENTS - 1)
			cleat_facts_text(out, "event", "%u:%llu", info->perf_event.event.type,
					 (unsigned long long)info->perf_event.event.config);
	}
	if (info->perf_event.event.cookie)
		cleat_facts_number(out, "cookie", info->perf_event.event.cookie);
	return 0;
}

static const struct cleat_program_plugin perf_event = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "perf_event",
			   "programs that run when a counter overflows"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_PERF_EVENT,
	.ctx_type = "bpf_perf_event_data",
	.check = check,
	.attach = attach,
	.describe = describe,
};
CLEAT_PLUGIN(perf_event)
