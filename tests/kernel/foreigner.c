// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * foreigner KIND PLACE [OFFSET] - another loader, as old as tests want it: attaches a program that does
 * nothing, called "foreigner", by plain system calls and without a perf link. Prints a line when it is
 * there, and ends with its input. KIND is "raw" (PLACE: a raw tracepoint), "event" (the number of a
 * tracepoint), "uprobe" (a file, and an offset in it) or "kprobe" (a function). Status 2: it cannot.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static long sys_bpf(int command, union bpf_attr *attr)
{
	return syscall(__NR_bpf, command, attr, sizeof(*attr));
}

static int load(uint32_t type)
{
	static const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = type,
		.insns = (uintptr_t)nothing,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
		.prog_name = "foreigner",
	};

	return (int)sys_bpf(BPF_PROG_LOAD, &attr);
}

static int attach_raw(const char *name)
{
	int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT);
	union bpf_attr attr = { .raw_tracepoint = { .name = (uintptr_t)name,
						    .prog_fd = (uint32_t)program } };

	return program < 0 ? -1 : (int)sys_bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

static int attach_perf(uint32_t program_type, struct perf_event_attr *attr)
{
	int program = load(program_type), event;

	attr->size = sizeof(*attr);
	attr->sample_period = 1;
	event = (int)syscall(__NR_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (program < 0 || event < 0 || ioctl(event, PERF_EVENT_IOC_SET_BPF, program) ||
	    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -1;
	return event;
}

static uint32_t pmu(const char *name)
{
	unsigned int type = UINT32_MAX;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", name);
	f = fopen(path, "re");
	if (f && fscanf(f, "%u", &type) != 1)
		type = UINT32_MAX;
	if (f)
		fclose(f);
	return type;
}

static int attach(const char *kind, const char *place, const char *offset)
{
	struct perf_event_attr attr = { 0 };

	if (strcmp(kind, "raw") == 0)
		return attach_raw(place);
	if (strcmp(kind, "event") == 0) {
		attr.type = PERF_TYPE_TRACEPOINT;
		attr.config = strtoull(place, NULL, 10);
		return attach_perf(BPF_PROG_TYPE_TRACEPOINT, &attr);
	}
	attr.type = pmu(kind);
	attr.config1 = (uintptr_t)place;
	attr.config2 = offset ? strtoull(offset, NULL, 0) : 0;
	return attach_perf(BPF_PROG_TYPE_KPROBE, &attr);
}

int main(int argc, char **argv)
{
	char c;

	if (argc < 3)
		return 2;
	if (attach(argv[1], argv[2], argv[3]) < 0) {
		fprintf(stderr, "foreigner: %s %s: %s\n", argv[1], argv[2], strerror(errno));
		return 2;
	}
	puts("attached");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}
