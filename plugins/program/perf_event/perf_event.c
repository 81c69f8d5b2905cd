/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perf_event.c - programs that run when a counter overflows: profilers, mostly.
 *
 * Knows perf's names of software, hardware and cache events, its raw numbers and its breakpoints;
 * one link for each CPU or process.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/linkinfo.h"

static const struct cleat_section sections[] = {
	{ .pattern = "perf_event" },
};

static const struct cleat_key keys[] = {
	{ .name = "event", .preset = "cpu-clock",
	  .help = "what is counted: a name of perf list's, rHEX, TYPE:CONFIG, mem:ADDRESS[/LENGTH][:rwx]" },
	{ .name = "frequency", .type = CLEAT_TYPE_UINT,
	  .help = "runs per second and CPU; 99 unless a period is given" },
	{ .name = "period", .type = CLEAT_TYPE_UINT,
	  .help = "one run for so many events; 1 for breakpoints" },
	{ .name = "cpu", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_REPEAT,
	  .help = "on this CPU; all online ones unless a pid is given" },
	{ .name = "pid", .type = CLEAT_TYPE_UINT, .flags = CLEAT_KEY_REPEAT,
	  .help = "in this process alone, in the threads that it has" },
	{ .name = "cgroup", .type = CLEAT_TYPE_PATH, .help = "in the processes of this cgroup alone" },
	{ .name = "inherit", .type = CLEAT_TYPE_BOOL, .preset = "no",
	  .help = "of a pid: in the threads and processes that it makes later, too" },
	{ .name = "mode", .type = CLEAT_TYPE_CHOICE, .choices = "all|user|kernel", .preset = "all",
	  .help = "count in user space alone, or in the kernel alone" },
	{ .name = "cookie", .type = CLEAT_TYPE_UINT, .preset = "0",
	  .help = "number that bpf_get_attach_cookie() gives the program (kernel 5.15)" },
};

