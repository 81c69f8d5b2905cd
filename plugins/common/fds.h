/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * fds.h - which descriptors a process has, of one kind. Refuses to know what is done with them.
 */
#ifndef COMMON_FDS_H
#define COMMON_FDS_H

/*
 * Calls @fn for each descriptor of process @pid that /proc calls @kind, or "@kind:[NUMBER]". Stops when it
 * returns other than 0, and returns that; or -errno when the process cannot be looked into.
 */
int fds_each(int pid, const char *kind, int (*fn)(void *user, int fd), void *user);

#endif
