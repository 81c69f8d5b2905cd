/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * process.h - where a place in a binary's code is in memory: for kernels where programs know nothing
 * else of the probe that they run at.
 */
#ifndef USDT_PROCESS_H
#define USDT_PROCESS_H

#include "notes.h"

/*
 * The addresses of @offset in the file: as the file says, when it is mapped nowhere else, or those in
 * the process that "pid" names, which is required then. Reports. The caller frees *ips.
 */
int process_find(struct cleat *c, const struct cleat_params *p, const struct notes *notes,
		 const char *path, uint64_t offset, uint64_t **ips, size_t *n);

#endif