#define CACHE(cache, op, result)                                                      \
	(PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_##op << 8 |             \
	 PERF_COUNT_HW_CACHE_RESULT_##result << 16)

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
	{ "cgroup-switches", PERF_TYPE_SOFTWARE, 11 /* PERF_COUNT_SW_CGROUP_SWITCHES, 5.13 */ },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "branches", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS },
	{ "branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "bus-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BUS_CYCLES },
	{ "stalled-cycles-frontend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND },
	{ "stalled-cycles-backend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND },
	{ "ref-cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES },
	{ "L1-dcache-loads", PERF_TYPE_HW_CACHE, CACHE(L1D, READ, ACCESS) },
	{ "L1-dcache-load-misses", PERF_TYPE_HW_CACHE, CACHE(L1D, READ, MISS) },
	{ "L1-dcache-stores", PERF_TYPE_HW_CACHE, CACHE(L1D, WRITE, ACCESS) },
	{ "L1-icache-load-misses", PERF_TYPE_HW_CACHE, CACHE(L1I, READ, MISS) },
	{ "LLC-loads", PERF_TYPE_HW_CACHE, CACHE(LL, READ, ACCESS) },
	{ "LLC-load-misses", PERF_TYPE_HW_CACHE, CACHE(LL, READ, MISS) },
	{ "LLC-stores", PERF_TYPE_HW_CACHE, CACHE(LL, WRITE, ACCESS) },
	{ "LLC-store-misses", PERF_TYPE_HW_CACHE, CACHE(LL, WRITE, MISS) },
	{ "dTLB-loads", PERF_TYPE_HW_CACHE, CACHE(DTLB, READ, ACCESS) },
	{ "dTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE(DTLB, READ, MISS) },
	{ "iTLB-load-misses", PERF_TYPE_HW_CACHE, CACHE(ITLB, READ, MISS) },
	{ "branch-load-misses", PERF_TYPE_HW_CACHE, CACHE(BPU, READ, MISS) },
};
#define N_EVENTS (sizeof(events) / sizeof(events[0]))

#define DEFAULT_FREQUENCY 99 /* not 100: no lockstep with what happens every 10 ms */

/* A whole number up to @end; false when there is none. */
static bool number(const char **text, int base, uint64_t *value)
{
	char *end;

	/* strtoull() takes signs and blanks. */
	if (!(base == 16 ? isxdigit((unsigned char)**text) : isdigit((unsigned char)**text)))
		return false;
	*value = strtoull(*text, &end, base);
	*text = end;
	return true;
}

/* The rest of "mem:ADDRESS[/LENGTH][:rwx]", as perf has it. */
static int parse_breakpoint(const char *text, struct perf_event_attr *attr)
{
	uint64_t address, length = 0;

	if (!number(&text, 0, &address))
		return -EINVAL;
	if (*text == '/') {
		text++;
		if (!number(&text, 0, &length) || length > HW_BREAKPOINT_LEN_8)
			return -EINVAL;
	}
	if (*text == ':') {
		while (*++text && strchr("rwx", *text))
			attr->bp_type |= *text == 'r' ? HW_BREAKPOINT_R :
					 *text == 'w' ? HW_BREAKPOINT_W :
							HW_BREAKPOINT_X;
		if (!attr->bp_type)
			return -EINVAL;
	} else {
		attr->bp_type = HW_BREAKPOINT_RW;
	}
	if (*text)
		return -EINVAL;
	attr->type = PERF_TYPE_BREAKPOINT;
	attr->bp_addr = address;
	/* Of an instruction the kernel wants the length of a pointer. */
	attr->bp_len = length ? length :
		       attr->bp_type & HW_BREAKPOINT_X ? sizeof(long) :
							 HW_BREAKPOINT_LEN_4;
	return 0;
}

/* What to count, into *attr: 0, -ENOENT (no such name) or -EINVAL. */
static int parse_event(const char *text, struct perf_event_attr *attr)
{
	const char *rest = text + 1;
	uint64_t type, config;

	for (size_t i = 0; i < N_EVENTS; i++) {
		if (strcmp(events[i].name, text) == 0) {
			attr->type = events[i].type;
			attr->config = events[i].config;
			return 0;
		}
	}
	if (strncmp(text, "mem:", 4) == 0)
		return parse_breakpoint(text + 4, attr);
	if (text[0] == 'r' && number(&rest, 16, &config) && !*rest) {
		attr->type = PERF_TYPE_RAW;
		attr->config = config;
		return 0;
	}
	if (!number(&text, 0, &type) || type > UINT32_MAX || *text++ != ':' ||
	    !number(&text, 0, &config) || *text)
		return -ENOENT;
	attr->type = (uint32_t)type;
	attr->config = config;
	return 0;
}

static int check_event(struct cleat *c, const struct cleat_params *p)
{
	const char *text = cleat_param(p, "event");
	struct perf_event_attr attr = { 0 };
	const char *names[N_EVENTS];
	int err = parse_event(text, &attr);

	if (!err)
		return 0;
	if (err == -EINVAL)
		return cleat_param_error(c, p, "event", EINVAL,
					 "'%s' is not mem:ADDRESS[/LENGTH][:rwx]", text);
	cleat_param_error(c, p, "event", ENOENT, "no event '%s'", text);
	for (size_t i = 0; i < N_EVENTS; i++)
		names[i] = events[i].name;
	cleat_hint_nearest(c, text, names, N_EVENTS);
	return err;
}

/* The i-th value of a repeatable key, or -1 when it is not one that can be. */
static int nth(const struct cleat_params *p, const char *key, size_t i)
{
	unsigned long long value = strtoull(cleat_param_nth(p, key, i), NULL, 0);

	return value > INT_MAX ? -1 : (int)value;
}

static int check_pids(struct cleat *c, const struct cleat_params *p)
{
	for (size_t i = 0; i < cleat_param_count(p, "pid"); i++)
		if (nth(p, "pid", i) <= 0)
			return cleat_param_error(c, p, "pid", EINVAL, "'%s' is no process id",
						 cleat_param_nth(p, "pid", i));
	if (cleat_param_given(p, "pid") && cleat_param_given(p, "cgroup"))
		return cleat_param_error(c, p, "pid", EINVAL, "'cgroup' and 'pid' exclude each other");
	if (cleat_param_bool(p, "inherit") && !cleat_param_given(p, "pid"))
		return cleat_param_error(c, p, "inherit", EINVAL, "'inherit' needs a 'pid'");
	return 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	static const char *const rates[] = { "period", "frequency" };
	struct cleat *c = cleat_program_context(prog);
	int err;

	for (size_t i = 0; i < 2; i++)
		if (cleat_param_given(p, rates[i]) && !cleat_param_uint(p, rates[i]))
			return cleat_param_error(c, p, rates[i], EINVAL, "a %s of 0 is never",
						 rates[i]);
	if (cleat_param_given(p, "period") && cleat_param_given(p, "frequency"))
		return cleat_param_error(c, p, "period", EINVAL,
					 "'period' and 'frequency' exclude each other");
	err = check_event(c, p);
	return err ? err : check_pids(c, p);
}

/* Whose events: a process (or -1), or a cgroup's descriptor with the flag. */
struct whom {
	int pid;
	unsigned long flags;
};

static int fill_attr(const struct cleat_params *p, struct perf_event_attr *attr)
{
	const char *mode = cleat_param(p, "mode");
	int err = parse_event(cleat_param(p, "event"), attr);

	attr->inherit = cleat_param_bool(p, "inherit");
	attr->exclude_kernel = strcmp(mode, "user") == 0;
	attr->exclude_user = strcmp(mode, "kernel") == 0;
	if (cleat_param_given(p, "period")) {
		attr->sample_period = cleat_param_uint(p, "period");
	} else if (attr->type == PERF_TYPE_BREAKPOINT && !cleat_param_given(p, "frequency")) {
		attr->sample_period = 1;
	} else {
		attr->freq = 1;
		attr->sample_freq = cleat_param_given(p, "frequency") ?
					    cleat_param_uint(p, "frequency") :
					    DEFAULT_FREQUENCY;
	}
	return err;
}

static int explain(struct cleat *c, const struct cleat_params *p, const struct whom *whom,
		   const char *place, const struct perf_event_attr *attr, int err)
{
	const char *name = cleat_param(p, "event");

	if (err == -ENOENT || err == -EOPNOTSUPP || (err == -ENODEV && !place[0]))
		return cleat_error(c, err, "this machine cannot count '%s'", name);
	if (err == -ESRCH && !whom->flags)
		return cleat_param_error(c, p, "pid", ESRCH, "no process %d", whom->pid);
	if (whom->flags && (err == -EBADF || err == -EINVAL)) {
		cleat_param_error(c, p, "cgroup", err, "cannot count events by cgroup here: %s",
				  strerror(-err));
		cleat_hint(c, "this takes a cgroup of the hierarchy that has the controller 'perf_event'");
		return err;
	}
	cleat_error_sys(c, err, "cannot open event '%s'%s", name, place);
	if (err == -EINVAL && attr->freq)
		cleat_hint(c, "/proc/sys/kernel/perf_event_max_sample_rate limits the frequency");
	else if (err == -ENOSPC)
		cleat_hint(c, "all breakpoints of the machine are in use");
	return err;
}

static int attach_one(struct cleat_attach *a, const struct cleat_params *p, const struct whom *whom,
		      int cpu)
{
	struct cleat *c = cleat_attach_context(a);
	const char *name = cleat_param(p, "event");
	struct perf_event_attr attr = { .size = sizeof(attr) };
	char place[64] = "";
	int fd, err;

	err = fill_attr(p, &attr);
	if (err)
		return cleat_param_error(c, p, "event", -err, "no event '%s'", name);
	if (whom->flags)
		snprintf(place, sizeof(place), " in the cgroup");
	else if (whom->pid >= 0)
		snprintf(place, sizeof(place), " in thread %d", whom->pid);
	if (cpu >= 0)
		snprintf(place + strlen(place), sizeof(place) - strlen(place), " on CPU %d", cpu);
	fd = cleat_sys_perf_open(&attr, whom->pid, cpu, whom->flags);
	if (fd < 0)
		return explain(c, p, whom, place, &attr, fd);
	err = cleat_attach_perf(a, fd, cleat_param_uint(p, "cookie"), "perf event %s%s", name,
				place);
	if (err)
		cleat_error_sys(c, err, "cannot attach to event '%s'%s", name, place);
	if (err == -EINVAL && cleat_param_uint(p, "cookie"))
		cleat_hint(c, "cookies need kernel 5.15");
	return err;
}

/* On the given CPUs, or (a process alone) on any, or on all that are online. */
static int attach_cpus(struct cleat_attach *a, const struct cleat_params *p,
		       const struct whom *whom)
{
	struct cleat *c = cleat_attach_context(a);
	size_t n = cleat_param_count(p, "cpu");
	int err = 0, possible, made = 0;

	for (size_t i = 0; i < n && !err; i++) {
		int cpu = nth(p, "cpu", i);

		if (cpu < 0 || !cleat_cpu_online(cpu))
			return cleat_param_error(c, p, "cpu", ENODEV, "CPU %s is not online",
						 cleat_param_nth(p, "cpu", i));
		err = attach_one(a, p, whom, cpu);
	}
	if (n)
		return err;
	if (whom->pid >= 0 && !whom->flags)
		return attach_one(a, p, whom, -1);
	possible = cleat_possible_cpus(c);
	for (int cpu = 0; cpu < possible && !err; cpu++) {
		if (!cleat_cpu_online(cpu))
			continue;
		err = attach_one(a, p, whom, cpu);
		made++;
	}
	return err || made ? err : cleat_error(c, ENODEV, "no CPU is online");
}

static int attach_cgroup(struct cleat_attach *a, const struct cleat_params *p, const char *path)
{
	struct whom whom = { .flags = PERF_FLAG_PID_CGROUP };
	int err;

	whom.pid = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (whom.pid < 0)
		return cleat_param_error(cleat_attach_context(a), p, "cgroup", errno,
					 "cannot open cgroup '%s': %s", path, strerror(errno));
	err = attach_cpus(a, p, &whom);
	close(whom.pid);
	return err;
}

/* An event belongs to a thread: one for each that the process has. */
static int attach_process(struct cleat_attach *a, const struct cleat_params *p, int pid)
{
	struct whom whom = { .pid = -1 };
	char path[32];
	struct dirent *entry;
	int err = -ESRCH;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return cleat_param_error(cleat_attach_context(a), p, "pid", ESRCH, "no process %d",
					 pid);
	while ((entry = readdir(dir))) {
		whom.pid = atoi(entry->d_name);
		err = whom.pid > 0 ? attach_cpus(a, p, &whom) : 0;
		if (err)
			break;
	}
	closedir(dir);
	return err;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	const char *cgroup = cleat_param(p, "cgroup");
	struct whom whom = { .pid = -1 };
	size_t n = cleat_param_count(p, "pid");
	int err = 0;

	if (cgroup)
		return attach_cgroup(a, p, cgroup);
	if (!n)
		return attach_cpus(a, p, &whom);
	for (size_t i = 0; i < n && !err; i++)
		err = attach_process(a, p, nth(p, "pid", i));
	return err;
}

static bool is_listed_pmu(uint32_t type)
{
	DIR *dir = opendir("/sys/bus/event_source/devices");
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)))
		found = cleat_pmu_type(entry->d_name) == (int)type;
	if (dir)
		closedir(dir);
	return found;
}

