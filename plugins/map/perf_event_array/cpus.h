/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * cpus.h - CPUs that come and go: what the kernel says of them, on a descriptor.
 */
#ifndef PERF_EVENT_ARRAY_CPUS_H
#define PERF_EVENT_ARRAY_CPUS_H

#include <stdbool.h>

/*
 * A descriptor that becomes readable when a CPU comes or goes, and at nothing else. -1 where there is none:
 * the kernel tells it in network namespaces of the first user namespace only.
 */
int cpus_open(void);
/*
 * The next of what was said: 1, *cpu and whether it came or went; 0: no more. -ENOBUFS when something was
 * lost: any may have come or gone.
 */
int cpus_next(int fd, unsigned int *cpu, bool *came);

#endif
