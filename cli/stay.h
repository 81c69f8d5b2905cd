/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * stay.h - what verbs share that stay until a signal ends them.
 */
#ifndef CLI_STAY_H
#define CLI_STAY_H

#include "cli.h"

/* Option --ready-fd: 0, or CLI_USAGE after saying why. */
int stay_ready_option(struct cli *cli, const char *value);
/* Say READY=1 there, when that was wanted, and to whoever supervises us (NOTIFY_SOCKET). */
void stay_say_ready(void);
/* Tell the supervisor, when there is one: "STOPPING=1". */
void stay_notify(const char *fmt, ...) CLEAT_PRINTF(1, 2);
/* Its watchdog hears of us as often as it must, when this is called after each poll() of stay_pause() ms. */
void stay_alive(void);
int stay_pause(void);
/*
 * Signals that end a run or reopen files, as a descriptor: nothing happens between two system calls. -1
 * with errno.
 */
int stay_catch_signals(void);
/* What the signal that came is to do. SIGHUP is the end on a terminal, which was closed. */
enum stay_word { STAY_GO_ON, STAY_END, STAY_AGAIN };
enum stay_word stay_take_signal(int signals);
/* Wait so many seconds for one. STAY_GO_ON: none came. */
enum stay_word stay_wait(int signals, double seconds);

#endif