static int describe(struct cleat *c, const struct bpf_link_info *info, size_t size,
		    struct cleat_facts *out)
{
	uint32_t type = info->perf_event.event.type;
	uint64_t config = info->perf_event.event.config;
	const char *name = NULL;

	(void)c;
	(void)size;
	if (!linkinfo_is_perf(info, BPF_PERF_EVENT_EVENT))
		return -ENOENT;
	/* Newer kernels turn the two clocks into PMUs of their own that sysfs does not show. */
	if (type >= PERF_TYPE_MAX && config <= PERF_COUNT_SW_TASK_CLOCK && !is_listed_pmu(type))
		type = PERF_TYPE_SOFTWARE;
	for (size_t i = 0; i < N_EVENTS && !name; i++)
		if (events[i].type == type && events[i].config == config)
			name = events[i].name;
	if (name)
		cleat_facts_text(out, "event", "%s", name);
	else
		cleat_facts_text(out, "event", "%u:%llu", type, (unsigned long long)config);
	if (info->perf_event.event.cookie)
		cleat_facts_number(out, "cookie", info->perf_event.event.cookie);
	return 0;
}

static int foresee(struct cleat_program *prog, const struct cleat_params *p, struct cleat_way *way)
{
	(void)p;
	cleat_foresee_perf(cleat_program_context(prog), way);
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
	.replace = cleat_link_attach_again,
	.describe = describe,
	.foresee = foresee,
};
CLEAT_PLUGIN(perf_event)
