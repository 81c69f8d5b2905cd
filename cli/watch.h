/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * watch.h - cleat map watch: what changes in a map, as long as nobody interrupts.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "cli.h"

/* Look every @seconds, at the entry with @key or (NULL) at all. Returns the exit status. */
int watch_map(struct cli *cli, struct cleat_map *m, const char *key, double seconds);

#endif
