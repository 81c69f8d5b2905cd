/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stay.h - what verbs share that stay until a signal ends them.
 */
#ifndef CLI_STAY_H
#define CLI_STAY_H

#include "cli.h"

/* Option --ready-fd: 0, or CLI_USAGE after saying why. */
int stay_ready_option(struct cli *cli, const char *value);
/* Say READY=1 there, when that was wanted. */
void stay_say_ready(void);
/*
 * Signals that end a run or reopen files, as a descriptor: nothing happens between two system calls. -1
 * with errno.
 */
int stay_catch_signals(void);

#endif
