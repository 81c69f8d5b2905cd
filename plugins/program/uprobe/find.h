/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * find.h - which file a name of a program or library means.
 */
#ifndef UPROBE_FIND_H
#define UPROBE_FIND_H

#include <limits.h>
#include <stdbool.h>

/*
 * A bare name: a program as in PATH, a library ("libc.so.6", "libssl.so", "libc") as the dynamic
 * linker finds it. In @pid (when > 0) first what that process has mapped.
 */
bool find_bare(const char *name, int pid, char path[static PATH_MAX]);

/*
 * What @path is for process @pid, whose root may be another: /proc/PID/root/PATH when that is a
 * different file. Changes @path in place.
 */
void find_in_root(int pid, char path[static PATH_MAX]);

#endif
