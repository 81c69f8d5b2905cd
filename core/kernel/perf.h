/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perf.h - perf events as attach points: open, give them a program, switch on.
 */
#ifndef KERNEL_PERF_H
#define KERNEL_PERF_H

#include <linux/perf_event.h>

#include "base/base.h"

/* @pid -1: any, @cpu -1: any, @group -1: none. Close-on-exec. A descriptor or -errno. */
int sys_perf_event_open(struct perf_event_attr *attr, pid_t pid, int cpu, int group,
			unsigned long flags);
int sys_perf_set_bpf(int perf_fd, int prog_fd);
int sys_perf_enable(int perf_fd);
int sys_perf_disable(int perf_fd);

/* Number of a dynamic PMU ("kprobe", "uprobe") from sysfs, -ENOENT when the kernel lacks it. */
int perf_pmu_type(const char *name);
/* Bit of one of its format fields ("retprobe"), or -ENOENT. */
int perf_pmu_format_bit(const char *pmu, const char *field);

#endif
